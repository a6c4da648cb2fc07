"""The exact decision against brute force, and for larger catalogs against HiGHS.

Brute force goes through every subset of what is deployed, so it also settles ties: among all that
lie within 1e-12 of the best, the fewest models, then the lowest mask.
"""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from support import Choice, examples, held, mask_of

from genedge.engine.exact import choose_exact

TIE = 1e-12


def choose(choice: Choice) -> tuple[set[int], int]:
    """The engine's choice, and the bits of the constraints that it says bound."""
    keep = np.full(choice.models, 7, np.uint8)  # whatever stood there before
    bound = choose_exact(keep, *choice.arrays())
    assert set(keep.tolist()) <= {0, 1}
    return held(keep), int(bound)


def kept_value(choice: Choice, rows: set[int]) -> float:
    """What C(y) saves by keeping these rows."""
    return math.fsum(choice.value[row] for row in rows if row != choice.requested)


def brute_force(choice: Choice, *, constrained: bool = True) -> set[int]:
    """The best deployment, ties settled, by going through all of them."""
    deployed = [row for row, there in enumerate(choice.deployed) if there]
    candidates = []
    for number in range(len(deployed) + 1):
        for kept in combinations(deployed, number):
            rows = {*kept, choice.requested}
            if not constrained or choice.fits(rows):
                candidates.append((kept_value(choice, rows), number, mask_of(rows), rows))
    best = max(value for value, *_ in candidates)
    tied = [candidate for candidate in candidates if candidate[0] >= best - TIE]
    return min(tied, key=lambda candidate: candidate[1:3])[3]


def broken(choice: Choice, rows: set[int]) -> int:
    """Which of constraints 1-3 these rows break, as bits 1, 2 and 4."""
    return sum(
        1 << k
        for k in range(3)
        if sum(choice.size[j][k] for j in sorted(rows)) > choice.capacity[k] * (1 + 1e-9)
    )


def check(choice: Choice) -> None:
    """The engine's choice and its flags are those of brute force."""
    rows, bound = choose(choice)
    assert rows == brute_force(choice)
    assert bound == broken(choice, brute_force(choice, constrained=False))


VALUES = {
    "grid": st.sampled_from([1.0, 2.0, 3.0, 0.5, -0.5]),
    "zeros": st.sampled_from([0.0, 1.0, 0.0, 2.0]),
    "equal": st.just(1.5),
    "rounding": st.sampled_from([0.3, 0.1 + 0.2, 0.6, 0.1, 0.2, 0.7, 0.1 * 7]),
    "real": st.floats(-1, 10, allow_subnormal=False).map(lambda value: round(value, 6)),
    "large": st.sampled_from([1e6, 2e6, 1e6 + 0.25, 3e6]),
}
GRID = ([1.0, 2.0, 3.0, 4.0, 0.0], [0.5, 1.0, 2.0, 0.0], [0.1, 0.2, 0.3, 0.0])


