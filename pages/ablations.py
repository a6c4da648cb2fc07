"""Ablations: what each part behind the paper's findings is worth, taken away one at a time."""

from genedge.dashboard.ablations_page import parts
from genedge.dashboard.ablations_page.measured import measured
from genedge.dashboard.shell import state, widgets

widgets.heading(
    "Ablations",
    "Take one thing away and keep all else, requests included: what is it worth?",
)
widgets.rejections(state.current())
name, replications = parts.choose()
parts.draw(measured(state.current(), name, replications))
