"""Catalog & server: what can be deployed, where, and what is asked."""

import streamlit as st

from genedge import catalog_facts as facts
from genedge import charts
from genedge.dashboard import catalog_page as catalog_editor
from genedge.dashboard.catalog_page import server_editor
from genedge.dashboard.shell import state, widgets

widgets.heading(
    "Catalog & server",
    "Which models could be deployed, on what machine, and who asks for them? Change anything here "
    "and every page answers anew.",
)
scenario, theme = state.current(), state.theme()
catalog, server = scenario.model_catalog, scenario.server
link = server.bandwidth_gbps

st.subheader("Models", anchor=False)
catalog_editor.draw(scenario)

st.subheader("Server", anchor=False)
server_editor.draw(scenario)

left, right = st.columns(2)
with left:
    widgets.chart(
        charts.capacity_use(facts.capacities(catalog, server), theme),
        key="catalog_fits",
        takeaway=" ".join(facts.fit_sentences(catalog, server)),
        data=lambda: facts.capacity_frame(catalog, server),
        alt="Storage, GPU memory and power of all models and of the largest, in capacities",
    )
with right:
    widgets.chart(
        charts.footprints(catalog, catalog.reload_delay_s(link).tolist(), theme),
        key="catalog_footprints",
        takeaway=facts.footprint_sentence(catalog, link),
        data=lambda: facts.footprint_frame(catalog, link),
        alt="Storage against GPU memory of every model; size is power, colour the delay of a miss",
    )

delays = facts.delay_frame(catalog, link)
more = facts.left_out(len(delays), "slowest")
widgets.chart(
    charts.service_delays(catalog, link, theme),
    key="catalog_delays",
    takeaway=facts.delay_sentence(catalog, link) + more,
    data=lambda: delays,
    alt="First service delay of every model by term, against later ones",
)

st.subheader("Requests", anchor=False)
left, right = st.columns(2, gap="large")
with left:
    server_editor.requests(scenario)
with right:
    rates = server_editor.rates_in_force(scenario)
    asked = facts.request_frame(catalog, rates)
    shown = asked.head(facts.ON_THE_SCREEN)
    widgets.chart(
        charts.request_rates(shown["model"].tolist(), shown["requests_per_slot"].tolist(), theme),
        key="catalog_requests",
        takeaway=facts.request_sentence(catalog, rates, server)
        + facts.left_out(len(asked), "most popular"),
        data=lambda: asked,
        alt="Requests per slot of every model, most popular first",
    )
