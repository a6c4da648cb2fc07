"""One decision in words: why a model left, at what price, what would have been cheaper.

Every sentence is computed from the ledger of the decision.
"""

import numpy as np

from genedge.decisions.explanation import Candidate, Explanation
from genedge.decisions.state import Rows
from genedge.registry.policies import POLICIES
from genedge.registry.resources import RESOURCES
from genedge.say import amount, capital, count, listed, percent

NEVER = float("inf")


def _who(e: Explanation) -> str:
    return POLICIES[e.run.policy].called(e.run.problem.scenario.max_models)


def _names(candidates: list[Candidate]) -> str:
    return listed([one.name for one in candidates])


def _rows(e: Explanation, rows: Rows) -> str:
    names = e.run.problem.scenario.model_catalog.names
    return listed([names[row] for row in np.flatnonzero(rows)])


def _them(candidates: list[Candidate]) -> str:
    return "it" if len(candidates) == 1 else "them"


def reason(e: Explanation) -> str:
    """What was done and why, in one sentence."""
    who = capital(_who(e))
    asked = e.requested.name
    if not e.evicted:
        if not e.kept:
            return f"{who} fetches {asked}: nothing else was deployed."
        return f"{who} evicted nothing: {asked} fits beside {_names(e.kept)}."
    dear, pressed = _dear(e), [one for one in e.evicted if one.keep_value > 0]
    if e.run.kind.kind == "decision" and dear and pressed:
        return (
            f"{who} evicted {_names(dear)}, because {_balance(e, dear)}, and {_names(pressed)} to "
            f"make room{_short(e)}: {_balance(e, pressed)}."
        )
    return f"{who} evicted {_names(e.evicted)}{_motive(e)}: {_balance(e, e.evicted)}."


def _dear(e: Explanation) -> list[Candidate]:
    """Evicted models that cost more to hold than to reload."""
    return [one for one in e.evicted if one.keep_value <= 0]


def _balance(e: Explanation, models: list[Candidate]) -> str:
    """What keeping these would have cost, and what reloading them is expected to cost."""
    them = _them(models)
    keeping = amount(sum(one.resource_price for one in models))
    ahead = e.run.problem.scenario.decision_horizon == "slot"
    until = "a slot" if ahead else "until the next request"
    reloading = amount(sum(one.switching_price for one in models))
    then = f"reloading {them} is expected to cost {reloading}"
    if all(one.active_cycle == NEVER for one in models):
        sure = e.run.problem.scenario.active_cycle != "history"
        then = f"and nobody {'asks' if sure else 'is expected to ask'} for {them} again"
    return f"keeping {them} would have cost {keeping} {until}, {then}"


def _short(e: Explanation) -> str:
    """Which capacities were short, in brackets."""
    if not e.bound_by:
        return ""
    return f" ({listed(list(e.bound_by))} {'was' if len(e.bound_by) == 1 else 'were'} short)"


def _motive(e: Explanation) -> str:
    """By what rule these were chosen to leave; empty where the two prices say it all."""
    run, state = e.run, e.state
    kind = run.kind
    if kind.capped and state.fits(state.allowed):
        return ", because of its limit"
    if kind.kind == "bound":
        return " by its plan"
    if kind.kind == "decision":
        return f" to make room{_short(e)}" if not _dear(e) else ""
    if kind.measure is None:
        return f", {kind.rule}"
    measures = [kind.measure(one) for one in e.evicted]
    told = measures[:1] if len(set(measures)) == 1 else measures
    return f", {kind.rule} ({listed(told)})"


def of_price(e: Explanation) -> str | None:
    """How the price of the dearest evicted model comes about; None if nothing was evicted."""
    if not e.evicted or e.evicted[0].active_cycle == NEVER:
        return None
    one = e.evicted[0]
    weight = e.run.problem.weights.delay
    seen = e.run.problem.models.seen_delay_s[one.row]
    factor = "" if weight == 1 else f"{weight:g} · "
    return (
        f"{one.name} takes {amount(float(seen))} s to bring back and is asked for about every "
        f"{amount(one.active_cycle)} requests: {factor}{amount(float(seen))} / "
        f"{amount(one.active_cycle)} = {amount(one.switching_price)}."
    )


