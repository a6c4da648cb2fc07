"""One decision in words: why a model left, at what price, what would have been cheaper."""

import numpy as np

from genedge.decisions.explanation import Candidate, Explanation
from genedge.decisions.state import Rows
from genedge.registry.resources import RESOURCES
from genedge.say import amount, capital, count, listed

NEVER = float("inf")


def _who(e: Explanation) -> str:
    return e.run.kind.called(e.run.problem.scenario.max_models)


def _names(candidates: list[Candidate]) -> str:
    return listed([one.name for one in candidates])


def _rows(e: Explanation, rows: Rows) -> str:
    names = e.run.problem.scenario.model_catalog.names
    return listed([names[row] for row in np.flatnonzero(rows)])


def _them(candidates: list[Candidate]) -> str:
    return "it" if len(candidates) == 1 else "them"


def reason(e: Explanation) -> str:
    """What was done, by what rule, at what prices."""
    who, asked = capital(_who(e)), e.requested.name
    if not e.evicted:
        beside = f"fits beside {_names(e.kept)}" if e.kept else "comes to an empty server"
        return f"{who} evicted nothing: {asked} {beside}."
    dear, pressed = ([one for one in e.evicted if (one.keep_value > 0) == way] for way in (0, 1))
    if e.run.kind.kind == "decision" and dear and pressed:
        return (
            f"{who} evicted {_names(dear)}, because {_prices(e, dear)}, and {_names(pressed)} to "
            f"make room: {_prices(e, pressed)}."
        )
    return f"{who} evicted {_names(e.evicted)}{_motive(e)}: {_prices(e, e.evicted)}."


def _prices(e: Explanation, models: list[Candidate]) -> str:
    """What keeping these would have cost, and what reloading (or losing) them is to cost."""
    them = _them(models)
    keeping = amount(sum(one.resource_price for one in models))
    if e.by_slot and not any(e.state.at_stake[one.row] for one in models):
        return f"keeping {them} would have cost {keeping}, losing {them} nothing"
    if all(one.active_cycle == NEVER for one in models):
        return f"keeping {them} would have cost {keeping} and nobody is to ask for {them} again"
    reloading = amount(sum(one.switching_price for one in models))
    return (
        f"keeping {them} would have cost {keeping}, {'losing' if e.by_slot else 'reloading'} "
        f"{them} {reloading}"
    )


def of_slot(e: Explanation) -> list[str]:
    """Where slots are charged: what the slot's end will charge of this decision, and what of
    earlier ones; nothing elsewhere."""
    if not e.by_slot:
        return []
    staked = [one for one in e.evicted if e.state.at_stake[one.row]]
    told = [
        f"{one.name} was there at the slot's start: losing it by the slot's end costs "
        f"{amount(one.charged_price)}"
        + ("; it was back by then, so nothing is charged." if e.back[one.row] else ".")
        for one in staked
    ]
    free = [one for one in e.evicted if not e.state.at_stake[one.row]]
    if free:
        came = "came" if len(free) == 1 else "all came"
        told.append(
            f"{_names(free)} {came} within the slot: misses inside a slot are free on this bill."
        )
    if e.state.gone.any():
        told.append(
            f"{_rows(e, e.state.gone)} left earlier in the slot: lost already unless asked for "
            "again."
        )
    return told


def of_ledger(e: Explanation) -> str:
    """What the candidates' terms add up to, and what the ledger charges of it and when."""
    lost = f", with {amount(e.lost)} for what is lost already," if e.lost else ""
    text = f"The column In C(y) adds up{lost} to C(y) = {e.cost:.4g} of Eq. 12. "
    known = e.run.problem.scenario.active_cycle == "known"
    if e.by_slot:
        due = sum(one.charged_price for one in e.evicted if not e.back[one.row])
        by = "" if known else ", by the known active cycle,"
        return f"{text}For what left here the slot's end charges{by} {due:.4g}."
    if known:
        return text + f"The ledger charged {e.charged:.4g} of it at once, for what was evicted."
    return text + (
        f"The ledger charges evictions by the known active cycle, {e.charged:.4g} at once; "
        "the decision went by another one."
    )


