"""Decisions in words: why a model left, what was better, where a difference comes from.

Every sentence is computed from the ledger of a decision or from two runs.
"""

from typing import Final

import numpy as np

from genedge.decisions.difference import Difference, ModelDifference
from genedge.decisions.explanation import Candidate, Explanation
from genedge.decisions.state import Rows, State
from genedge.engine.eviction import FIFO, LFU, LRU, RANDOM
from genedge.findings import LEDGERS, SAME, amount, capital, count, listed, percent, spoken
from genedge.run import CONSTRAINTS, Run

OTHER_EVENT: Final = {"average_cost": "eviction", "realised_cost": "miss"}


def reason(e: Explanation) -> str:
    """What was done and why, in one sentence."""
    who = capital(spoken(e.run.policy))
    asked = e.requested.name
    if not e.evicted:
        if not e.kept:
            return f"{who} fetches {asked}: nothing else was deployed."
        return f"{who} evicted nothing: {asked} fits beside {_names(e.kept)}."
    them = "it" if len(e.evicted) == 1 else "them"
    return (
        f"{who} evicted {_names(e.evicted)}{_motive(e)}: keeping {them} would have cost "
        f"{amount(sum(one.resource_price for one in e.evicted))} {_while(e.state)}, "
        f"{_reload(e.evicted, them)}."
    )


def _names(candidates: list[Candidate]) -> str:
    return listed([one.name for one in candidates])


def _while(state: State) -> str:
    """For how long a decision pays for what it holds."""
    if state.run.problem.scenario.decision_horizon == "slot":
        return "a slot"
    return "until the next request"


def _reload(evicted: list[Candidate], them: str) -> str:
    price = sum(one.switching_price for one in evicted)
    if all(one.switching_price == 0 and one.active_cycle == float("inf") for one in evicted):
        return f"and nobody is expected to ask for {them} again"
    return f"reloading {them} is expected to cost {amount(price)}"


def _motive(e: Explanation) -> str:
    """By what rule these were chosen to leave; empty where the two prices say it all."""
    run, state = e.run, e.state
    first = e.evicted[0]
    several = len(e.evicted) > 1
    kind = run.kind
    if kind.capped and not _needed_room(e):
        return f" because it holds at most {count(run.problem.scenario.max_models, 'model')}"
    if kind.kind == "bound":
        return " by its plan"
    if kind.kind == "decision":
        if all(one.keep_value > 0 for one in e.evicted):
            return f" to make room ({e.bound_by} was short)" if e.bound_by else ""
        return ""
    if kind.code == RANDOM:
        return ", drawn by lot"
    rule, measure = {
        FIFO: ("deployed longest ago", _requests_since(state, state.deployed_at[first.row])),
        LFU: ("least asked for so far", _times(first.requests_so_far)),
        LRU: ("not asked for the longest", _requests_since(state, state.last_request[first.row])),
    }[kind.code]
    return f", {rule}" if several else f", {rule} ({measure})"


def _requests_since(state: State, request: int) -> str:
    return count(state.request - int(request), "request")


def _needed_room(e: Explanation) -> bool:
    """Whether the requested model would not have fitted beside all that was deployed."""
    return not e.state.fits(e.state.allowed)


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def against_best(e: Explanation) -> str:
    """What the exact best decision would have done in the same state."""
    if e.excess == 0:
        if e.run.policy == "exact" or not e.state.deployed.any():
            return "No choice would have been cheaper for this decision."
        return "The exact best decision costs just as much: for this one nothing was given away."
    leaving = e.state.deployed & ~e.best
    instead = f"evicted {_rows(e, leaving)}" if leaving.any() else "evicted nothing"
    text = (
        f"The exact best decision would have {instead}: {amount(e.best_cost)} instead of "
        f"{amount(e.cost)}, {amount(e.excess)} cheaper"
    )
    if e.run.kind.kind == "bound":
        return f"{text} for this one decision; the plan looks further ahead."
    return f"{text}."


def _rows(e: Explanation, rows: Rows) -> str:
    names = e.run.problem.scenario.model_catalog.names
    return listed([names[row] for row in np.flatnonzero(rows)])


def bound(e: Explanation) -> str:
    """Which constraint bound, or what it means that none did."""
    if e.bound_by:
        return f"What bound: {e.bound_by}. Without that limit the decision would have been another."
    if e.run.kind.kind == "decision" and any(one.keep_value <= 0 for one in e.evicted):
        them = "it" if len(e.evicted) == 1 else "them"
        return (
            f"No constraint bound: there was room, but holding {them} costs more than fetching "
            f"{them} again."
        )
    return "No constraint bound: there was room enough."


