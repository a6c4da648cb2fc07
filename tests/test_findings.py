"""Sentences computed from a comparison say what its numbers say, in every case that can occur."""

from __future__ import annotations

from dataclasses import replace

import pytest

from genedge import PRESETS, EdgeServer, Model, Scenario, Workload, compare
from genedge.say import amount, count, listed, percent
from genedge.studies.comparison import Comparison, PolicyFigures
from genedge.words import comparison as findings
from genedge.words import comparison_charts as captions


def compared(scenario: Scenario) -> tuple[Comparison, dict[str, PolicyFigures]]:
    comparison = compare(scenario, record="summary")
    return comparison, comparison.figures


def sentences(scenario: Scenario) -> str:
    comparison, figures = compared(scenario)
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


def test_the_margin_is_that_of_the_means() -> None:
    comparison, figures = compared(preset("contended"))
    found = findings.margin(comparison, figures, "average_cost")
    assert found is not None
    ours, theirs = figures["ga"].mean("average_cost"), figures[found.rival].mean("average_cost")
    assert found.rival == "lfu"
    assert found.saving == pytest.approx(1 - ours / theirs)
    text = findings.takeaways(comparison, figures)[0]
    assert percent(found.saving) in text and amount(ours) in text and amount(theirs) in text


def test_one_replication_is_said_to_be_one() -> None:
    assert "in this one replication" in sentences(preset("contended", 1))
    assert "in this one replication" not in sentences(preset("contended", 2))


def test_where_everything_fits_nobody_wins() -> None:
    text = sentences(replace(TINY, weights=replace(TINY.weights, resource=1e-6), replications=3))
    assert "costs the same as" in text
    assert "may be chance" not in text
    assert "reaches the clairvoyant optimum" in text
    assert "No constraint ever binds." in text and "gives models up" not in text
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
    for name, ahead in (("paper", True), ("balanced", True), ("contended", False)):
        comparison, figures = compared(preset(name))
        found = findings.rival_ahead(comparison, figures)
        assert (found is not None) is ahead, name
        if found is not None:
            assert "does better still" in found


def test_longer_waits_are_said_where_a_ledger_calls_it_cheaper() -> None:
    comparison, figures = compared(preset("paper"))
    text = findings.waiting(comparison, figures)
    ours, theirs = (figures[name].mean("mean_service_delay_s") for name in ("ga", "lfu"))
    assert text is not None
    assert f"{ours / theirs:.1f} times as long" in text
    assert findings.waiting(*compared(preset("contended"))) is None


def test_equal_holdings_are_not_given_as_a_reason() -> None:
    comparison, figures = compared(preset("contended"))
    ours, theirs = figures["ga"], figures["lfu"]
    text = findings.why(comparison, figures)
    assert text is not None
    same = all(
        f"{ours.mean(metric):.1f}" == f"{theirs.mean(metric):.1f}" for metric in ("mean_deployed",)
    ) and percent(ours.mean("misses") / ours.mean("requests")) == percent(
        theirs.mean("misses") / theirs.mean("requests")
    )
    assert text.startswith("Both hold") is same


def test_the_ledgers_disagree_only_where_both_margins_are_sure() -> None:
    for name in PRESETS:
        for replications in (2, 30):
            comparison, figures = compared(preset(name, replications))
            eq11, realised = (
                findings.margin(comparison, figures, metric)
                for metric in ("average_cost", "realised_cost")
            )
            said = any("ledgers disagree" in text for text in findings.winner(comparison, figures))
            if said:
                assert eq11 is not None and realised is not None
                assert eq11.sure and realised.sure


def test_binding_constraints_are_those_of_the_decisions() -> None:
    figures = compared(preset("contended"))[1]
    share = figures["exact"].mean("binding_share")
    assert percent(share) in (findings.constraints(figures) or "")
    paper = findings.constraints(compared(preset("paper"))[1])
    assert paper is not None and "a larger server would change nothing" in paper


def test_policies_off_the_scale() -> None:
    assert captions.off_the_scale({"ga": 1.0, "lru": 2.0, "lru-cap": 3.1}) == ["lru-cap"]
    assert captions.off_the_scale({"ga": 1.0, "lru": 2.0, "lru-cap": 2.9}) == []
    assert captions.off_the_scale({"lru-cap": 5.0}) == []
