"""Equations 1 to 11: what fits, how long a miss takes, and what a deployment costs."""

from typing import Final

from genedge.equations.parts import COST, Equation, Section
from genedge.equations.symbols import where

CONSTRAINTS: Final = Section(
    "constraints",
    "What fits: equations 1 to 3",
    "Whatever is decided must fit the server, at every moment. To allow for rounding, “at most "
    "$c$” means at most $c \\cdot (1 + 10^{-9})$ in all three.",
    (
        Equation(
            "storage", 1, "Storage",
            r"\sum_{m} x_m^t\, s_m \;\le\; S",
            "The deployed models together take no more storage than the server has.",
            where("xmt s S"), (COST + "within",),
        ),
        Equation(
            "gpu_memory", 2, "GPU memory",
            r"\sum_{m} x_m^t\, g_m \;\le\; G",
            "Together they take no more GPU memory than it has.",
            where("xmt g G"), (COST + "within",),
        ),
        Equation(
            "power", 3, "Power",
            r"\sum_{m} x_m^t\, e_m \;\le\; E - E_0",
            "Together they draw no more power than is left beside what the server draws anyway.",
            where("xmt e E E0"), (COST + "within",),
        ),
    ),
)  # fmt: skip

DELAYS: Final = Section(
    "delays",
    "How long a miss takes: equations 4 to 6",
    "Bringing back a model that was evicted takes three steps, one after the other: fetch it over "
    "the link, load it into the GPU, let it answer.",
    (
        Equation(
            "transmission", 4, "Transmission delay",
            # Room above the fraction: browsers cut off the top of the 8 otherwise.
            r"\rule{0pt}{1.6em} d_m^{\mathrm{tr}} = \frac{8\, s_m}{B}",
            "A gigabyte is eight gigabits; so many gigabits a second come through the link.",
            where("tr s B"), (COST + "transmission_delay",),
        ),
        Equation(
            "io", 5, "I/O delay",
            r"\text{I/O delay of } m = d_m^{\mathrm{io}}",
            "Loading it into the GPU takes as long as the catalog says.",
            where("m io"), (COST + "reload_delay",),
        ),
        Equation(
            "inference", 6, "Inference delay",
            r"\text{inference delay of } m = d_m^{\mathrm{inf}}",
            "So does answering. A request for a model that is deployed waits for this alone.",
            where("m inf"), (COST + "reload_delay",),
        ),
        Equation(
            "delay", None, "All three",
            r"\mathrm{delay}_m = d_m^{\mathrm{tr}} + d_m^{\mathrm{io}} + d_m^{\mathrm{inf}}",
            "From here on they appear only as their sum: the seconds from a miss to its answer.",
            where("delay tr io inf"), (COST + "reload_delay",),
        ),
    ),
)  # fmt: skip

SWITCHING: Final = Section(
    "switching",
    "What an eviction costs: equation 7",
    "",
    (
        Equation(
            "switching", 7, "Switching cost of one decision",
            r"\mathrm{sw}(x \setminus y) = \sum_{m \,\in\, x \setminus y} "
            r"\frac{\mathrm{delay}_m}{\alpha_m}",
            "Each model that was deployed and no longer is costs its delay, divided by the number "
            "of requests until it will be asked for again: a wait that is far away counts little.",
            where("x y xy delay alpha"), (COST + "switching_price",),
        ),
    ),
    "Example: a model that takes 12 s to bring back and is asked for by every fourth request "
    "costs 12 / 4 = 3 s when it is evicted.",
)  # fmt: skip

RESOURCES: Final = Section(
    "resources",
    "What holding models costs: equations 8 to 10",
    "Charged at the end of every slot, whether or not anybody asked for anything.",
    (
        Equation(
            "storage_cost", 8, "Storage cost",
            r"\sum_{m} x_m^t\, s_m",
            "All the storage that is occupied.",
            where("xmt s"), (COST + "storage_cost",),
        ),
        Equation(
            "gpu_memory_cost", 9, "GPU memory cost",
            r"\sum_{m} x_m^t\, g_m",
            "All the GPU memory that is occupied.",
            where("xmt g"), (COST + "gpu_memory_cost",),
        ),
        Equation(
            "resource_cost", 10, "Resource cost",
            r"\begin{aligned} \mathrm{res}(x^t) &= \sum_{m} x_m^t\, s_m \\ "
            r"&\quad + \beta \sum_{m} x_m^t\, g_m \end{aligned}",
            "Storage and GPU memory are added, a gigabyte of GPU memory counting as much as "
            "$\\beta$ gigabytes of storage.",
            where("rest xmt s g beta"), (COST + "resource_cost",), ("resource_unit",),
        ),
    ),
)  # fmt: skip

OBJECTIVE: Final = Section(
    "objective",
    "What is minimised: equation 11",
    "",
    (
        Equation(
            "objective", 11, "Average cost",
            r"\begin{aligned} \min\; \frac{1}{T} \sum_{t=0}^{T-1} \Big[ & w_{\mathrm{delay}} "
            r"\cdot \mathrm{sw}^t \\[-4pt] & + w_{\mathrm{res}} \cdot \mathrm{res}(x^t) \Big] "
            r"\\[4pt] \text{subject to } & \text{(1), (2), (3)} \end{aligned}",
            "The cost of a slot is the switching cost of its decisions plus the resource cost at "
            "its end, each with its weight. The average over all slots should be as low as it can.",
            where("T t swt rest xt wd wr"),
            (COST + "slot_cost", "genedge/runs/run.py: Run.summary"),
        ),
    ),
    "Seconds and gigabytes cannot be added as they are: the two weights say what each is worth. "
    "They decide the outcome as much as any policy does.",
)  # fmt: skip
