"""The table of models: choosing one to start from, editing, uploading, and where figures come from.

The editor is drawn from rows that stay the same until they must not (``base``), because Streamlit
forgets every second edit of a table that is fed its own output. What was typed is read in the
callback, before anything is drawn: a table that can be a catalog is in force at once, any other is
kept on the screen with a sentence that says what is wrong, and the last valid one stays in force.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

import streamlit as st

from genedge import catalog_facts as facts
from genedge.catalog import CATALOG_PRESETS, Model, ModelCatalog
from genedge.catalog_facts import FIGURES, RATE_FIELD, RATE_LABEL, Record, Typed
from genedge.dashboard import results, state, widgets
from genedge.errors import InputError
from genedge.limits import (
    MAX_CATALOG_BYTES,
    MAX_MODELS,
    MAX_NAME_CHARACTERS,
    MAX_REQUESTS,
    MEGABYTE,
)
from genedge.scenario import Scenario
from genedge.workload import PopularityOrder, Workload, arrival_rates

if TYPE_CHECKING:
    import pandas as pd

_HELD: Final = "catalog_held"
_SAID: Final = "catalog_said"
_UPLOADS: Final = "catalog_uploads"
_LEFT: Final = "catalog_rates_left"
_PRESET_TITLES: Final = {
    "table1": "Table I (illustrative)",
    "measured": "Measured",
    "2026": "Open models, 2026",
}
_BADGES: Final[dict[str, Any]] = {
    "measured": "green",
    "published": "blue",
    "derived": "violet",
    facts.ILLUSTRATIVE: "gray",
    facts.YOURS: "orange",
}


@dataclass
class _Held:
    """The table on the screen.

    Attributes
    ----------
    generation, revision: part of the editor's key; a new revision starts it afresh from ``base``.
    with_rates: whether the table has the column of arrival rates.
    base: the rows that the editor was given; ``typed``: these with everything done to them.
    in_force: the models that were in force when it was drawn last.
    """

    generation: int
    revision: int
    with_rates: bool
    base: list[Record]
    typed: list[Record]
    in_force: tuple[Model, ...]

    @property
    def key(self) -> str:
        return f"catalog_editor_{self.generation}_{self.revision}"

    def read(self) -> Typed:
        """What the table comes to, with the latest edits."""
        self.typed = facts.apply_edits(self.base, st.session_state.get(self.key) or {})
        return facts.read_typed(self.typed, with_rates=self.with_rates)


def draw(scenario: Scenario) -> None:
    """Draw the choice of a starting table, the table itself, and what belongs to it."""
    _choice(scenario)
    if scenario.workload.trace is None:
        _rates_toggle(scenario)
    held = _hold(scenario)
    typed = held.read()
    st.data_editor(
        _frame(held),
        key=held.key,
        on_change=_apply,
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        # Room for one more row; a height that followed them would make the browser forget them.
        height=min(38 + 35 * (len(held.base) + 2), 500),
        column_config=_columns(held.with_rates),
    )
    _say(scenario, typed)
    _files(scenario)
    _sources(scenario.model_catalog)


# ---- the table --------------------------------------------------------------------------------


def _rates_wanted(scenario: Scenario) -> bool:
    return scenario.workload.trace is None and scenario.workload.popularity_order == "custom"


def _hold(scenario: Scenario) -> _Held:
    """The table on the screen; rebuilt only when it must be, and then from what was typed."""
    held: _Held | None = st.session_state.get(_HELD)
    models, wanted = scenario.model_catalog.models, _rates_wanted(scenario)
    rates: tuple[float, ...] | None = None
    if wanted:
        try:
            rates = tuple(arrival_rates(scenario.workload, scenario.model_catalog).tolist())
        except InputError:  # an older link may hold too few or too many
            wanted = False
    generation = state.generation()
    if held is None or (held.generation != generation and held.in_force != models):
        revision = 0 if held is None else held.revision + 1
        records = facts.records_of(scenario.model_catalog, rates)
        held = _Held(generation, revision, wanted, records, records, models)
    elif (
        held.generation != generation
        or held.with_rates != wanted
        or held.key not in st.session_state
    ):
        by_name = dict(zip(scenario.model_catalog.names, rates or (), strict=rates is not None))
        records = [dict(record) for record in held.typed]
        for record in records:
            record["in_force"] = record.get("name") in scenario.model_catalog.names
            if wanted and not held.with_rates:
                record[RATE_FIELD] = by_name.get(str(record.get("name")))
        held = _Held(generation, held.revision + 1, wanted, records, records, models)
    held.in_force = models
    st.session_state[_HELD] = held
    return held


def _forget() -> None:
    """Start the table afresh from the catalog in force."""
    held: _Held | None = st.session_state.get(_HELD)
    if held is not None:
        held.in_force = ()
        held.generation = -1


def _frame(held: _Held) -> pd.DataFrame:
    import pandas as pd

    fields = [*Model._fields, *([RATE_FIELD] if held.with_rates else [])]
    columns = {}
    for field in fields:
        cells = [record.get(field) for record in held.base]
        if field in ("name", "service"):
            columns[field] = pd.Series([cell or "" for cell in cells], dtype=object)
        else:
            columns[field] = pd.Series(cells, dtype="float64")
    return pd.DataFrame(columns)


def _columns(with_rates: bool) -> dict[str, Any]:
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    columns: dict[str, Any] = {
        "name": text(
            "Model", required=True, max_chars=MAX_NAME_CHARACTERS, pinned=True,
            help="A name of its own for every model; request logs ask for models by this name.",
        ),
        "service": text(
            "Service", max_chars=MAX_NAME_CHARACTERS, help="What it is for; may stay empty."
        ),
    }  # fmt: skip
    # No min_value or max_value here: the browser would turn -4 into 4 and 1e12 into the maximum
    # without a word. The checks of the catalog say what is wrong instead.
    for field, figure in FIGURES.items():
        columns[field] = number(figure.label, format="%g", help=figure.help)
    if with_rates:
        columns[RATE_FIELD] = number(
            RATE_LABEL, format="%.4g",
            help="λ_m: how many requests for this model arrive in a slot on average; "
            "blank is none.",
        )  # fmt: skip
    return columns


def _apply() -> None:
    """Put what was typed in force, if it can be."""
    held: _Held = st.session_state[_HELD]
    typed = held.read()
    st.session_state.pop(_SAID, None)
    models = typed.models
    if models is None or _log_refuses(state.current(), models):
        return

    def make(scenario: Scenario) -> Scenario:
        if typed.rates is not None:
            load = replace(scenario.workload, arrival_rates=typed.rates)
        else:
            load = _carried(scenario, [model.name for model in models], edited=True)
        return replace(scenario, catalog=facts.catalog_value(models), workload=load)

    if state.change(make):
        held.in_force = models


def _log_refuses(scenario: Scenario, models: tuple[Model, ...]) -> str | None:
    """Why the request log in force does not go with these models."""
    trace = results.trace_of(scenario)
    if trace is None:
        return None
    missing = facts.missing_models(trace, [model.name for model in models])
    if not missing:
        return None
    return (
        f"The request log {trace.name} asks for {', '.join(missing[:3])}"
        f"{' and others' if len(missing) > 3 else ''}: keep these names, or go back to generated "
        "requests first"
    )


def _say(scenario: Scenario, typed: Typed) -> None:
    """What is wrong with the table, what is unfinished, what an upload came to."""
    error = typed.error
    if typed.models is not None:
        error = _log_refuses(scenario, typed.models)
    if error is not None:
        st.error(
            f"{state.plain(error)}. What you typed stays in the table; until it is put right, the "
            f"last valid catalog ({len(scenario.model_catalog):,} models) stays in force.",
            icon=":material/error:",
        )
    for sentence in typed.unfinished[:3]:
        st.info(f"{state.plain(sentence)}.", icon=":material/edit:")
    if len(typed.unfinished) > 3:
        st.info(f"{len(typed.unfinished) - 3:,} more rows are unfinished.", icon=":material/edit:")
    said: tuple[Literal["error", "success"], str] | None = st.session_state.get(_SAID)
    if said is not None and said[0] == "error":
        st.error(state.plain(said[1]), icon=":material/error:")
    elif said is not None:
        st.success(state.plain(said[1]), icon=":material/check:")
    st.caption(
        "Click a cell to change it; the last, empty row adds a model; tick rows at the left and "
        "press the bin to cut them. Changes are in force at once, on every page."
    )


# ---- a rate per model -------------------------------------------------------------------------


def _rates_toggle(scenario: Scenario) -> None:
    st.session_state["catalog_rates"] = scenario.workload.popularity_order == "custom"
    st.toggle(
        "A rate per model",
        key="catalog_rates",
        on_change=_toggle_rates,
        help="Adds a column with the requests per slot of every model, starting from the rates in "
        "force.",
    )


def _toggle_rates() -> None:
    wanted = bool(st.session_state["catalog_rates"])

    def make(scenario: Scenario) -> Scenario:
        load = scenario.workload
        if not wanted:
            order: PopularityOrder = st.session_state.get(_LEFT, "catalog")
            after = replace(load, popularity_order=order)
            st.session_state[f"{_LEFT}_load"] = after
            return replace(scenario, workload=after)
        st.session_state[_LEFT] = load.popularity_order
        rates = load.arrival_rates
        # What was typed before comes back, unless the popularity has been changed meanwhile.
        if rates is None or load != st.session_state.get(f"{_LEFT}_load"):
            rates = tuple(arrival_rates(load, scenario.model_catalog).tolist())
        return replace(
            scenario, workload=replace(load, popularity_order="custom", arrival_rates=rates)
        )

    state.change(make)


def _carried(scenario: Scenario, names: list[str], *, edited: bool) -> Workload:
    """The workload for another catalog: rates of models that it shares go along."""
    load = scenario.workload
    if load.arrival_rates is None:
        return load
    old = scenario.model_catalog.names
    rates = None
    if len(old) == len(load.arrival_rates) and (edited or set(names) <= set(old)):
        rates = facts.aligned_rates(old, load.arrival_rates, names)
    if rates is not None:
        return replace(load, arrival_rates=rates)
    if load.popularity_order != "custom":
        return replace(load, arrival_rates=None)
    state.notice(
        "The rates per model belonged to the other table; popularity follows catalog order now."
    )
    total = min(sum(load.arrival_rates), float(MAX_REQUESTS))
    return replace(load, arrival_rates=None, popularity_order="catalog", rate=total)


# ---- whole tables: presets, files -------------------------------------------------------------


def take(models: tuple[Model, ...], rates: tuple[float, ...] | None = None) -> bool:
    """Put a whole table in force, with rates of its own if it has some."""

    def make(scenario: Scenario) -> Scenario:
        refusal = _log_refuses(scenario, models)
        if refusal is not None:
            raise InputError(refusal)
        if rates is not None:
            load = replace(scenario.workload, popularity_order="custom", arrival_rates=rates)
        else:
            load = _carried(scenario, [model.name for model in models], edited=False)
        return replace(scenario, catalog=facts.catalog_value(models), workload=load)

    st.session_state.pop(_SAID, None)
    done = state.change_all(make)
    if done:
        _forget()
    return done


def say(sentence: str) -> None:
    """Say under the table what has become of it."""
    st.session_state[_SAID] = ("success", sentence)


def _choice(scenario: Scenario) -> None:
    """The shipped tables, and those of the user's own that are in force or were."""
    titles = dict(_PRESET_TITLES)
    own = scenario.catalog
    if not isinstance(own, str):
        titles["own"] = f"Your own ({facts.count_of(len(own), 'model')})"
    earlier = state.own_catalogs()
    for place, before in enumerate(earlier):
        if before.catalog != own:
            count = facts.count_of(len(before.catalog), "model")
            titles[f"own {place}"] = f"Your own, earlier ({count})"
    chosen = own if isinstance(own, str) else "own"
    st.session_state["catalog_start"] = chosen
    st.segmented_control(
        "Start from",
        list(titles),
        key="catalog_start",
        format_func=lambda name: titles.get(name, name),
        on_change=_choose,
    )
    if chosen in CATALOG_PRESETS:
        st.caption(f"{CATALOG_PRESETS[chosen]}. Change any cell and it becomes your own.")
    else:
        origin = facts.origin(scenario.model_catalog)
        st.caption(
            f"Your own table; the nearest shipped one is {_PRESET_TITLES[origin]}. Starting from "
            "another one keeps yours within reach here."
        )


