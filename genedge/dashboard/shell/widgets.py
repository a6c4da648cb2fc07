"""Small pieces that every page uses: the scenario line, a chart with its sentence and its data."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from genedge import charts
from genedge.dashboard.canvas.edge import edge_picture, picture_data
from genedge.dashboard.jobs import results
from genedge.dashboard.jobs.watch import visitor
from genedge.dashboard.shell import state
from genedge.registry.fields import FIELDS
from genedge.registry.ledgers import LEDGERS, PAPER
from genedge.registry.metrics import METRICS
from genedge.registry.policies import POLICIES, decision_maker
from genedge.runs.run import Run
from genedge.say import amount, capital, count
from genedge.scenario.codec import to_dict, to_json
from genedge.scenario.presets import PRESETS, preset_name
from genedge.scenario.scenario import Scenario
from genedge.studies import export
from genedge.words import compare as findings
from genedge.words import live
from genedge.words.report import Report

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go
    from streamlit.delta_generator import DeltaGenerator

REFINE_SECONDS: Final = 0.4
"""So often a page looks whether a comparison has got further."""
CONFIG: Final = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d"],
}


def scenario_line(scenario: Scenario, measured: int | None = None) -> str:
    """The scenario in force, in one line; of its replications so many are ``measured`` so far."""
    name = preset_name(scenario)
    load, weights = scenario.workload, scenario.weights
    models = count(len(scenario.model_catalog), "model")
    if load.trace is not None:
        asked = f"log {load.trace.name}, slots of {load.slot_seconds:g} s"
        if load.slots is not None:
            asked += f", the first {load.slots:,}"
    else:
        custom = load.popularity_order == "custom"
        rate = sum(load.arrival_rates or ()) if custom else load.rate
        asked = f"{count(load.slots or 0, 'slot')} of {count(rate, 'request')}"
    parts = [
        name or "your own scenario",
        models,
        *(
            f"{field.of(scenario):g} {field.unit} {field.label}"
            for field in FIELDS.values()
            if field.group == "server" and field.place == "first"
        ),
        asked,
        f"weights {weights.delay:g} delay, {weights.resource:g} resources",
        f"seed {scenario.seed}",
    ]
    line = state.plain(" · ".join(parts))
    if scenario.replications > 1:
        many = f"{scenario.replications} replications"
        line += f" · {many if measured is None else f':orange-badge[{measured} of {many} so far]'}"
    return line


def heading(title: str, question: str) -> "DeltaGenerator":
    """A page's title, what it answers, and the scenario in force; returns the last one's place."""
    st.title(title, anchor=False)
    st.markdown(question)
    place = st.empty()
    place.caption(scenario_line(state.current()))
    return place


PALE: Final = "[data-testid=stMain] :is(.stPlotlyChart, .stMetric, .stDataFrame, .st-key-takeaways)"
"""What looks provisional while more replications are to come."""


def comparison(line: "DeltaGenerator") -> Report:
    """The comparison of the scenario in force: marked, pale and refined in place while it grows.

    ``line`` is the place of the scenario line, which says how many replications there are so far.
    """
    scenario = state.current()
    report = results.report_of(scenario, growing=True)
    job = results.growing_report(scenario)
    growing = report.provisional
    if growing:
        line.caption(scenario_line(scenario, report.measured))
        st.html(f"<style>{PALE} {{ opacity: 0.55 }}</style>")

    @st.fragment(run_every=REFINE_SECONDS if growing else None, key="refined")
    def refined() -> None:
        if not growing:
            return
        if job is not None:
            job.look(visitor())
        if (
            job is None  # the rest is there already, or has to be asked for again
            or not job.running
            or job.done * report.replications >= 2 * report.measured
        ):
            st.rerun()

    refined()
    return report


def rejections(scenario: Scenario) -> None:
    """Models that fit nowhere and the requests turned away: who serves nobody looks cheap."""
    run = results.run_of(scenario, "lru", record="summary")
    sentence = findings.rejected(run.problem, run.summary["rejected"])
    if sentence:
        st.warning(state.plain(sentence), icon=":material/warning:")


def warnings(report: Report) -> None:
    """What the visitor should know about the input."""
    for sentence in report.warnings:
        st.warning(state.plain(sentence), icon=":material/warning:")


def takeaways(report: Report) -> None:
    """What the numbers say."""
    with st.container(border=True, key="takeaways"):
        for i, sentence in enumerate(report.takeaways):
            text = state.plain(sentence)
            st.markdown(f"**{text}**" if i == 0 else text)
        st.caption(
            f"Evictions are charged by each model's active cycle, known from {report.known_from}."
        )


def _result_columns(reference: str) -> dict[str, Any]:
    """One column a metric; beside a ledger its interval, the difference to the reference policy and
    the gap to the optimum."""
    paired = (
        f"Cost less that of {POLICIES[reference].spoken}, on the same requests; it may be chance "
        "where ± is more"
    )
    number = partial(st.column_config.NumberColumn, width=57)
    columns: dict[str, Any] = {"label": st.column_config.TextColumn("Policy", pinned=True)}
    for name, one in METRICS.items():
        if one.whole:
            continue
        columns[name] = number(one.heading or capital(one.label), format=one.shown, help=one.help)
        if name in LEDGERS:
            bound = POLICIES[LEDGERS[name].clairvoyant]
            columns[f"{name}_ci95"] = number("± 95 %", format=one.shown)
            columns[f"{name}_difference"] = number(
                f"less {POLICIES[reference].short}",
                format=one.shown.replace("%", "%+"),
                help=paired,
            )
            columns[f"{name}_difference_ci95"] = number("± 95 %", format=one.shown, help=paired)
            columns[f"gap_to_{bound.name.replace('-', '_')}"] = number(
                "gap", format="percent", width=66, help=f"Above {bound.spoken}"
            )
    return columns


def results_table(report: Report) -> None:
    """Every figure of every policy, to sort and to download."""
    columns = _result_columns(report.reference)
    st.dataframe(
        report.table(), hide_index=True, height="content", column_order=list(columns),
        column_config=columns,
    )  # fmt: skip
    downloads(report.table, key="compare_table")


def key_figures(report: Report) -> None:
    """Cost against the best baseline, gap to the optimum, hit ratio, waiting time."""
    chosen = decision_maker(report.figures) or report.policies[0]
    figures, who = report.figures[chosen], POLICIES[chosen].label
    places = iter(st.columns(4 if figures.gap is not None else 3))
    cost = figures.mean(PAPER)
    found = report.margin
    delta, sure = "no baseline compared", False
    if found is not None:
        sure = found.sure is True and not found.tied
        delta = f"{-found.saving:+.1%} against {POLICIES[found.rival].label}"
        if found.tied:
            delta = f"the same as {POLICIES[found.rival].label}"
    next(places).metric(
        f"Cost a slot, {POLICIES[chosen].short or who}", amount(cost), delta,
        delta_color="inverse" if sure else "off", delta_arrow="auto" if sure else "off",
        border=True,
        help=f"{who}. Eq. 11: switching cost plus resource cost, mean over slots; compared with "
        "the best baseline; grey where the difference may be chance.",
    )  # fmt: skip
    if figures.gap is not None:
        next(places).metric(
            "Above the optimum", f"{max(figures.gap.mean, 0.0):.1%}", "clairvoyant, Eq. 11",
            delta_color="off", delta_arrow="off", border=True,
            help="The least cost that knowing every request beforehand allows",
        )  # fmt: skip
    next(places).metric(
        "Hit ratio", f"{figures.mean('hit_ratio'):.1%}",
        f"holds {figures.mean('mean_deployed'):.1f} of {report.models}",
        delta_color="off", delta_arrow="off", border=True,
        help="Requests answered at once, because their model was deployed",
    )  # fmt: skip
    next(places).metric(
        "Mean wait", f"{figures.mean('mean_service_delay_s'):.1f} s",
        f"1 in 20: {figures.mean('p95_service_delay_s'):.0f} s or more",
        delta_color="off", delta_arrow="off", border=True,
        help="Service delay over hits and misses; one request in twenty waits at least the p95",
    )  # fmt: skip


def picture(run: Run, *, key: str = "home_edge") -> None:
    """Edge and cloud, request after request, in the policy's colour."""
    look = POLICIES[run.policy].look
    colour = {"light": look.light, "dark": look.dark}
    edge_picture({**picture_data(run), "color": colour}, key=key)


