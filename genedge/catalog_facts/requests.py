"""How requests spread over the models, and which active cycle follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from genedge.catalog_facts.fits import fits_alone
from genedge.catalog_facts.wording import count_of, figure_text
from genedge.engine.arrays import Floats
from genedge.intake.catalog import ModelCatalog
from genedge.intake.server import EdgeServer
from genedge.say import percent
from genedge.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd


def request_frame(catalog: ModelCatalog, rates: Floats) -> pd.DataFrame:
    """Requests per slot and share of all requests, most popular model first."""
    import pandas as pd

    frame = pd.DataFrame(
        {"model": catalog.names, "requests_per_slot": rates, "share": rates / rates.sum()}
    )
    return frame.sort_values("share", ascending=False, kind="stable", ignore_index=True)


def request_sentence(catalog: ModelCatalog, rates: Floats, server: EdgeServer) -> str:
    """How uneven the requests are, and what share asks for models that fit nowhere."""
    share = np.sort(rates / rates.sum())[::-1]
    first = catalog.names[int(rates.argmax())]
    total = figure_text(float(rates.sum()), 4)
    asked = f"{total} {'request' if total == '1' else 'requests'} per slot"
    if len(catalog) == 1 or share[0] >= 1.0 - 1e-12:
        text = f"All requests ask for {first}: {asked}"
    elif share[0] - share[-1] < 1e-9:
        text = f"Requests, {total} per slot, are spread evenly over {len(catalog):,} models"
    else:
        text = f"Of {asked} {percent(float(share[0]))} ask for {first}"
        half = int(np.searchsorted(np.cumsum(share), 0.5 - 1e-12)) + 1
        if half > 1:
            text += f"; {count_of(half, 'model')} of {len(catalog):,} make up half"
    unasked = int((rates == 0).sum())
    if unasked and unasked < len(catalog) - 1:
        text += f"; nobody asks for {count_of(unasked, 'model')}"
    rejected = float(rates[~fits_alone(catalog, server)].sum() / rates.sum())
    if rejected > 0:
        whom = "All of them" if rejected > 1.0 - 1e-12 else percent(rejected)
        text += f". {whom} ask for models that do not fit and are rejected"
    return text + "."


def cycle_sentence(scenario: Scenario) -> str:
    """Which active cycle is in force: what the ledger charges and what decisions go by."""
    counted = scenario.workload.trace is not None
    known = "counts over the whole log" if counted else "the true rates"
    charged = (
        "The active cycle that every eviction is charged with, the requests between two for the "
        f"same model, comes from {known}"
    )
    if scenario.active_cycle == "history":
        return f"{charged}; decisions go by what was counted so far instead."
    if scenario.active_cycle == "next-use":
        return f"{charged}; decisions look ahead to the next use instead (for study only)."
    return f"{charged}; decisions know it too."