def _choose() -> None:
    name = st.session_state["catalog_start"]
    if name in CATALOG_PRESETS:
        take(ModelCatalog.preset(name).models)
    elif name is not None and name.startswith("own "):
        before = state.own_catalogs()[int(name.removeprefix("own "))]
        custom = before.workload.popularity_order == "custom" and before.workload.trace is None
        take(before.model_catalog.models, before.workload.arrival_rates if custom else None)


def _files(scenario: Scenario) -> None:
    catalog = scenario.model_catalog
    origin = facts.origin(catalog)
    with st.container(horizontal=True):
        with st.popover("Upload CSV", icon=":material/upload_file:"):
            st.file_uploader(
                "Columns: name, storage_gb, gpu_memory_gb, power_kw, io_delay_s, "
                "inference_delay_s and, if you like, service",
                type=["csv", "txt"],
                key=_upload_key(),
                on_change=_upload,
                max_upload_size=MAX_CATALOG_BYTES // MEGABYTE,
                help=f"At most {MAX_MODELS:,} models. A download of this page is an example.",
            )
        st.download_button(
            "Download CSV", catalog.to_csv, "catalog.csv", "text/csv", key="catalog_download",
            icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        st.button(
            f"Back to {_PRESET_TITLES[origin]}",
            key="catalog_reset",
            icon=":material/restart_alt:",
            disabled=scenario.catalog == origin and _untouched(),
            on_click=_reset,
            args=(origin,),
        )


def _reset(preset: str) -> None:
    take(ModelCatalog.preset(preset).models)


def _untouched() -> bool:
    held: _Held = st.session_state[_HELD]
    return held.typed == held.base


def _upload_key() -> str:
    return f"catalog_upload_{st.session_state.get(_UPLOADS, 0)}"


def _upload() -> None:
    """Read an uploaded table; a bad one changes nothing."""
    file = st.session_state.get(_upload_key())
    if file is None:
        return
    try:
        catalog = ModelCatalog.from_csv(file.getvalue(), file.name)
    except InputError as error:
        st.session_state[_SAID] = ("error", f"{error}. Nothing was changed")
        return
    finally:
        st.session_state[_UPLOADS] = st.session_state.get(_UPLOADS, 0) + 1
    if take(catalog.models):
        count = facts.count_of(len(catalog), "model")
        say(f"{catalog.name}: {count} read and in force")


# ---- where figures come from ------------------------------------------------------------------


def _sources(catalog: ModelCatalog) -> None:
    panel = st.expander(
        "Where the figures come from", icon=":material/fact_check:", key="catalog_sources",
        on_change="rerun",
    )  # fmt: skip
    if not panel.open:
        return
    with panel:
        st.markdown(state.plain(facts.source_sentence(catalog)))
        names = list(catalog.names)
        if st.session_state.get("catalog_source_model") not in names:
            st.session_state["catalog_source_model"] = names[0]
        left, right = st.columns(2, gap="large")
        with left:
            kinds = facts.kind_frame(catalog)
            st.dataframe(
                kinds, hide_index=True, height=min(38 + 35 * len(kinds), 400),
                key=f"catalog_kinds_{hash(catalog.models)}", selection_mode="single-row",
                on_select=lambda: _pick(catalog),
                column_config={"Model": st.column_config.TextColumn(pinned=True)},
            )  # fmt: skip
            st.caption("Select a row, or a model at the side, to read its sources.")
        with right:
            chosen = st.selectbox("Sources of", names, key="catalog_source_model")
            for found in facts.sources(catalog, [catalog.models[names.index(chosen)]]):
                figure = found.figure
                with st.container(horizontal=True, vertical_alignment="center"):
                    value = f"**{figure.title}** {found.value:g} {figure.unit}"
                    st.markdown(value, width="content")
                    st.badge(found.kind, color=_BADGES[found.kind], width="content")
                    if found.confidence:
                        st.badge(f"{found.confidence} confidence", color="gray", width="content")
                st.caption(state.plain(found.source))
        widgets.downloads(
            lambda: facts.source_frame(catalog), key="catalog_source_table", title="All sources"
        )


def _pick(catalog: ModelCatalog) -> None:
    """Show the sources of the model whose row was selected."""
    chosen = st.session_state[f"catalog_kinds_{hash(catalog.models)}"]["selection"]["rows"]
    if chosen and chosen[0] < len(catalog):
        st.session_state["catalog_source_model"] = catalog.names[chosen[0]]