def preset_card(name: str, text: str, thumbnail: Report, *, active: bool) -> None:
    """A preset to start from, with a thumbnail of what it comes to."""
    st.markdown(f"**{name}**")
    st.image(charts.thumbnail(thumbnail, state.theme()), alt=f"{name}: {thumbnail.headline}")
    st.caption(text)
    st.markdown(f":small[{state.plain(thumbnail.headline)}]")

    def start() -> None:
        now = state.current()
        state.change_all(
            lambda _: replace(PRESETS[name], seed=now.seed, replications=now.replications)
        )

    st.button(
        "In force" if active else "Use it", key=f"home_preset_{name}", disabled=active,
        on_click=start,
    )  # fmt: skip


def next_pages() -> None:
    """Links to the other pages."""
    for path, label, icon in (
        ("live", "Live run: watch two policies slot by slot, and see why one costs more",
         "play_circle"),
        ("compare", "Compare: every policy, both ledgers, the optimum", "bar_chart"),
        ("figures", "Figures & claims: the paper's figures again, its claims judged", "monitoring"),
        ("catalog", "Catalog & server: your own models, box and requests", "table"),
        ("ablations", "Ablations: what it costs to overlook something", "science"),
        ("lab", "GA lab: inside the genetic algorithm", "genetics"),
        ("equations", "Equations: what exactly is computed, with today's numbers", "function"),
    ):  # fmt: skip
        st.page_link(f"../../../pages/{path}.py", label=label, icon=f":material/{icon}:")