@st.composite
def choices(
    draw: st.DrawFn, values: st.SearchStrategy[float], least: int = 1, most: int = 9
) -> Choice:
    """States in which one to three constraints are tight, models often interchangeable."""
    models = draw(st.sampled_from(range(most, least - 1, -1)))
    requested = draw(st.integers(0, models - 1))
    deployed = [int(row != requested and draw(st.integers(0, 7)) > 0) for row in range(models)]
    size = [[draw(st.sampled_from(column)) for column in GRID] for _ in range(models)]
    value = [draw(values) for _ in range(models)]
    if draw(st.booleans()):  # twins
        for row in range(2, models):
            size[row], value[row] = size[row % 2], value[row % 2]
    capacity = []
    for k in range(3):
        total = sum(row[k] for row in size)
        room = draw(st.sampled_from([0.4, 0.6, 0.8, 1.0, 2.0])) * total
        if draw(st.integers(0, 3)) == 0:  # met exactly by some
            room = sum(size[row][k] for row in draw(st.permutations(range(models)))[: models // 2])
        capacity.append(max(size[requested][k], room))
    return Choice(deployed, requested, value, size, capacity)


@pytest.mark.parametrize("kind", list(VALUES))
@examples(150)
@given(data=st.data())
def test_the_choice_is_that_of_brute_force(kind: str, data: st.DataObject) -> None:
    check(data.draw(choices(VALUES[kind])))


@examples(40)
@given(data=st.data())
def test_the_choice_among_twelve_deployed_is_that_of_brute_force(data: st.DataObject) -> None:
    check(data.draw(choices(st.one_of(*VALUES.values()), 12, 13)))


# ---------------------------------------------------------------------------------- tie rules


def three(value: list[float], room: float) -> Choice:
    """Rows 0, 1, 2 of 1 GB each are deployed, row 3 is asked for, ``room`` GB in all."""
    return Choice([1, 1, 1, 0], 3, [*value, 0.0], [[1.0, 0, 0]] * 4, [room, 1, 1])


def test_of_interchangeable_models_the_lowest_rows_stay() -> None:
    assert choose(three([1.0, 1.0, 1.0], 3)) == ({0, 1, 3}, True)
    assert choose(three([1.0, 1.0, 1.0], 2)) == ({0, 3}, True)


def test_a_model_worth_exactly_nothing_leaves_although_it_fits() -> None:
    assert choose(three([0.0, 1.0, 0.0], 4)) == ({1, 3}, False)
    assert choose(three([0.0, 0.0, 0.0], 4)) == ({3}, False)
    assert choose(three([-0.0, 5e-324, 0.0], 4)) == ({3}, False)


def test_of_two_equal_sums_the_one_with_fewer_models_is_chosen() -> None:
    # 2 GB for row 0, 1 GB for rows 1 and 2, 3 GB in all: keep {0} at 2 or {1, 2} at 1 + 1
    size = [[2.0, 0, 0], [1.0, 0, 0], [1.0, 0, 0], [1.0, 0, 0]]
    choice = Choice([1, 1, 1, 0], 3, [2.0, 1.0, 1.0, 0.0], size, [3, 1, 1])
    assert choose(choice) == ({0, 3}, True)
    choice.value[0] = 2.0 - 0.9e-12  # still tied
    assert choose(choice) == ({0, 3}, True)
    choice.value[0] = 2.0 - 1.1e-12  # no longer
    assert choose(choice) == ({1, 2, 3}, True)


def test_values_within_1e_12_are_tied_and_the_lowest_mask_wins() -> None:
    assert choose(three([1.0, 1.0, 1.0 + 0.9e-12], 2)) == ({0, 3}, True)
    assert choose(three([1.0, 1.0, 1.0 + 1.1e-12], 2)) == ({2, 3}, True)


def test_a_model_worth_less_than_1e_12_leaves_as_if_worth_nothing() -> None:
    assert choose(three([0.9e-12, 1.0, 1.0], 4)) == ({1, 2, 3}, 0)
    assert choose(three([1.1e-12, 1.0, 1.0], 4)) == ({0, 1, 2, 3}, 0)
    # two of them together are worth more than 1e-12: one of them leaves
    assert choose(three([0.6e-12, 1.0, 0.6e-12], 4)) == ({0, 1, 3}, 0)


def test_a_model_worth_less_than_1e_12_does_not_make_a_constraint_bind() -> None:
    # Without constraints 1-3 row 0 would leave all the same: nothing differs, nothing bound
    assert choose(three([0.9e-12, 1.0, 1.0], 3)) == ({1, 2, 3}, 0)
    assert choose(three([5e-17, 1.0, 1.0], 3)) == ({1, 2, 3}, 0)


def test_every_choice_lies_within_1e_12_of_the_best_however_the_near_ties_chain() -> None:
    # Six of seven 1 GB models have to leave. Their values lie 0.8e-12 apart, so each ties with the
    # next, but only the two best lie within 1e-12 of the best
    for order in ([0, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 0], [3, 0, 6, 2, 5, 1, 4]):
        value = [1.0 + 0.8e-12 * place for place in order]
        choice = Choice([1] * 7 + [0], 7, [*value, 0.0], [[1.0, 0, 0]] * 8, [2, 1, 1])
        assert choose(choice)[0] == brute_force(choice)


@examples(200)
@given(data=st.data())
def test_near_ties_are_those_of_brute_force(data: st.DataObject) -> None:
    # No two sums differ by just about 1e-12, so that rounding does not decide
    near = st.integers(-5, 5).map(lambda steps: 1.0 + 0.3e-12 * steps)
    choice = data.draw(choices(near, 6, 9))
    assert choose(choice)[0] == brute_force(choice)


# ---------------------------------------------------------------------------------- the flag


def test_the_flag_says_whether_the_constraints_changed_anything() -> None:
    assert choose(three([1.0, 1.0, 1.0], 4)) == ({0, 1, 2, 3}, 0)
    assert choose(three([1.0, 1.0, 1.0], 3)) == ({0, 1, 3}, True)
    # what is deployed does not fit beside the request, but two of them are not worth keeping
    assert choose(three([-1.0, 1.0, -1.0], 2)) == ({1, 3}, False)


def test_an_empty_edge_deploys_what_is_asked_for() -> None:
    choice = Choice([0, 0], 1, [5.0, 5.0], [[1.0, 1, 1]] * 2, [1, 1, 1])
    assert choose(choice) == ({1}, False)


# -------------------------------------------------------------------------- larger catalogs


def best_value(choice: Choice) -> float:
    """The most that can be kept, by mixed-integer programming (sizes are whole numbers)."""
    rows = [row for row, there in enumerate(choice.deployed) if there]
    size = np.array(choice.size)
    solved = milp(
        [-choice.value[row] for row in rows],
        constraints=LinearConstraint(
            size[rows].T, -np.inf, np.array(choice.capacity) - size[choice.requested]
        ),
        integrality=np.ones(len(rows)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    assert solved.success
    return kept_value(choice, {row for row, x in zip(rows, solved.x, strict=True) if x > 0.5})


@pytest.mark.parametrize("kind", ["independent", "correlated", "equal", "negative"])
@pytest.mark.parametrize("models", [20, 30])
def test_the_choice_is_worth_as_much_as_highs_finds(models: int, kind: str) -> None:
    chance = np.random.default_rng([models, len(kind)])
    for _ in range(8):
        size = chance.integers(1, 30, (models + 1, 3)).astype(float)
        value = chance.uniform(0.1, 10, models)
        if kind == "correlated":
            value = size[:-1].sum(axis=1) + chance.uniform(0, 3, models)
        elif kind == "equal":
            value = chance.integers(1, 4, models).astype(float)
        elif kind == "negative":
            value -= 4
        capacity = np.maximum(np.floor(size.sum(axis=0) * chance.uniform(0.3, 0.8, 3)), size[-1])
        choice = Choice(
            [1] * models + [0], models, [*value.tolist(), 0.0], size.tolist(), capacity.tolist()
        )
        rows, bound = choose(choice)
        assert choice.fits(rows)
        assert kept_value(choice, rows) == pytest.approx(best_value(choice), rel=1e-9)
        worthwhile = {row for row in range(models) if value[row] > 0} | {models}
        assert bound == broken(choice, worthwhile)


def test_sums_that_miss_a_capacity_by_rounding_alone_still_settle_ties() -> None:
    # 0.1 + 0.1 + 0.1 is a little more than 0.3 and has to leave for a capacity of nothing.
    kinds = [[1.0, 0.5, 0.0], [1.0, 0.0, 0.1]]
    choice = Choice(
        [0, 1, 1, 1, 1, 1], 0, [1.0] * 6, [kinds[row in (1, 2, 4)] for row in range(6)],
        [5.2, 1.4, 0.0],
    )  # fmt: skip
    assert choose(choice)[0] == {0, 3}
