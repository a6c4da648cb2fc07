"""The table on the screen: the rows that the editor was given, and what was done to them.

The editor is drawn from rows that stay the same until they must not (``base``), because Streamlit
forgets every second edit of a table that is fed its own output.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from genedge import catalog_facts as facts
from genedge.catalog_facts import FIGURES, RATE_FIELD, RATE_LABEL, Record, Typed
from genedge.dashboard.shell import state
from genedge.errors import InputError
from genedge.intake.catalog import Model
from genedge.intake.workload import arrival_rates
from genedge.limits import MAX_NAME_CHARACTERS
from genedge.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

_HELD: Final = "catalog_held"
_WIDTHS: Final = {
    "name": 140, "service": 95, "storage_gb": 100, "gpu_memory_gb": 130, "power_kw": 95,
    "io_delay_s": 100, "inference_delay_s": 140, RATE_FIELD: 140,
}  # fmt: skip
"""Pixels; together they are in sight at once beside the sidebar on a screen 1,440 wide."""


@dataclass
class Held:
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
        """The editor's, in the session."""
        return f"catalog_editor_{self.generation}_{self.revision}"

    def read(self) -> Typed:
        """What the table comes to, with the latest edits."""
        self.typed = facts.apply_edits(self.base, st.session_state.get(self.key) or {})
        return facts.read_typed(self.typed, with_rates=self.with_rates)


def _rates_wanted(scenario: Scenario) -> bool:
    return scenario.workload.trace is None and scenario.workload.popularity_order == "custom"


def hold(scenario: Scenario) -> Held:
    """The table on the screen; rebuilt only when it must be, and then from what was typed."""
    held: Held | None = st.session_state.get(_HELD)
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
        held = Held(generation, revision, wanted, records, records, models)
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
        held = Held(generation, held.revision + 1, wanted, records, records, models)
    held.in_force = models
    st.session_state[_HELD] = held
    return held


def last_drawn() -> Held:
    """The table as it was drawn last."""
    held: Held = st.session_state[_HELD]
    return held


def forget() -> None:
    """Start the table afresh from the catalog in force."""
    held: Held | None = st.session_state.get(_HELD)
    if held is not None:
        held.in_force = ()
        held.generation = -1


def untouched() -> bool:
    """Whether nothing has been done to the rows that the editor was given."""
    held = last_drawn()
    return held.typed == held.base


def draw(held: Held, on_change: Callable[[], None]) -> None:
    """Draw the rows to be edited; ``on_change`` is called before anything is drawn again."""
    st.data_editor(
        _frame(held),
        key=held.key,
        on_change=on_change,
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        # Room for one more row; a height that followed them would make the browser forget them.
        height=min(38 + 35 * (len(held.base) + 2), 500),
        column_config=_columns(held.with_rates),
    )


def _frame(held: Held) -> pd.DataFrame:
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
    # Names are not `required`: rows without one would be kept from Python, and nothing be said.
    # Widths are given: a long name must not push the figures out of sight.
    columns: dict[str, Any] = {
        "name": text(
            "Model", max_chars=MAX_NAME_CHARACTERS, pinned=True, width=_WIDTHS["name"],
            help="A name of its own for every model; request logs ask for models by this name.",
        ),
        "service": text(
            "Service", max_chars=MAX_NAME_CHARACTERS, width=_WIDTHS["service"],
            help="What it is for; may stay empty.",
        ),
    }  # fmt: skip
    # No min_value or max_value here: the browser would turn -4 into 4 and 1e12 into the maximum
    # without a word. The checks of the catalog say what is wrong instead.
    for field, figure in FIGURES.items():
        columns[field] = number(figure.label, format="%g", help=figure.help, width=_WIDTHS[field])
    if with_rates:
        columns[RATE_FIELD] = number(
            RATE_LABEL, format="%.4g", width=_WIDTHS[RATE_FIELD],
            help="λ_m: how many requests for this model arrive in a slot on average; "
            "blank is none.",
        )  # fmt: skip
    return columns