def others(e: Explanation) -> str:
    """Who would have decided the same, and who would have given away most."""
    same = [one.policy for one in e.alternatives if one.same and one.policy != e.run.policy]
    rest = [one for one in e.alternatives if not one.same]
    if not rest:
        return "Every policy would have done the same."
    text = (
        f"The same would have been done by {listed([spoken(name) for name in same])}. "
        if same
        else ""
    )
    worst = max(rest, key=lambda one: one.excess)
    if worst.excess > max(e.excess, 0.0):
        left = _rows(e, worst.evicted) if worst.evicted.any() else "nothing"
        text += (
            f"Dearest for this decision would have been {spoken(worst.policy)}: it would have "
            f"evicted {left}, {amount(worst.excess)} above the best."
        )
    elif not same:
        text = f"No other policy would have decided as {spoken(e.run.policy)} did."
    return capital(text.strip())


def of_difference(d: Difference) -> list[str]:
    """Where the difference between two runs comes from, most important first."""
    ours, theirs = spoken(d.run.policy), spoken(d.other.policy)
    ledger = LEDGERS[d.metric]
    least = min(d.run.summary[d.metric], d.other.summary[d.metric])
    if abs(d.total) <= SAME * max(least, 1e-12):
        return [f"On {ledger} both cost the same, {amount(least)} a slot."]
    if d.total < 0:
        return of_difference(_turned(d))
    event = OTHER_EVENT[d.metric]
    sentences = [
        f"On {ledger} {ours} costs {amount(d.total)} a slot more than {theirs}: "
        f"{_signed(d.delay_difference, d)} for {'evictions' if event == 'eviction' else 'misses'}, "
        f"{_signed(d.resource_difference, d)} for what is held."
    ]
    if d.delay_difference >= d.resource_difference:
        sentences.append(_of_events(d, event))
    else:
        sentences.append(_of_holding(d))
    top = d.models[0]
    if len(d.models) > 1 and top.total > 0:
        sentences.append(_of_model(d, top, event))
    return sentences


def of_shares(d: Difference) -> str:
    """How few models make most of the difference."""
    ours, theirs = spoken(d.run.policy), spoken(d.other.policy)
    dearer = sorted((one for one in d.models if one.total > 0), key=lambda one: -one.total)
    part, names = 0.0, []
    for one in dearer:
        part += one.total
        names.append(one.name)
        if part >= 0.8 * d.total:
            break
    text = f"{capital(listed(names))} make{'s' if len(names) == 1 else ''} "
    text += f"{percent(part / d.total)} of the difference"
    saved = [one.name for one in d.models if one.total < -0.02 * d.total]
    if saved:
        text += f"; for {listed(saved)} {theirs} pays more than {ours}"
    return text + "."


def _turned(d: Difference) -> Difference:
    """The same difference told from the dearer run."""
    from genedge.decisions.difference import difference

    return difference(d.other, d.run, d.metric)


def _signed(value: float, d: Difference) -> str:
    if abs(value) <= 1e-9 * abs(d.total):
        return "as much"
    return f"{amount(abs(value))} {'more' if value >= 0 else 'less'}"


def _of_events(d: Difference, event: str) -> str:
    """How many evictions (or misses) there were, and what one cost on average."""
    totals = [
        (sum(one.times for one in d.models), sum(one.delay_cost for one in d.models)),
        (sum(one.other_times for one in d.models), sum(one.other_delay_cost for one in d.models)),
    ]
    slots = d.run.requests.slots
    means = [cost * slots / times if times else 0.0 for times, cost in totals]
    names = [capital(spoken(d.run.policy)), spoken(d.other.policy)]
    verb = "evicts" if event == "eviction" else "misses"
    text = (
        f"{names[0]} {verb} {_times(totals[0][0])}, {amount(means[0])} each on average; "
        f"{names[1]} {_times(totals[1][0])}, {amount(means[1])} each"
    )
    if event == "eviction" and d.run.kind.kind == "baseline" and means[0] > 1.05 * means[1]:
        text += f". {_blindness(d.run)}"
    return text + "."


