"""How fast and how good the engine is on this machine; ``python -m genedge bench``.

Everything is measured through the loops that ``run`` uses, per-slot ledger on, on seeded inputs.
Times are medians of repeated measurements, since machines are noisy; quality does not vary.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numba
import numpy as np

from genedge.decisions import explain, replay_from
from genedge.engine.decision_batch import GA
from genedge.engine.planning import clairvoyant_plan, family, online_plan
from genedge.engine.slot_policy import online_slot_plan
from genedge.intake.workload import RequestTrace, Workload, times_within
from genedge.limits import MAX_SLOTS
from genedge.paper.figures import figure_sweeps
from genedge.runs.simulate import Plans, replay_policy
from genedge.scenario.presets import PRESETS
from genedge.scenario.problem import Problem, build
from genedge.scenario.scenario import GeneticParameters
from genedge.studies.comparison import compare
from genedge.studies.random_catalogs import REQUESTS_PER_SLOT, contended_scenario
from genedge.studies.runner import run_study
from genedge.studies.search_quality import DecisionBatch
from genedge.version import __version__

BASELINES = ("fifo", "lru", "lfu")


def median_s(work: Callable[[], object], repeats: int) -> float:
    """Median seconds that ``work`` takes, after one run to warm up."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def requests_of(problem: Problem, count: int) -> RequestTrace:
    """Exactly ``count`` requests at the problem's popularity, ten a slot (seed 0)."""
    share = np.cumsum(problem.rates / problem.rates.sum())
    chance = np.random.default_rng(0)
    model = np.searchsorted(share[:-1], chance.random(count), side="right").astype(np.int32)
    start = np.append(np.arange(0, count, REQUESTS_PER_SLOT), count).astype(np.int64)
    times = times_within(start, np.ones(count + start.size - 1))
    return RequestTrace(model, start, times)


def _replay(models: int, requests: int, repeats: int) -> tuple[dict[str, float], dict[str, int]]:
    """Million requests a second of the baselines on one core, and their misses."""
    problem = build(contended_scenario(models))
    trace = requests_of(problem, requests)
    speed, misses = {}, {}
    for policy in BASELINES:
        seconds = median_s(lambda policy=policy: replay_policy(problem, policy, trace), repeats)  # type: ignore[misc]
        speed[policy] = requests / seconds / 1e6
        misses[policy] = int(replay_policy(problem, policy, trace).summary["misses"])
    return speed, misses


def _seconds_per_decision(problem: Problem, policy: str, requests: int, repeats: int) -> float:
    trace = requests_of(problem, requests)
    decisions = int(replay_policy(problem, policy, trace).summary["misses"])
    return median_s(lambda: replay_policy(problem, policy, trace), repeats) / decisions


def _search_ms(problem: Problem, requests: int, parameters: GeneticParameters) -> float:
    """Milliseconds of a genetic search, run to its end, over the decisions of one run.

    A replay does not run it to its end: it knows the best decision.
    """
    run = replay_policy(problem, "ga", requests_of(problem, requests), record="decisions")
    return DecisionBatch.of_run(run).solve(GA, parameters).ms


def _equals_exact(problem: Problem, requests: int) -> float:
    """Share of the GA's decisions that cost what the exact one in the same state costs."""
    run = replay_policy(problem, "ga", requests_of(problem, requests), record="decisions")
    return run.figures["best_choice_share"]


def _decisions_ms(models: int, slots: int, repeats: int) -> dict[str, float]:
    """Milliseconds to take the middle decision of an LRU run apart, and to replay from it."""
    scenario = contended_scenario(models)
    if models == len(PRESETS["contended"].model_catalog):
        scenario = PRESETS["contended"]
    load = replace(scenario.workload, rate=REQUESTS_PER_SLOT, slots=slots)
    problem = build(replace(scenario, workload=load))
    run = replay_policy(problem, "lru", problem.requests(), record="decisions")
    middle, plans = run.decisions.request.size // 2, Plans(problem)
    best = explain(run, middle, plans=plans).best
    return {
        "explain": 1e3 * median_s(lambda: explain(run, middle, plans=plans), repeats),
        "replay_from": 1e3 * median_s(lambda: replay_from(run, middle, best), repeats),
    }


def _figures_s(name: str, replications: int) -> float:
    """Seconds for Fig. 3 and 4 of a preset, every policy and bound, from nothing."""
    start = time.perf_counter()
    for sweep in figure_sweeps(PRESETS[name]).values():
        run_study(sweep.with_replications(replications))
    return time.perf_counter() - start


def _fresh_process(code: str, repeats: int, cache: str | None = None) -> float:
    """Median seconds of a new interpreter that runs ``code``, start-up included."""
    times = []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as empty:
            place = {"GENEDGE_CACHE": empty} if cache == "empty" else {}
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, **place})
            times.append(time.perf_counter() - start)
    return statistics.median(times)


FIRST_COMPARISON = (
    "import genedge; from genedge.runs.warm_up import warm_up; warm_up(); "
    "genedge.compare(genedge.PRESETS['contended'])"
)
FIRST_PICTURE = "import genedge; genedge.simulate(genedge.PRESETS['contended'], 'lru')"


