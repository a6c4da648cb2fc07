"""genedge: which generative AI models should an edge server keep?

An implementation of Liang, Yang, He, Lyu, "Resource-Efficient Generative AI Model Deployment in
Mobile Edge Networks" (arXiv 2409.05303), with the exact optimum beside every policy.

>>> from genedge import PRESETS, simulate
>>> run = simulate(PRESETS["contended"], "lru")
>>> run.summary["requests"] == run.requests.model.size
True
"""

from genedge.catalog import Model, ModelCatalog
from genedge.decisions import (
    difference,
    explain,
    replay_from,
    trace_generations,
)
from genedge.errors import InputError
from genedge.policies import POLICIES, Policy
from genedge.run import METRICS, Run
from genedge.scenario import PRESETS, CostWeights, GeneticParameters, Scenario
from genedge.server import EdgeServer
from genedge.simulate import Comparison, compare, simulate
from genedge.trace_file import TraceFile, read_trace
from genedge.version import __version__
from genedge.workload import RequestTrace, TraceReference, Workload

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