def against_best(e: Explanation) -> str:
    """What the exact best decision would have done in the same state."""
    if e.excess == 0:
        if e.run.policy == "exact" or not e.state.deployed.any():
            return "No choice would have been cheaper for this decision."
        return "The exact best decision costs just as much: for this one nothing was given away."
    leaving = e.state.deployed & ~e.best
    instead = f"evicted {_rows(e, leaving)}" if leaving.any() else "evicted nothing"
    text = (
        f"The exact best decision would have {instead}. With what stays held, C(y) would have "
        f"been {amount(e.best_cost)} instead of {amount(e.cost)}: {amount(e.excess)} cheaper for "
        "this one decision"
    )
    if e.run.kind.kind == "bound":
        return f"{text}; the plan looks further ahead."
    return f"{text}."


def bound(e: Explanation) -> str:
    """Which constraint bound, or what it means that none did."""
    kind = e.run.kind.kind
    if e.bound_by:
        names = listed(list(e.bound_by))
        if kind == "bound":
            return f"All that was there would not have fitted: {names}."
        limit = "that limit" if len(e.bound_by) == 1 else "those limits"
        return f"What bound: {names}. Without {limit} the decision would have been another."
    if kind == "decision" and e.evicted:
        them = _them(e.evicted)
        return (
            f"No constraint bound: there was room, but holding {them} costs more than fetching "
            f"{them} again."
        )
    return "No constraint bound: there was room enough."


def others(e: Explanation) -> str:
    """Who would have decided the same, and who would have given away most."""
    scenario = e.run.problem.scenario
    asked = [one for one in e.alternatives if one.policy != e.run.policy]
    same = [POLICIES[one.policy].called(scenario.max_models) for one in asked if one.same]
    rest = [one for one in asked if not one.same]
    if not asked:
        return "No other policy was asked."
    if not rest:
        return "Every policy asked would have done the same."
    text = capital(listed(same)) + " would have done the same. " if same else ""
    if not same:
        text = "No other policy asked would have done the same. "
    # The capped rival evicts all but its k models every time: as the dearest it says nothing.
    free = [one for one in rest if one.policy != "lru-cap"]
    worst = max(free, key=lambda one: one.excess, default=None)
    if worst is not None and worst.excess > e.excess + 1e-9:
        left = _rows(e, worst.evicted) if worst.evicted.any() else "nothing"
        text += (
            "Dearest for this decision would have been "
            f"{POLICIES[worst.policy].called(scenario.max_models)}: it would have "
            f"evicted {left}, {amount(worst.excess)} above the best."
        )
    return text.strip()


def of_prices(e: Explanation) -> str:
    """For which models reloading costs more than holding, and whether these would have fitted."""
    there = [one for one in e.candidates if one.part != "requested"]
    if not there:
        return "Nothing was deployed before: there was nothing to give up."
    worth = [one for one in there if one.keep_value > 0]
    if not worth:
        return "Holding costs more than reloading for every model that was there."
    rows = np.zeros_like(e.state.deployed)
    rows[[one.row for one in worth]] = True
    rows[e.state.requested] = True
    fits = e.state.fits(rows)
    whom = f"{len(worth)} of the {count(len(there), 'model')} that were there"
    if len(worth) == len(there):
        whom = "every model that was there" if len(there) > 1 else there[0].name
    if len(worth) == 1:
        together = "it fits" if fits else "it does not fit"
    else:
        together = "together they fit" if fits else "together they do not fit"
    return f"Reloading costs more than holding for {whom}; {together} beside {e.requested.name}."


def of_capacities(e: Explanation) -> str:
    """How full the server is after the decision, and what all candidates would have taken."""
    state = e.state
    columns = list(
        zip(
            state.used(state.chosen).tolist(), state.used(state.allowed).tolist(),
            state.capacity.tolist(), RESOURCES, strict=True,
        )
    )  # fmt: skip
    taken = [
        f"{percent(used / room)} of the {one.label}" if room > 0 else f"no {one.label}"
        for used, _, room, one in columns
    ]
    text = f"After the decision {listed(taken)} is taken"
    over = [
        f"{amount(everything - room)} {one.unit} too much {one.label}"
        for _, everything, room, one in columns
        if everything > room * (1.0 + 1e-9)
    ]
    if over:
        return f"{text}; with all that was there it would have been {listed(over)}."
    return f"{text}; all that was there would have fitted."