def policy_choice(title: str, names: tuple[str, ...], default: str, *, key: str) -> str:
    """One policy of those that the scenario allows; it survives a visit to another page."""
    if st.session_state.get(key) not in names:
        st.session_state[key] = default if default in names else names[0]
    return st.selectbox(
        title, names, key=key, format_func=lambda name: POLICIES[name].label,
        persist_state="session",
    )  # fmt: skip


def ledger_choice(*, key: str) -> str:
    """One of the two ledgers."""
    chosen = st.segmented_control(
        "Ledger", list(LEDGERS), default=PAPER, key=key,
        format_func=lambda name: LEDGERS[name].label, persist_state="session",
    )  # fmt: skip
    return chosen or PAPER


def sum_choice(*, key: str) -> bool:
    """Whether curves show sums (True) or averages."""
    texts = {False: "average so far", True: "cumulative"}
    chosen = st.segmented_control(
        "Cost", list(texts), default=False, key=key, format_func=lambda name: texts[name]
    )
    return bool(chosen)


def ledger_tables(run: Run, slot: int) -> None:
    """The decisions of the slot on the screen, and the ledgers of the whole run to take along."""
    decisions = run.decision_frame()
    here = decisions[decisions["slot"] == slot]
    name = run.kind.spoken
    if here.empty:
        st.markdown(f"Slot {slot + 1:,}: no misses, so **{name}** decides nothing.")
    else:
        st.markdown(
            f"Slot {slot + 1:,}: what **{name}** decides, request by request. (This follows the "
            "decision above, and the player when it pauses.)"
        )
        number = st.column_config.NumberColumn
        charged = "at_stake" if "at_stake" in here else "switching_cost"
        st.dataframe(
            here, hide_index=True,
            column_order=["requested", "evicted", "deployed", charged, "decision_cost",
                          "best_decision_cost", "bound_by"],
            column_config={
                "requested": "Requested", "evicted": "Evicted", "deployed": "Deployed after",
                "switching_cost": number("Switching cost", format="%.3f",
                                         help="Eq. 7, weighted: charged at once"),
                "at_stake": number("At stake", format="%.3f",
                                   help="Eq. 7, weighted: what this decision adds to what the "
                                        "slot's end charges; less than 0 for what comes back"),
                "decision_cost": number("C(y)", format="%.3f",
                                        help="Eq. 12: what this decision costs"),
                "best_decision_cost": number("best C(y)", format="%.3f",
                                             help="The exact best decision in the same state"),
                "bound_by": "Bound by",
            },
        )  # fmt: skip
    if ending := live.of_slots_end(run, slot):
        st.markdown(state.plain(ending))
    with st.container(horizontal=True):
        downloads(run.slot_frame, key=f"live_slots_{run.policy}", title="Slots")
        downloads(lambda: decisions, key=f"live_decisions_{run.policy}", title="Decisions")


def chart(
    figure: "go.Figure",
    *,
    key: str,
    takeaway: str = "",
    data: "Callable[[], pd.DataFrame]",
    alt: str,
    scenario: Scenario | None = None,
) -> None:
    """A chart, the sentence that it shows where it needs one, and its data one click away."""
    st.plotly_chart(figure, key=key, theme="streamlit", width="stretch", alt=alt, config=CONFIG)
    if takeaway:
        st.caption(state.plain(takeaway))
    downloads(data, key=key, scenario=scenario)


def downloads(
    data: "Callable[[], pd.DataFrame]",
    *,
    key: str,
    title: str = "Data",
    scenario: Scenario | None = None,
) -> None:
    """The data of a chart or table as CSV and JSON, with version, seed and scenario.

    ``scenario`` is the one that was repeated, where it is not the one in force.
    """
    scenario = scenario or state.current()

    def as_csv() -> str:
        return export.frame_as_csv(data(), to_json(scenario), scenario.seed)

    def as_json() -> str:
        return export.frame_as_json(data(), to_dict(scenario), scenario.seed)

    popover = st.popover(
        title, icon=":material/table_view:", key=f"{key}_popover", on_change="rerun"
    )
    if not popover.open:  # tables that nobody looks at need not be sent
        return
    with popover:
        st.dataframe(data().head(1000), hide_index=True, height=240)
        with st.container(horizontal=True):
            st.download_button(
                "CSV", as_csv, f"{key}.csv", "text/csv", key=f"{key}_csv", on_click="ignore"
            )
            st.download_button(
                "JSON", as_json, f"{key}.json", "application/json", key=f"{key}_json",
                on_click="ignore",
            )  # fmt: skip
