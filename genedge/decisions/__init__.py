"""Decisions taken apart: why a model was evicted, what else could have been done, what it costs.

- :func:`explain` takes one decision apart, candidate by candidate, and sets it beside the exact
  best and beside what every other policy would have done in the same state;
- :func:`replay_from` forces another choice and replays the rest of the same requests;
- :func:`difference` takes the difference between two runs apart, model by model;
- :func:`trace_generations` records the whole genetic search behind one decision.
"""

from genedge.decisions.alternatives import (
    Alternative,
    alternatives,
    check_choice,
    chosen_rows,
    replay_from,
)
from genedge.decisions.difference import Difference, ModelDifference, difference
from genedge.decisions.explanation import Candidate, Explanation, explain
from genedge.decisions.generations import GenerationTrace, trace_generations
from genedge.decisions.state import State, state_of

__all__ = [
    "Alternative",
    "Candidate",
    "Difference",
    "Explanation",
    "GenerationTrace",
    "ModelDifference",
    "State",
    "alternatives",
    "check_choice",
    "chosen_rows",
    "difference",
    "explain",
    "replay_from",
    "state_of",
    "trace_generations",
]