def _motive(e: Explanation) -> str:
    """By what rule these were chosen to leave; empty where the two prices say it all."""
    kind = e.run.kind
    if kind.capped and e.state.fits(e.state.allowed):
        return ", because of its limit"
    if kind.kind == "bound":
        return " by its plan"
    if kind.kind == "decision":
        return " to make room" if all(one.keep_value > 0 for one in e.evicted) else ""
    if kind.measure is None:
        return f", {kind.rule}"
    measures = [kind.measure(one) for one in e.evicted]
    told = measures[:1] if len(set(measures)) == 1 else measures
    return f", {kind.rule} ({listed(told)})"


def of_price(e: Explanation) -> str | None:
    """How the price of the dearest evicted model comes about; None if nothing was evicted at a
    price."""
    if not e.evicted or e.evicted[0].active_cycle == NEVER or e.evicted[0].switching_price == 0:
        return None
    one = e.evicted[0]
    return (
        f"{one.name} takes {amount(float(e.run.problem.models.seen_delay_s[one.row]))} s to bring "
        f"back and is asked for about every {amount(one.active_cycle)} requests."
    )


def against_best(e: Explanation) -> str:
    """What the exact best decision would have done in the same state."""
    if e.excess == 0:
        return "No choice would have been cheaper for this decision."
    leaving = e.state.deployed & ~e.best
    instead = f"evicting {_rows(e, leaving)}" if leaving.any() else "evicting nothing"
    further = "; the plan looks further ahead" if e.run.kind.kind == "bound" else ""
    return f"The best single choice was {instead}, {amount(e.excess)} cheaper{further}."


def bound(e: Explanation) -> str:
    """Which constraint bound, or what it means that none did."""
    if e.bound_by:
        verb = "was" if len(e.bound_by) == 1 else "were"
        return f"{capital(listed(list(e.bound_by)))} {verb} short."
    if e.run.kind.kind == "decision" and e.evicted:
        them = _them(e.evicted)
        instead = f"losing {them}" if e.by_slot else "fetching again"
        return f"There was room: holding {them} costs more than {instead}."
    return "There was room enough."


def others(e: Explanation) -> str:
    """Who would have decided the same."""
    asked = [one for one in e.alternatives if one.policy != e.run.policy]
    same = [one.policy for one in asked if one.same]
    if len(same) == len(asked):
        return "Every other policy would have done the same."
    return f"{len(same)} of {len(asked)} other policies would have done the same."


def of_prices(e: Explanation) -> str:
    """For which models reloading costs more than holding, and whether these would have fitted."""
    there = [one for one in e.candidates if one.part != "requested"]
    worth = [one for one in there if one.keep_value > 0]
    if not worth:
        leave = "lose" if e.by_slot else "reload"
        return f"Nothing that was there costs more to {leave} than to hold."
    rows = np.zeros_like(e.state.deployed)
    rows[[one.row for one in worth]] = True
    rows[e.state.requested] = True
    fits = "they fit" if e.state.fits(rows) else "they do not all fit"
    return (
        f"{'Losing' if e.by_slot else 'Reloading'} costs more than holding for {len(worth)} of "
        f"{count(len(there), 'model')}; "
        f"{fits} beside {e.requested.name}."
    )


def of_capacities(e: Explanation) -> str:
    """What all that was there would have taken too much of."""
    everything = e.state.used(e.state.allowed).tolist()
    over = [
        f"{amount(used - room)} {one.unit} too much {one.label}"
        for used, room, one in zip(everything, e.state.capacity.tolist(), RESOURCES, strict=True)
        if used > room * (1.0 + 1e-9)
    ]
    if over:
        return f"All that was there would have taken {listed(over)}."
    return "All that was there would have fitted."
