"""The sidebar on every page: the scenario's presets, sliders, link; the rest in an expander."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import streamlit as st

from genedge.dashboard.shell import state, traces
from genedge.intake.workload import COUNT_ORDERS
from genedge.limits import MAX_REPLICATIONS
from genedge.registry.policies import POLICIES
from genedge.say import count
from genedge.scenario.codec import to_json
from genedge.scenario.scenario import ACTIVE_CYCLES, PRESET_TEXTS, PRESETS, preset_name

CUSTOM: Final = "your own"
ORDER_TEXTS: Final = {
    "catalog": "catalog order",
    "smallest": "smallest model first",
    "largest": "largest model first",
    "equal": "all alike",
    "custom": "a rate per model",
}
CYCLE_TEXTS: Final = {
    "known": "known rates",
    "history": "counted so far",
    "next-use": "next use (clairvoyant)",
}
WEIGHT_STEPS: Final = (
    0.0, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0,
)  # fmt: skip
RATE_STEPS: Final = (0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 50.0)


def _key(path: str) -> str:
    return f"sidebar_{path}"


def _apply(path: str) -> None:
    value = st.session_state[_key(path)]
    state.change(lambda scenario: state.with_value(scenario, path, value))


def _view(path: str) -> Any:
    """Put the scenario's value into the widget that shows it."""
    value = state.value_at(state.current(), path)
    st.session_state[_key(path)] = value
    return value


def _slider(path: str, label: str, low: float, high: float, step: float, **more: Any) -> None:
    """A slider over [low, high], stretched where the scenario lies beyond."""
    value = _view(path)
    whole = isinstance(value, int)
    low, high = min(low, value), max(high, value)
    st.slider(
        label,
        int(low) if whole else float(low),
        int(high) if whole else float(high),
        step=int(step) if whole else float(step),
        format="%d" if whole else "%.5g",
        key=_key(path),
        on_change=_apply,
        args=(path,),
        **more,
    )


def _steps(path: str, label: str, steps: Sequence[float], **more: Any) -> None:
    """A slider over uneven steps, with the scenario's own value among them."""
    value = _view(path)
    st.select_slider(
        label,
        options=sorted({*steps, value}),
        key=_key(path),
        on_change=_apply,
        args=(path,),
        format_func=lambda number: f"{number:g}",
        **more,
    )


def _number(path: str, label: str, **more: Any) -> None:
    _view(path)
    st.number_input(label, key=_key(path), on_change=_apply, args=(path,), **more)


def _choice(path: str, label: str, texts: dict[str, str], **more: Any) -> None:
    _view(path)
    st.selectbox(
        label,
        list(texts),
        key=_key(path),
        on_change=_apply,
        args=(path,),
        format_func=lambda name: texts[name],
        **more,
    )


def _apply_preset() -> None:
    name = st.session_state["sidebar_preset"]
    if name in PRESETS:
        now = state.current()
        state.change_all(
            lambda _: replace(PRESETS[name], seed=now.seed, replications=now.replications)
        )


def _drop_trace() -> None:
    state.change_all(traces.without_trace)


def _apply_policies() -> None:
    chosen = st.session_state["sidebar_policies"]
    every = len(chosen) == len(POLICIES)
    state.change(lambda scenario: replace(scenario, policies=("all",) if every else tuple(chosen)))


def draw() -> None:
    """Draw the sidebar."""
    with st.sidebar:
        scenario = state.current()
        name = preset_name(scenario) or CUSTOM
        st.session_state["sidebar_preset"] = name
        st.selectbox(
            "Scenario",
            [*PRESETS, *([CUSTOM] if name == CUSTOM else [])],
            key="sidebar_preset",
            on_change=_apply_preset,
            help="  \n".join(f"**{key}**: {text}" for key, text in PRESET_TEXTS.items()),
        )
        _take_along()
        _workload()
        _server()
        _weights()
        _chance()
        more = st.expander("More settings", key="sidebar_more", on_change="rerun")
        if more.open:  # widgets that nobody sees need not be made at every run
            with more:
                _rest()


def _take_along() -> None:
    """The scenario as a link and as a file: on top, where an open panel has room below it."""
    code = state.link_code()
    if code is None:
        st.caption("This scenario is too long for a link; take it as a file instead.")
    with st.container(horizontal=True, gap="small"):
        if code is not None:
            with st.popover("Copy link", icon=":material/link:", width="content"):
                st.caption("Whoever opens this link sees the same scenario and the same numbers.")
                address = (st.context.url or "").split("?")[0]
                st.code(f"{address}?s={code}", language=None, wrap_lines=True)
        st.download_button(
            "File",
            lambda: to_json(state.current()) + "\n",
            "scenario.json",
            "application/json",
            key="sidebar_scenario_file",
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
            help="The scenario as a file, for the command line: genedge run --scenario.",
        )


