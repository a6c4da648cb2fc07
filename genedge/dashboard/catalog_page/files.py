"""Whole tables as files: uploading one, downloading the one in force, going back."""

from __future__ import annotations

from typing import Final

import streamlit as st

from genedge import catalog_facts as facts
from genedge.dashboard.catalog_page import messages, table
from genedge.dashboard.catalog_page.change import take
from genedge.dashboard.catalog_page.presets import PRESET_TITLES
from genedge.errors import InputError
from genedge.intake.catalog import ModelCatalog
from genedge.limits import MAX_CATALOG_BYTES, MAX_MODELS, MEGABYTE
from genedge.scenario.scenario import Scenario

_UPLOADS: Final = "catalog_uploads"


def draw(scenario: Scenario) -> None:
    """Draw the way in and out, and the way back to the nearest shipped table."""
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
            f"Back to {PRESET_TITLES[origin]}",
            key="catalog_reset",
            icon=":material/restart_alt:",
            disabled=scenario.catalog == origin and table.untouched(),
            on_click=_reset,
            args=(origin,),
        )


def _reset(preset: str) -> None:
    take(ModelCatalog.preset(preset).models)


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
        messages.say(f"{error}. Nothing was changed", wrong=True)
        return
    finally:
        st.session_state[_UPLOADS] = st.session_state.get(_UPLOADS, 0) + 1
    if take(catalog.models):
        count = facts.count_of(len(catalog), "model")
        messages.say(f"{catalog.name}: {count} read and in force")
