"""What the page's switches compute, kept for everybody on this server."""

from collections.abc import Hashable
from dataclasses import replace
from typing import Final

import streamlit as st

from genedge.dashboard.jobs import results
from genedge.decisions import trace_generations
from genedge.equations.example import Example
from genedge.registry.policies import ALL_POLICIES
from genedge.runs.run import Run
from genedge.scenario.codec import to_json
from genedge.scenario.problem import build
from genedge.scenario.scenario import Scenario
from genedge.studies.choice_effects import Effect, measure
from genedge.studies.choice_searches import Applied, Ranking, applied_parts, rankings
from genedge.studies.choices import QUESTIONS

MOST_EFFECTS: Final = 200


@st.cache_resource
def _effects() -> results.Kept[Effect]:
    return results.Kept(MOST_EFFECTS)


@st.cache_resource
def _rankings() -> results.Kept[tuple[Ranking, ...]]:
    return results.Kept(40)


@st.cache_resource
def _applied() -> results.Kept[Applied]:
    return results.Kept(40)


def _key(scenario: Scenario, *more: Hashable) -> Hashable:
    return (to_json(replace(scenario, policies=ALL_POLICIES)), *more)


def effect_of(scenario: Scenario, name: str, other: str) -> Effect:
    """What another answer to the question ``name`` changes."""

    def compute() -> Effect:
        question = QUESTIONS[name]
        answer = next(one for one in question.answers if one.name == other)
        return measure(build(scenario, results.trace_of(scenario)), question, answer)

    return _effects().get(_key(scenario, name, other), compute)


def rankings_of(scenario: Scenario, moment: Example) -> tuple[Ranking, ...]:
    """How other forms of the fitness rank the search of the chosen decision."""
    number = moment.number
    assert number is not None
    return _rankings().get(
        _key(scenario, moment.run.policy, number),
        lambda: rankings(trace_generations(moment.run, number)),
    )


def applied_of(scenario: Scenario, run: Run) -> Applied:
    """What the best candidates held, searching in the states of a run."""
    return _applied().get(_key(scenario, run.policy), lambda: applied_parts(run))
