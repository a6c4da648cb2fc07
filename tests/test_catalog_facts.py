"""A catalog against its server and its requests, by hand from Table I and by brute force."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genedge import catalog_facts as facts
from genedge.intake.catalog import Model, ModelCatalog
from genedge.intake.server import EdgeServer
from genedge.scenario.presets import PRESETS
from genedge.scenario.problem import build
from genedge.words import catalog as words

TABLE1 = ModelCatalog.preset("table1")
SERVER = EdgeServer()


def model(name: str = "A", *figures: float) -> Model:
    return Model(name, "", *(figures or (1.0, 1.0, 0.1, 1.0, 1.0)))


def catalog(*models: Model) -> ModelCatalog:
    return ModelCatalog(models)


def test_capacities_of_table_1() -> None:
    storage, memory, power = facts.capacities(TABLE1, SERVER)
    assert (storage.total, storage.capacity, storage.largest) == (242, 120, 50)
    assert storage.largest_model == memory.largest_model == power.largest_model == "VideoFusion"
    assert memory.total == pytest.approx(29.55) and memory.capacity == 12
    assert power.total == pytest.approx(1.2585) and power.capacity == pytest.approx(0.7)
    assert facts.capacity_frame(TABLE1, SERVER)["all_models"].tolist()[0] == 242


def test_what_fits_of_table_1() -> None:
    assert words.what_fits(TABLE1, SERVER) == (
        "All models together need 2.02 times the storage, 2.46 times the GPU memory and 1.80 times "
        "the power. At most 6 models can be held at a time. "
        # 0.212 + 0.5 kW of 0.7 kW, twice
        "2 pairs never fit together, such as Stable Diffusion v1-4 and VideoFusion."
    )
    assert words.what_fits(TABLE1, EdgeServer(1000, 1000, 10, 1)) == "All models fit at once."


def test_models_that_fit_nowhere_are_named_with_the_reason() -> None:
    assert words.what_fits(TABLE1, replace(SERVER, storage_gb=45)).endswith(
        "VideoFusion does not fit even the empty server (for want of storage): its requests are "
        "rejected."
    )
    none = words.what_fits(TABLE1, replace(SERVER, gpu_memory_gb=0))
    assert "GPU memory of which there is none" in none
    assert "and 7 more do not fit even the empty server" in none


@given(
    st.lists(st.tuples(*[st.floats(0, 60)] * 2, st.floats(0, 0.5)), min_size=1, max_size=7),
    st.tuples(st.floats(0, 100), st.floats(0, 100), st.floats(0.3, 2)),
)
def test_bounds_hold_against_every_deployment(
    figures: list[tuple[float, float, float]], capacity: tuple[float, float, float]
) -> None:
    some = catalog(*(model(f"m{i}", *row, 1, 1) for i, row in enumerate(figures)))
    server = EdgeServer(*capacity, 0.3)
    columns = np.array([some.storage_gb, some.gpu_memory_gb, some.power_kw])
    limits = np.array([server.storage_gb, server.gpu_memory_gb, server.dynamic_power_kw])
    masks = (np.arange(2 ** len(some))[:, None] >> np.arange(len(some))) & 1
    feasible = (masks @ columns.T <= limits * (1 + 1e-9)).all(axis=1)
    held = masks[feasible]
    assert held.sum(axis=1).max() <= facts.most_at_once(some, server)
    alone = facts.fits_alone(some, server)
    assert alone.tolist() == [bool(held[:, i].any()) for i in range(len(some))]
    together = held.T @ held
    never = [
        (i, j)
        for i in range(len(some))
        for j in range(i + 1, len(some))
        if alone[i] and alone[j] and not together[i, j]
    ]
    count, example = facts.never_together(some, server)
    assert count == len(never)
    if example is not None:
        assert tuple(map(some.names.index, example)) in never
    assert words.what_fits(some, server)


def test_delays_of_table_1() -> None:
    frame = facts.delay_frame(TABLE1, 10)
    assert frame["model"][0] == "VideoFusion" and frame["first_s"][0] == 40 + 60 + 30
    terms = frame["transmission_s"] + frame["io_s"] + frame["inference_s"]
    assert np.allclose(frame["first_s"], terms)
    times = facts.times_as_long(TABLE1, 10)
    assert sorted(times) == pytest.approx(sorted(frame["first_s"] / frame["later_s"]))
    assert facts.footprint_frame(TABLE1, 10)["miss_s"].max() == 130
    assert "fetching over the link is 45 %" in words.what_takes_longest(TABLE1, 10)
    assert "loading from disk" in words.what_takes_longest(TABLE1, 1000)


def test_delays_of_nothing_are_no_division_by_zero() -> None:
    still, instant = catalog(model("A", *[0] * 5)), catalog(model("A", 1, 1, 0.1, 1, 0))
    assert facts.times_as_long(still, 10).tolist() == [1.0]
    assert words.what_takes_longest(still, 10) == "Every delay is 0."
    assert words.delay_title(still, 10) == "No request waits"
    assert words.delay_title(instant, 10) == "Only first requests wait"


def test_requests_for_what_does_not_fit_are_said_to_be_rejected() -> None:
    zipf = build(PRESETS["contended"]).rates
    assert words.who_is_asked_for(TABLE1, zipf, SERVER) == "34 % of the requests ask for GPT-2."
    assert words.who_is_asked_for(TABLE1, zipf, replace(SERVER, storage_gb=1)).endswith(
        "100 % ask for models that do not fit and are rejected."
    )
    frame = facts.request_frame(TABLE1, zipf)
    assert frame["model"][0] == "GPT-2" and frame["share"].sum() == pytest.approx(1)
