"""genedge: which generative AI models should an edge server keep?

An implementation of Liang, Yang, He, Lyu, "Resource-Efficient Generative AI Model Deployment in
Mobile Edge Networks" (arXiv 2409.05303), with the exact optimum beside every policy.

>>> from genedge import PRESETS, simulate
>>> run = simulate(PRESETS["contended"], "lru")
>>> run.summary["requests"] == run.requests.model.size
True
"""

from genedge.decisions import difference, explain, replay_from, trace_generations
from genedge.errors import InputError
from genedge.intake.catalog import Model, ModelCatalog
from genedge.intake.request_log import TraceFile, read_trace
from genedge.intake.server import EdgeServer
from genedge.intake.workload import RequestTrace, TraceReference, Workload
from genedge.registry.metrics import METRICS
from genedge.registry.policies import POLICIES, Policy
from genedge.runs.run import Run
from genedge.runs.simulate import simulate
from genedge.scenario.presets import PRESETS
from genedge.scenario.scenario import CostWeights, GeneticParameters, Scenario
from genedge.studies.comparison import Comparison, compare
from genedge.version import __version__

__all__ = [
    "METRICS",
    "POLICIES",
    "PRESETS",
    "Comparison",
    "CostWeights",
    "EdgeServer",
    "GeneticParameters",
    "InputError",
    "Model",
    "ModelCatalog",
    "Policy",
    "RequestTrace",
    "Run",
    "Scenario",
    "TraceFile",
    "TraceReference",
    "Workload",
    "__version__",
    "compare",
    "difference",
    "explain",
    "read_trace",
    "replay_from",
    "simulate",
    "trace_generations",
]
