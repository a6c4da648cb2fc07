"""Ablations: what each part behind the paper's findings is worth, taken away one at a time."""

from genedge.dashboard.ablations_page import parts
from genedge.dashboard.jobs import results
from genedge.dashboard.shell import state, widgets

widgets.heading(
    "Ablations",
    "Take one thing away and keep all else, requests included: what is it worth?",
)
widgets.rejections(state.current())
parts.draw(results.ablation_of(state.current(), parts.choose()))
