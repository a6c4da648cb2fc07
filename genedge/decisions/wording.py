"""How decisions are talked about: policies with their numbers, how often, how long ago."""

from genedge.findings import count, spoken
from genedge.scenario import Scenario


def called(scenario: Scenario, policy: str) -> str:
    """A policy in the middle of a sentence; ``lru-cap`` with its number of models."""
    if policy == "lru-cap":
        return f"LRU that holds at most {count(scenario.max_models, 'model')}"
    return spoken(policy)


def times(number: int) -> str:
    """never, once, twice, 3 times."""
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number:,} times")


def requests_ago(number: int) -> str:
    """1 request ago, 5 requests ago."""
    return f"{count(number, 'request')} ago"
