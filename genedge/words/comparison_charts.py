"""What single charts and tables show, a sentence each, computed from the same figures."""

from genedge.registry.ledgers import LEDGERS, ledger_of
from genedge.registry.policies import POLICIES, decision_maker, spoken
from genedge.runs.curves import Curve
from genedge.say import SAME, amount, capital, percent
from genedge.studies.comparison import PolicyFigures, cheapest
from genedge.studies.statistics import Estimate


def split_sentence(
    figures: dict[str, PolicyFigures], optimum: dict[str, Estimate], metric: str
) -> str:
    """What the stacked costs of one ledger show."""
    best = cheapest(figures, [name for name in figures if POLICIES[name].kind != "bound"], metric)
    if best is None:
        return "Only bounds are compared."
    cost = figures[best].mean(metric)
    held = figures[best].mean("resource_cost") / cost if cost > 0 else 0.0
    text = (
        f"{capital(spoken(best))} is cheapest of the real policies at {amount(cost)} a slot, "
        f"{percent(held)} of it for resources"
    )
    if metric in optimum and optimum[metric].mean > 0:
        text += f"; knowing the future would cost {amount(optimum[metric].mean)}"
    return text + "."


def off_the_scale(ends: dict[str, float]) -> list[str]:
    """Policies so dear, by their cost, that charts would press all others together."""
    usual = [cost for name, cost in ends.items() if not POLICIES[name].capped]
    return [name for name, cost in ends.items() if usual and cost > 1.5 * max(usual)]


def so_far_sentence(curves: dict[str, Curve], metric: str) -> str:
    """Whether the running averages have settled by the end, and what is not drawn."""
    name = decision_maker(curves) or next(iter(curves))
    values = curves[name].cost[metric]
    text = f"{capital(spoken(name))} ends at {amount(float(values[-1]))} a slot"
    if len(values) >= 4 and values[-1] != 0:
        half = float(values[len(values) // 2])
        drift = float(values[-1]) / half - 1.0 if half else 0.0
        settled = "has settled"
        if abs(drift) >= 0.05:
            way = "rose" if drift > 0 else "fell"
            settled = f"still {way} by {percent(drift)} in the second half"
        text += f" and {settled}; the edge starts empty, so early slots are not typical"
    ends = {name: float(curve.cost[metric][-1]) for name, curve in curves.items()}
    for dear in off_the_scale(ends):
        end = amount(float(curves[dear].cost[metric][-1]))
        text += (
            f". {POLICIES[dear].label} is off the scale at {end}: its name in the legend shows it"
        )
    return text + "."


def delay_sentence(figures: dict[str, PolicyFigures]) -> str:
    """Who waits least on average, and how long the unlucky ones wait."""
    real = [name for name in figures if POLICIES[name].kind != "bound"] or list(figures)
    best = min(real, key=lambda name: figures[name].mean("mean_service_delay_s"))
    worst = max(real, key=lambda name: figures[name].mean("mean_service_delay_s"))
    least, most = (figures[name].mean("mean_service_delay_s") for name in (best, worst))
    if most - least <= SAME * most:
        return f"On average users wait {amount(least)} s, whoever decides."
    return (
        f"On average users wait {amount(figures[best].mean('mean_service_delay_s'))} s under "
        f"{spoken(best)} and {amount(figures[worst].mean('mean_service_delay_s'))} s under "
        f"{spoken(worst)}; the slowest twentieth wait "
        f"{amount(figures[best].mean('p95_service_delay_s'))} s or more even under {spoken(best)}."
    )


def disagreement(figures: dict[str, PolicyFigures]) -> str:
    """Whether both ledgers name the same winner."""
    real = [name for name in figures if POLICIES[name].kind != "bound"] or list(figures)
    eq11, realised = (min(real, key=lambda name: figures[name].mean(metric)) for metric in LEDGERS)
    for metric in LEDGERS:
        costs = [figures[name].mean(metric) for name in real]
        if len(costs) > 1 and max(costs) - min(costs) <= SAME * max(costs):
            return f"On {LEDGERS[metric].spoken} all real policies cost the same."
    dear = {
        name
        for metric in LEDGERS
        for name in off_the_scale({name: one.mean(metric) for name, one in figures.items()})
    }
    hidden = "".join(f" {POLICIES[name].label} is off the scale and hidden." for name in dear)
    if eq11 == realised:
        return f"Both ledgers name {spoken(eq11)} the cheapest of the real policies.{hidden}"
    ours, theirs = figures[eq11], figures[realised]
    return (
        f"Eq. 11 names {spoken(eq11)} the cheapest of the real policies, the realised ledger "
        f"{spoken(realised)}: {percent(ours.mean('misses') / max(ours.mean('requests'), 1.0))} of "
        f"requests wait under the one, "
        f"{percent(theirs.mean('misses') / max(theirs.mean('requests'), 1.0))} under the other."
        f"{hidden}"
    )


def gain_sentence(
    gains: dict[str, tuple[float, float]], figures: dict[str, PolicyFigures]
) -> str | None:
    """Long-run cost of the best online policies beside what this many slots came to."""
    parts = []
    for name, (low, high) in gains.items():
        metric = ledger_of(POLICIES[name].realised).metric
        exact = f"{(low + high) / 2:.4g}"
        if high - low > 2e-4 * abs(high):  # value iteration was cut short
            exact = f"between {low:.4g} and {high:.4g}"
        parts.append(
            f"{spoken(name)} costs {exact} a slot in the long run "
            f"and {amount(figures[name].mean(metric))} here"
        )
    if not parts:
        return None
    return capital("; ".join(parts)) + ": the edge starts empty, and chance has its share."
