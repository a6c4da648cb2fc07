"""Sentences computed from a comparison say what its numbers say, in every case that can occur."""

from __future__ import annotations

from dataclasses import replace

import pytest

from genedge import PRESETS, EdgeServer, Model, Scenario, Workload, compare
from genedge.say import amount, change, compared, count, listed, percent, share_of, span
from genedge.studies.comparison import Comparison, PolicyFigures
from genedge.words import compare as findings


def measured(scenario: Scenario) -> tuple[Comparison, dict[str, PolicyFigures]]:
    comparison = compare(scenario, record="summary")
    return comparison, comparison.figures


def sentences(scenario: Scenario) -> str:
    comparison, figures = measured(scenario)
    return "\n".join([*findings.takeaways(comparison, figures), *findings.warnings(comparison)])


def preset(name: str, replications: int = 30) -> Scenario:
    return replace(PRESETS[name], replications=replications)


TINY = Scenario(
    catalog=(Model("a", "", 1, 0.1, 0.01, 1, 1), Model("b", "", 1, 0.1, 0.01, 1, 1)),
    workload=Workload(popularity_order="equal", slots=50),
)


def test_numbers_in_sentences() -> None:
    assert [percent(share) for share in (0.0046, 0.0994, 0.4149, -0.25)] == [
        "0.5 %", "9.9 %", "41 %", "25 %",
    ]  # fmt: skip
    assert [amount(value) for value in (0, 1.8, 12.345, 99.94, 99.96, 12345.6)] == [
        "0", "1.80", "12.3", "99.9", "100", "12,346",
    ]  # fmt: skip
    assert count(1, "model") == "1 model"
    assert count(1500, "request") == "1,500 requests"
    assert count(0.5, "request") == "0.5 requests"
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"


@pytest.mark.parametrize(
    ("ours", "theirs", "sure", "expected"),
    [
        (2.8, 2.0, True, "40 % more on Eq. 11 than LRU (2.80 against 2.00 a slot)"),
        (1.8, 2.0, False, "10 % less on Eq. 11 than LRU (1.80 against 2.00 a slot; may be chance)"),
        (7.2, 2.0, None, "3.6 times as much on Eq. 11 as LRU (7.20 against 2.00 a slot; no "
         "interval)"),
        (2.0, 2.0001, True, "the same on Eq. 11 as LRU (2.00 a slot)"),
        (0.0, 0.0, None, "the same on Eq. 11 as LRU (0 a slot)"),
        (1.0, 0.0, True, "1.00 a slot on Eq. 11 where LRU costs nothing"),
    ],
)  # fmt: skip
def test_one_cost_against_another(
    ours: float, theirs: float, sure: bool | None, expected: str
) -> None:
    assert compared(ours, theirs, "Eq. 11", sure=sure, than="LRU") == expected


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.34, "34 % more"), (-0.121, "12 % less"), (2.6, "3.6 times as much"), (0.012, "1.2 % more")],
)
def test_changes_in_words(share: float, text: str) -> None:
    assert change(share) == text


def test_shares_are_never_rounded_to_all_or_none() -> None:
    assert [share_of(part, 10_000, "decision") for part in (0, 1, 9999, 10_000)] == [
        "none of 10,000 decisions", "less than 0.1 % of 10,000 decisions",
        "99.9 % of 10,000 decisions", "all 10,000 decisions",
    ]  # fmt: skip
    assert [span(shares, "below", "above") for shares in ([0.1, 0.4], [-0.4, 0.1], [0.1])] == [
        "10 to 40 % below", "10 % below to 40 % above", "10 % below",
    ]  # fmt: skip


def test_the_margin_is_that_of_the_means() -> None:
    comparison, figures = measured(preset("contended"))
    found = findings.margin(comparison, figures, "average_cost")
    assert found is not None
    ours, theirs = figures["ga"].mean("average_cost"), figures[found.rival].mean("average_cost")
    assert found.rival == "lfu"
    assert found.saving == pytest.approx(1 - ours / theirs)
    text = findings.takeaways(comparison, figures)[0]
    assert f"{percent(found.saving)} less on Eq. 11 than LFU" in text


