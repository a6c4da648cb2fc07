"""The table on the screen: the rows that the editor was given, and what was done to them.

The editor is drawn from rows that stay the same until they must not (``base``), because Streamlit
forgets every second edit of a table that is fed its own output.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from genedge.dashboard.shell import state
from genedge.errors import InputError
from genedge.intake.catalog import Model
from genedge.intake.edited_table import (
    HEADINGS,
    RATE_FIELD,
    Edited,
    Record,
    apply_edits,
    cell_text,
    read_edited,
    records_of,
)
from genedge.intake.quantities import QUANTITIES
from genedge.intake.workload import arrival_rates
from genedge.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

_HELD: Final = "catalog_held"
_WIDTHS: Final = {
    "name": 140, "service": 95, "gpu_memory_gb": 130, "inference_delay_s": 140, RATE_FIELD: 140,
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

    def read(self) -> Edited:
        """What the table comes to, with the latest edits."""
        self.typed = apply_edits(self.base, st.session_state.get(self.key) or {})
        return read_edited(self.typed, with_rates=self.with_rates)


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
        records = records_of(scenario.model_catalog, rates)
        held = Held(generation, revision, wanted, records, records, models)
    elif (
        held.generation != generation
        or held.with_rates != wanted
        or held.key not in st.session_state
    ):
        names = scenario.model_catalog.names
        by_name = dict(zip(names, rates or [None] * len(names), strict=True))
        records = [dict(record) for record in held.typed]
        for record in records:
            record["in_force"] = record.get("in_force") or record.get("name") in by_name
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
        column_config=_columns(),
    )


def _frame(held: Held) -> pd.DataFrame:
    import pandas as pd

    fields = [field for field in HEADINGS if held.with_rates or field != RATE_FIELD]
    return pd.DataFrame(
        {field: [cell_text(record, field) for record in held.base] for field in fields}, dtype=str
    )


def _columns() -> dict[str, Any]:
    # Text in every cell: in a column of numbers the browser turns -5 into 5, and drops letters,
    # without a word. Nothing is limited or required there either; the catalog's checks say it.
    # Widths are given: a long name must not push the figures out of sight.
    helps = {
        "name": "A name of its own for every model; request logs ask for models by this name.",
        "service": "What it is for; may stay empty.",
        RATE_FIELD: "λ_m: how many requests for this model arrive in a slot on average; blank is "
        "none.",
        **{field: quantity.help for field, quantity in QUANTITIES.items()},
    }
    return {
        field: st.column_config.TextColumn(
            heading, help=helps[field], width=_WIDTHS.get(field, 100), pinned=field == "name",
            alignment="left" if field in ("name", "service") else "right",
        )
        for field, heading in HEADINGS.items()
    }  # fmt: skip