def _blindness(run: Run) -> str:
    """What a baseline goes by, and what it never looks at."""
    goes_by = {
        RANDOM: "lots",
        FIFO: "the order of arrival",
        LRU: "when a model was last asked for",
        LFU: "how often a model was asked for",
    }[run.kind.code]
    who = capital(spoken(run.policy))
    return f"{who} goes by {goes_by} and never looks at what reloading a model costs"


def _of_holding(d: Difference) -> str:
    held = [run.summary["mean_deployed"] for run in (d.run, d.other)]
    models = len(d.run.problem.scenario.model_catalog)
    text = (
        f"{capital(spoken(d.run.policy))} holds {held[0]:.1f} of {count(models, 'model')} on "
        f"average, {spoken(d.other.policy)} {held[1]:.1f}"
    )
    if d.run.kind.kind == "baseline" and not d.run.kind.capped and held[0] > held[1]:
        text += (
            f". {capital(spoken(d.run.policy))} lets go of a model only when another one needs "
            "the room"
        )
    return text + "."


def _of_model(d: Difference, one: ModelDifference, event: str) -> str:
    """The model that makes the largest part of the difference."""
    part = f"{capital(percent(one.total / d.total))} of the difference is {one.name}"
    if one.total > d.total:
        part = f"Most of it is {one.name}, {amount(one.total)} by itself"
    if one.delay_difference >= one.resource_difference:
        done = "evicted" if event == "eviction" else "missed"
        return (
            f"{part}: {done} {_times(one.times)} against {_times(one.other_times)}, "
            f"{amount(one.price)} each."
        )
    return f"{part}: held in {percent(one.held)} of the slots against {percent(one.other_held)}."


def of_what_if(run: Run, other: Run, state: State) -> list[str]:
    """What another choice at one decision comes to by the end of the run."""
    now, then = run.summary, other.summary
    slots = run.requests.slots
    cost = (then["average_cost"] - now["average_cost"]) * slots
    rounding = 1e-9 * (1.0 + now["average_cost"] * slots)
    if abs(cost) <= rounding and np.array_equal(run.deployed, other.deployed):
        return ["By the end nothing would have changed: the same is deployed after every slot."]
    misses = int(then["misses"] - now["misses"])
    waited = _waited(other) - _waited(run)
    return [
        f"By the end this would have cost {_more(cost)} on Eq. 11 and "
        f"{_more((then['realised_cost'] - now['realised_cost']) * slots)} on the realised ledger, "
        f"with {_count_more(misses, 'miss', 'misses')} and {_seconds_more(waited)} of waiting "
        "in all.",
        _until_same(run, other, state),
    ]


def _waited(run: Run) -> float:
    """Seconds that all users waited together."""
    return run.summary["mean_service_delay_s"] * (run.summary["hits"] + run.summary["misses"])


def _more(value: float) -> str:
    if abs(value) <= 1e-9:
        return "the same"
    return f"{amount(abs(value))} {'more' if value > 0 else 'less'}"


def _count_more(number: int, one: str, several: str) -> str:
    if number == 0:
        return f"as many {several}"
    noun = one if abs(number) == 1 else several
    return f"{abs(number):,} {noun} {'more' if number > 0 else 'fewer'}"


def _seconds_more(value: float) -> str:
    if abs(value) <= 1e-9:
        return "the same seconds"
    return f"{amount(abs(value))} s {'more' if value > 0 else 'less'}"


def _until_same(run: Run, other: Run, state: State) -> str:
    """For how long the two runs hold different models."""
    apart = np.flatnonzero((run.deployed != other.deployed).any(axis=1))
    if apart.size == 0:
        return "At every slot's end both hold the same models."
    last = int(apart[-1])
    if last == run.requests.slots - 1:
        return "The two hold different models to the very end."
    return (
        f"From slot {last + 2:,} on both hold the same models again: the choice of slot "
        f"{state.slot + 1:,} is forgotten."
    )


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
    names = list(CONSTRAINTS.values())
    shares = [
        (used / room if room > 0 else 0.0, everything / room if room > 0 else 0.0, name)
        for used, everything, room, name in zip(
            state.used(state.chosen), state.used(state.allowed), state.capacity, names, strict=True
        )
    ]
    text = "After the decision " + listed(
        [f"{percent(used)} of the {name}" for used, _, name in shares]
    )
    over = [f"{percent(all_)} of the {name}" for _, all_, name in shares if all_ > 1.0 + 1e-9]
    text += " is taken"
    if over:
        return f"{text}; with all that was there it would have been {listed(over)}."
    return f"{text}; all that was there would have fitted."