def _workload() -> None:
    scenario = state.current()
    st.caption("REQUESTS")
    trace = scenario.workload.trace
    if trace is not None:
        rows = count(trace.rows, "row")
        st.markdown(f":material/description: **{state.plain(trace.name)}**, {rows}")
        _number("workload.slot_seconds", "Slot length, s", min_value=1e-3, step=10.0, format="%g")
        st.button(
            "Back to generated requests",
            key="sidebar_no_trace",
            on_click=_drop_trace,
        )
        return
    if scenario.workload.popularity_order != "custom":
        _steps("workload.rate", "Requests per slot", RATE_STEPS, help="Over all models together.")
    if scenario.workload.popularity_order not in ("custom", "equal"):
        _slider(
            "workload.zipf_exponent", "Zipf exponent", 0.0, 3.0, 0.05,
            help="How unequal popularity is: 0 is all alike, at 2 one model takes most requests.",
        )  # fmt: skip
    texts = dict(ORDER_TEXTS)
    if scenario.workload.arrival_rates is None:
        texts.pop("custom")
    _choice("workload.popularity_order", "Most popular", texts)


def _server() -> None:
    st.caption("SERVER")
    _slider("server.storage_gb", "Storage, GB", 0.0, 240.0, 5.0)
    _slider("server.gpu_memory_gb", "GPU memory, GB", 0.0, 24.0, 0.5)


def _weights() -> None:
    st.caption("WHAT COSTS")
    _steps(
        "weights.delay", "Weight of delay", WEIGHT_STEPS,
        help="What a second of switching delay costs, against the resources that models hold.",
    )  # fmt: skip
    _steps(
        "weights.resource", "Weight of resources", WEIGHT_STEPS,
        help="What holding storage and GPU memory costs in every slot: the larger, the fewer "
        "models are worth keeping.",
    )  # fmt: skip


def _chance() -> None:
    st.caption("CHANCE")
    left, right = st.columns(2)
    with left:
        _number("seed", "Seed", min_value=0, step=1)
    with right:
        _number("replications", "Replications", min_value=1, max_value=MAX_REPLICATIONS, step=1,
                help="How often the scenario is repeated with other requests.")  # fmt: skip


def _rest() -> None:
    scenario = state.current()
    if scenario.workload.trace is None:
        _number("workload.slots", "Slots", min_value=1, max_value=1_000_000, step=10)
    else:
        _choice("workload.count_order", "Requests of one time", {n: n for n in COUNT_ORDERS})
    _slider("server.power_kw", "Power, kW", 0.0, 3.0, 0.05)
    _slider("server.static_power_kw", "of which static, kW", 0.0, 1.0, 0.05)
    _number("server.bandwidth_gbps", "Link, Gbit/s", min_value=0.001, step=1.0, format="%g")
    _number("weights.gpu_memory", "Weight of a GPU GB (β)", min_value=0.0, step=1.0, format="%g",
            help="What a GB of GPU memory costs in GB of storage.")  # fmt: skip
    _choice("weights.resource_unit", "Resources counted", {"gb": "in GB", "share": "as shares"})
    _choice(
        "active_cycle", "Active cycle", {n: CYCLE_TEXTS[n] for n in ACTIVE_CYCLES},
        help="Requests between two for the same model: how decisions come to know it. An evicted "
        "model's delay is divided by it.",
    )  # fmt: skip
    _choice(
        "decision_horizon", "A decision weighs",
        {"slot": "one slot of resources", "next-request": "until the next request"},
        help="For how long a decision counts the resources of what it keeps.",
    )  # fmt: skip
    _number("max_models", "k of LRU, at most k", min_value=1, max_value=1000, step=1)
    everything = scenario.policies == ("all",)
    st.session_state["sidebar_policies"] = list(POLICIES if everything else scenario.policies)
    st.multiselect(
        "Policies", list(POLICIES), key="sidebar_policies", on_change=_apply_policies,
        format_func=lambda policy: POLICIES[policy].label,
    )  # fmt: skip
    st.caption("GENETIC ALGORITHM")
    _number("genetic.population", "Population", min_value=2, max_value=2000, step=10)
    _number("genetic.generations", "Generations", min_value=0, max_value=5000, step=10)
    _number("genetic.tournament", "Tournament", min_value=1, max_value=100, step=1,
            help="So many candidates are drawn; the best becomes a parent.")  # fmt: skip
    _slider("genetic.crossover_probability", "Crossover probability", 0.0, 1.0, 0.05)
    _slider("genetic.mutation_probability", "Mutation probability", 0.0, 0.5, 0.01)
    _number("genetic.patience", "Patience", min_value=1, max_value=5000, step=5,
            help="The search ends after so many generations without a better one.")  # fmt: skip
    _number("genetic.elites", "Elites", min_value=0, max_value=2000, step=1,
            help="So many of the best go on to the next generation unchanged.")  # fmt: skip
    _view("genetic.repair")
    st.checkbox(
        "Repair", key=_key("genetic.repair"), on_change=_apply, args=("genetic.repair",),
        help="Candidates that do not fit give up models until they do; otherwise they are out.",
    )  # fmt: skip
    _choice(
        "genetic.first_generation", "First generation",
        {"random": "random", "deployment": "with what is deployed"},
    )  # fmt: skip
