"""What the page is about, what it holds, and which paper it follows how closely."""

from typing import Final

SUMMARY: Final = (
    "Every equation that genedge computes: in words, in symbols, and with the numbers of a "
    "decision that you choose. And every place where the paper leaves a choice open, with a switch "
    "that shows what another answer would change."
)

DECIDED: Final = (
    "An edge server close to its users can hold only some of the generative AI models that they "
    "ask for; the others wait in the cloud. Whenever somebody asks for a model that is not there, "
    "it has to be fetched, and something has to be decided: which of the models that are there "
    "stay, and which are **evicted**. Holding a model costs storage and GPU memory for as long as "
    "it stays; evicting it means that somebody will wait when it is asked for again."
)

CITATION: Final = (
    "Liang, Yang, He, Lyu, *Resource-Efficient Generative AI Model Deployment in Mobile Edge "
    "Networks*, [arXiv 2409.05303](https://arxiv.org/abs/2409.05303)."
)

SHORTLY: Final = (
    "The numbers of equations 1 to 12 are that paper's; their form is our reconstruction. Formulas "
    "without a number are ours."
)

RECONSTRUCTION: Final = (
    "The text of the paper that reached us has lost its formulas. What you read here is a "
    "**reconstruction** from its words, so equations may differ from the printed ones, and each "
    "choice that those words leave open is listed under [Choices](#choices)."
)

CONTENTS: Final = (
    ("Symbols", "symbols"),
    ("What fits (1–3)", "constraints"),
    ("Delays (4–6)", "delays"),
    ("Evictions (7)", "switching"),
    ("Resources (8–10)", "resources"),
    ("Objective (11)", "objective"),
    ("Fitness (12)", "fitness"),
    ("Active cycle", "active_cycle"),
    ("Order of events", "events"),
    ("Policies", "policies"),
    ("Bounds", "bounds"),
    ("Two ledgers", "ledgers"),
    ("Choices", "choices"),
    ("Source", "source"),
)
"""What the page holds: title and anchor."""