def test_one_replication_is_said_to_be_one() -> None:
    assert "no interval" in sentences(preset("contended", 1))
    assert "no interval" not in sentences(preset("contended", 2))


def test_where_everything_fits_nobody_wins() -> None:
    text = sentences(replace(TINY, weights=replace(TINY.weights, resource=1e-6), replications=3))
    assert "costs the same on Eq. 11 as" in text
    assert "may be chance" not in text
    assert "reaches the clairvoyant optimum" in text
    assert "No constraint ever binds." in text and "holding costs more" not in text
    assert "-0.0" not in text and "0.0 %" not in text


def test_where_nothing_fits_no_constraint_is_said_to_be_loose() -> None:
    text = sentences(replace(TINY, server=EdgeServer(storage_gb=0.5)))
    assert "a and b do not fit even the empty server" in text
    assert "rejected for them" in text
    assert "binds" not in text


def test_one_model_that_does_not_fit() -> None:
    large = Model("c", "", 500, 0.1, 0.01, 1, 1)
    text = sentences(replace(TINY, catalog=(*TINY.model_catalog, large), replications=4))
    assert "c does not fit even the empty server" in text
    assert "a replication were rejected for it" in text
    assert "a larger server would change nothing" not in text


def test_the_trivial_rival_stands_beside_the_headline_where_it_does_as_well() -> None:
    for name, ahead in (("frugal", True), ("balanced", True), ("contended", False)):
        comparison, figures = measured(preset(name))
        found = findings.rival_ahead(comparison, figures)
        assert (found is not None) is ahead, name
        if found is not None:
            assert "less on Eq. 11 than the genetic algorithm" in found


def test_longer_waits_are_said_where_a_ledger_calls_it_cheaper() -> None:
    comparison, figures = measured(preset("frugal"))
    text = findings.waiting(comparison, figures)
    ours, theirs = (figures[name].mean("mean_service_delay_s") for name in ("ga", "lfu"))
    assert text is not None
    assert f"{percent(ours / theirs - 1)} longer" in text
    assert findings.waiting(*measured(preset("contended"))) is None


def test_equal_holdings_are_not_given_as_a_reason() -> None:
    comparison, figures = measured(preset("contended"))
    ours, theirs = figures["ga"], figures["lfu"]
    text = findings.why(comparison, figures)
    held = [f"{one.mean('mean_deployed'):.1f}" for one in (ours, theirs)]
    assert (text is None) is (held[0] == held[1])


def test_the_ledgers_disagree_only_where_both_margins_are_sure() -> None:
    for name in PRESETS:
        for replications in (2, 30):
            comparison, figures = measured(preset(name, replications))
            eq11, realised = (
                findings.margin(comparison, figures, metric)
                for metric in ("average_cost", "realised_cost")
            )
            said = any("ledgers disagree" in text for text in findings.winner(comparison, figures))
            if said:
                assert eq11 is not None and realised is not None
                assert eq11.sure and realised.sure


def test_binding_constraints_are_those_of_the_decisions() -> None:
    figures = measured(preset("contended"))[1]
    share = figures["exact"].mean("binding_share")
    assert percent(share) in (findings.constraints(figures) or "")
    paper = findings.constraints(measured(preset("frugal"))[1])
    assert paper is not None and "a larger server would change nothing" in paper


def test_policies_off_the_scale() -> None:
    assert findings.off_the_scale({"ga": 1.0, "lru": 2.0, "lru-cap": 3.1}) == ["lru-cap"]
    assert findings.off_the_scale({"ga": 1.0, "lru": 2.0, "lru-cap": 2.9}) == []
    assert findings.off_the_scale({"lru-cap": 5.0}) == []
