"""The best online policy by slot on a page: searched for once for all visitors, and kept."""

import math
from typing import Final

import streamlit as st

from genedge.dashboard.jobs.results import plans_to_search
from genedge.dashboard.jobs.room import ROOM, Job, Kind
from genedge.dashboard.jobs.watch import visitor, watch
from genedge.engine.planning import PRECISION, OnlinePlan
from genedge.registry.ledgers import LEDGERS, PAPER
from genedge.registry.policies import spoken
from genedge.runs.kept_plans import place_of
from genedge.runs.simulate import Plans
from genedge.say import amount, capital
from genedge.scenario.scenario import Scenario

SEARCHES: Final = Kind("best online policy", 8, patience_s=45.0)


def search(job: Job[OnlinePlan], plans: Plans) -> OnlinePlan:
    """Find the policy; the interval of its gain shrinks at a steady rate, which says how far."""
    job.ready.set()  # no page waits for it
    widths: list[float] = []

    def progress(_sweeps: int, low: float, high: float) -> None:
        widths.append(max((high - low) / max(abs(low), 1e-12), PRECISION))
        whole = math.log(max(widths) / PRECISION) or 1.0
        share = 1.0 - math.log(widths[-1] / PRECISION) / whole
        job.report(round(100 * share), 100, f"%: between {amount(low)} and {amount(high)} a slot")

    return plans.online(realised=False, progress=progress)


def search_under_way(scenario: Scenario) -> None:
    """Have it searched for where a comparison lacks it, and show that until it is found."""
    plans = plans_to_search(scenario)
    if plans is None:
        return
    name = capital(spoken(LEDGERS[PAPER].online))
    st.caption(f"{name} is being searched for; it joins the others when it is found.")
    key = place_of(plans.deployments(realised=False), plans.problem.rates).name
    job = ROOM.job(SEARCHES, key, lambda job: search(job, plans), visitor())
    watch([job], lambda _: None, key="best_online")
    if plans.online_at_hand(realised=False):  # already
        st.rerun()
