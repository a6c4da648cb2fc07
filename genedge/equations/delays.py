"""Equations 4 to 6: how long a miss takes."""

from collections.abc import Callable
from typing import Final

from genedge.engine import cost
from genedge.equations.calculation import add, equate, known
from genedge.equations.equation import Equation, Filled, Section
from genedge.equations.example import Example
from genedge.equations.symbols import where

SECONDS: Final = r"\text{ s}"


def _asked(example: Example) -> str:
    return f"For {example.name(example.requested)}, which was asked for."


def _transmission(example: Example) -> Filled:
    line = equate(
        r"\frac{8 \cdot %s}{%s}", lambda size, speed: 8.0 * size / speed,
        example.models[example.requested].storage_gb,
        example.problem.scenario.server.bandwidth_gbps, right=SECONDS,
    )  # fmt: skip
    return Filled(_asked(example), (line,))


def _given(field: str, left: str) -> Callable[[Example], Filled]:
    def fill(example: Example) -> Filled:
        seconds = getattr(example.models[example.requested], field)
        return Filled(_asked(example), (known(seconds, left=left, right=SECONDS),))

    return fill


def _delay(example: Example) -> Filled:
    model = example.models[example.requested]
    sent = 8.0 * model.storage_gb / example.problem.scenario.server.bandwidth_gbps
    line = add([sent, model.io_delay_s, model.inference_delay_s], right=SECONDS)
    return Filled(_asked(example), (line,))


DELAYS: Final = Section(
    "delays",
    "How long a miss takes (4–6)",
    "",
    (
        Equation(
            "transmission", 4, "Transmission delay",
            # Room above the fraction: browsers cut off the top of the 8 otherwise.
            r"\rule{0pt}{1.6em} d_m^{\mathrm{tr}} = \frac{8\, s_m}{B}",
            "Fetching the model over the link; a gigabyte is eight gigabits.",
            where("tr s B"), (cost.transmission_delay,), _transmission,
        ),
        Equation(
            "io", 5, "I/O delay", r"\text{I/O delay of } m = d_m^{\mathrm{io}}",
            "Loading it into the GPU takes as long as the catalog says.",
            where("m io"), (cost.reload_delay,), _given("io_delay_s", r"d_m^{\mathrm{io}} ="),
        ),
        Equation(
            "inference", 6, "Inference delay", r"\text{inference delay of } m = d_m^{\mathrm{inf}}",
            "So does answering; a request for a deployed model waits for this alone.",
            where("m inf"), (cost.reload_delay,),
            _given("inference_delay_s", r"d_m^{\mathrm{inf}} ="),
        ),
        Equation(
            "delay", None, "All three",
            r"\mathrm{delay}_m = d_m^{\mathrm{tr}} + d_m^{\mathrm{io}} + d_m^{\mathrm{inf}}",
            "The seconds from a miss to its answer.",
            where("delay tr io inf"), (cost.reload_delay,), _delay,
        ),
    ),
)  # fmt: skip
