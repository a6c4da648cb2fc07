"""What the page's switches compute, kept for everybody on this server."""

from collections.abc import Hashable
from dataclasses import replace
from typing import Final

from genedge.dashboard.jobs import results
from genedge.dashboard.jobs.room import Job, Kind
from genedge.decisions import trace_generations
from genedge.equations.example import Example
from genedge.registry.policies import ALL_POLICIES
from genedge.runs.run import Run
from genedge.scenario.codec import to_json
from genedge.scenario.scenario import Scenario
from genedge.studies.choice_searches import Applied, Ranking, applied_parts, rankings
from genedge.studies.choices import QUESTIONS
from genedge.studies.runner import run_study
from genedge.studies.table import StudyTable

EFFECTS: Final = Kind("effect", 200)
RANKINGS: Final = Kind("ranking", 40)
APPLIED: Final = Kind("applied part", 40)
SEARCHING: Final = "Searching once more, recording every candidate"


def _key(scenario: Scenario, *more: Hashable) -> Hashable:
    return (to_json(replace(scenario, policies=ALL_POLICIES)), *more)


def effect_of(scenario: Scenario, name: str, other: str) -> StudyTable:
    """What another answer to the question ``name`` changes."""

    def compute(job: Job[StudyTable]) -> StudyTable:
        study = QUESTIONS[name].study(scenario, other)
        return run_study(
            study,
            trace=results.trace_of(scenario),
            progress=lambda _, done, total: job.report(done, total, "replications measured"),
        )

    return results.result_of(
        EFFECTS, _key(scenario, name, other), compute, "Replaying both on the same requests"
    )


def rankings_of(scenario: Scenario, moment: Example) -> tuple[Ranking, ...]:
    """How other forms of the fitness rank the search of the chosen decision."""
    number = moment.number
    assert number is not None
    key = _key(scenario, moment.run.policy, number)
    return results.result_of(
        RANKINGS, key, lambda _: rankings(trace_generations(moment.run, number)), SEARCHING
    )


def applied_of(scenario: Scenario, run: Run) -> Applied:
    """What the best candidates held, searching in the states of a run."""
    key = _key(scenario, run.policy)
    return results.result_of(APPLIED, key, lambda _: applied_parts(run), SEARCHING)