def measure(scale: float = 1.0) -> dict[str, Any]:
    """Every figure; ``scale`` below 1 makes the work smaller and the figures rougher.

    ``replay_mreq_s`` is in million requests a second; ``replay_misses`` are the misses met.
    ``warm_start_s`` is a new process up to its first comparison with the machine code on disk,
    ``first_compile_s`` the same with an empty cache, ``first_picture_s`` up to an LRU run with one.
    """

    def scaled(number: int) -> int:
        return max(1, round(number * scale))

    repeats = 2 * (scaled(9) // 2) + 1  # odd: the median is one of the measurements
    small = build(PRESETS["contended"])
    tireless = GeneticParameters(generations=100, patience=100_000)
    busy = build(
        replace(
            PRESETS["contended"],
            workload=Workload(rate=REQUESTS_PER_SLOT, slots=max(2, min(MAX_SLOTS, scaled(100)))),
        )
    )

    speed, misses = {}, {}
    for models in (10, 100):
        speed[str(models)], misses[str(models)] = _replay(models, scaled(2_000_000), repeats)

    def bounds_family() -> Any:
        return family(busy.models, busy.server, busy.weights, busy.rates > 0, realised=False)

    wanted = busy.requests().arrays()
    slotted = Plans(build(PRESETS["paper"]))
    wanted_by_slot = slotted.problem.requests()
    return {
        "replay_mreq_s": speed,
        "replay_misses": misses,
        "requests_per_slot": REQUESTS_PER_SLOT,
        "ga_ms_per_decision": _search_ms(small, scaled(1000), tireless),
        "ga_equals_exact": {
            "contended": _equals_exact(small, scaled(4000)),
            "40": _equals_exact(build(contended_scenario(40)), scaled(4000)),
        },
        "exact_us_per_decision": {
            "10": 1e6 * _seconds_per_decision(small, "exact", scaled(20_000), repeats),
            "60": 1e6
            * _seconds_per_decision(build(contended_scenario(60)), "exact", scaled(4000), repeats),
        },
        "offline_ms": 1e3 * median_s(lambda: clairvoyant_plan(bounds_family(), wanted), repeats),
        "mdp_ms": 1e3 * median_s(lambda: online_plan(bounds_family(), busy.rates), repeats),
        "by_slot_ms": {
            "offline": 1e3 * median_s(lambda: slotted.clairvoyant(False, wanted_by_slot), repeats),
            "mdp": 1e3
            * median_s(
                lambda: online_slot_plan(slotted.deployments(False), slotted.problem.rates),
                scaled(3),
            ),
        },
        "decision_ms": {
            str(models): _decisions_ms(models, scaled(slots), repeats)
            for models, slots in ((10, 100), (60, 1000))
        },
        "compare_ms": {
            str(number): 1e3
            * median_s(
                lambda number=number: compare(replace(PRESETS["contended"], replications=number)),  # type: ignore[misc]
                repeats,
            )
            for number in (1, 30)
        },
        "figures_s": {name: _figures_s(name, scaled(30)) for name in ("paper", "contended")},
        "import_s": _fresh_process("import genedge", scaled(3)),
        "warm_start_s": _fresh_process(FIRST_COMPARISON, scaled(3)),
        "first_picture_s": _fresh_process(FIRST_PICTURE, scaled(3), cache="empty"),
        "first_compile_s": _fresh_process(FIRST_COMPARISON, scaled(3), cache="empty"),
        "versions": {
            "genedge": __version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "numba": numba.__version__,
        },
        "machine": {
            "cores": len(os.sched_getaffinity(0))
            if hasattr(os, "sched_getaffinity")
            else os.cpu_count(),
            "system": f"{platform.system()} {platform.machine()}",
        },
    }


def as_json(figures: dict[str, Any]) -> str:
    """The figures as one JSON object, rounded to four significant digits."""

    def rounded(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: rounded(item) for key, item in value.items()}
        return float(f"{value:.4g}") if isinstance(value, float) else value

    return json.dumps(rounded(figures), indent=2) + "\n"


TITLES = {
    "replay_mreq_s": "replay, million requests a second ({} models)",
    "replay_misses": "misses of that replay ({} models)",
    "requests_per_slot": "requests per slot of that replay",
    "ga_ms_per_decision": "GA, ms a decision (50 candidates, 100 generations, 10 models)",
    "ga_equals_exact": "GA as good as exact, share of decisions ({})",
    "exact_us_per_decision": "exact, µs a decision ({} models)",
    "offline_ms": "clairvoyant optimum, ms (10 models, 1,000 requests)",
    "mdp_ms": "best online policy, ms (10 models)",
    "by_slot_ms": "the same, switching charged by slot, ms ({}, 10 models, 25 requests a slot)",
    "decision_ms": "one decision taken apart, a run from there on, ms ({} models)",
    "compare_ms": "comparison of all policies and bounds, ms ({} replications)",
    "figures_s": "data of the paper's figures at 30 replications, s ({})",
    "import_s": "import, s",
    "warm_start_s": "new process to its first comparison, s",
    "first_picture_s": "new process to an LRU run with nothing compiled yet, s",
    "first_compile_s": "the same to its first comparison, s",
}


def as_table(figures: dict[str, Any]) -> str:
    """The figures as aligned text."""

    def number(value: Any) -> str:
        return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"

    lines = []
    for key, title in TITLES.items():
        value = figures[key]
        entries = value.items() if isinstance(value, dict) else [("", value)]
        for name, item in entries:
            label = "40 models" if (key, name) == ("ga_equals_exact", "40") else name
            text = (
                ", ".join(f"{policy} {number(each)}" for policy, each in item.items())
                if isinstance(item, dict)
                else number(item)
            )
            lines.append((title.format(label), text))
    machine = ", ".join(f"{name} {version}" for name, version in figures["versions"].items())
    lines.append(("measured with", machine))
    lines.append(("on", f"{figures['machine']['system']}, {figures['machine']['cores']} cores"))
    width = max(len(title) for title, _ in lines)
    return "\n".join(f"{title:<{width}}  {text}" for title, text in lines) + "\n"
