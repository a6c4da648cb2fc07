"""Results that take long: what is measured so far is shown, marked, and refined in place."""

from __future__ import annotations

from dataclasses import replace
from threading import Event
from typing import Any

import pytest

from genedge import PRESETS, compare
from genedge.dashboard.jobs import results
from genedge.studies.comparison import Comparison, SoFar

BASE = replace(PRESETS["contended"], replications=8, seed=41)


def test_a_comparison_so_far_is_that_of_its_first_replications() -> None:
    seen: list[Comparison] = []
    ask: list[SoFar] = []

    def progress(_share: float, _what: str) -> None:
        found = ask[0]()
        if found is not None:
            seen.append(found)

    compare(BASE, progress=progress, watched=ask.append)
    for part in (seen[0], seen[-1]):
        count = part.table.replications
        alone = compare(replace(BASE, replications=count))
        assert part.figures == alone.figures
        assert part.table.study.replications == 8


def test_a_page_gets_what_there_is_and_later_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = Event()

    def held_up(*given: Any, progress: Any, **more: Any) -> Comparison:
        def told(share: float, what: str) -> None:
            progress(share, what)
            if share >= 0.5:
                go_on.wait(60)

        return compare(*given, progress=told, **more)

    monkeypatch.setattr(results, "compare", held_up)
    monkeypatch.setattr(results, "FIRST_FIGURES_SECONDS", 0.0)
    scenario = replace(BASE, seed=42)
    first = results.report_of(scenario, growing=True)
    job = results.growing_report(scenario)
    assert first.provisional
    assert first.measured < first.replications == 8
    go_on.set()
    assert job is not None
    assert job.finished.wait(60)
    whole = results.report_of(scenario)
    assert not whole.provisional
    assert whole.figures == compare(scenario).figures
