"""The best online policy by slot on a page: searched for once in the background, then compared."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from test_pages import assert_sound, opened
from test_slot_planning import small

from genedge import Scenario
from genedge.dashboard.jobs import best_online
from genedge.dashboard.jobs.room import ROOM, Job
from genedge.engine.planning import OnlinePlan
from genedge.runs import kept_plans
from genedge.runs.simulate import Plans

PATIENCE = 300


def searches() -> list[Job[OnlinePlan]]:
    """The searches that were ever begun."""
    return [job for job in ROOM.jobs if job.kind is best_online.SEARCHES]


@pytest.mark.parametrize("page", ["compare", "live"])
def test_a_page_has_it_searched_for_and_shows_it_when_it_is_found(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_plans, "FOLDER", tmp_path)
    may_go, before, search = threading.Event(), searches(), best_online.search

    def held(job: Job[OnlinePlan], plans: Plans) -> OnlinePlan:
        job.ready.set()
        assert may_go.wait(PATIENCE)
        return search(job, plans)

    monkeypatch.setattr(best_online, "search", held)
    scenario: Scenario = replace(small(3.0, 3, 0.01 * len(page)), replications=2)
    app = opened(page, scenario)
    assert_sound(app)
    another = opened(page, scenario)
    waiting = [one.value for one in app.caption if "searched for" in one.value]
    assert len(waiting) == 1 and "best online" in waiting[0].lower()
    assert [one.value for one in another.caption if "searched for" in one.value] == waiting
    (job,) = [one for one in searches() if one not in before]
    may_go.set()
    assert job.finished.wait(PATIENCE) and job.complete
    app.run()
    assert_sound(app)
    assert not [one.value for one in app.caption if "searched for" in one.value]
    if page == "compare":
        assert "Best online" in set(app.dataframe[0].value["label"])
    else:
        assert "Best online" in app.selectbox(key="live_first").options
