"""Catalog & server: what can be deployed, where, and what is asked."""

import streamlit as st

from genedge import charts
from genedge.catalog_facts import (
    capacities,
    capacity_frame,
    delay_frame,
    footprint_frame,
    request_frame,
)
from genedge.dashboard.catalog_page import box_and_link, models, request_logs
from genedge.dashboard.shell import state, widgets
from genedge.registry.resources import listed_resources
from genedge.say import capital
from genedge.words import catalog as words

widgets.heading("Catalog & server", "What can be deployed, where, and who asks for it.")
scenario, theme = state.current(), state.theme()
catalog, server = scenario.model_catalog, scenario.server
link = server.bandwidth_gbps

st.subheader("Models", anchor=False)
models.draw(scenario)

st.subheader("Server", anchor=False)
box_and_link.draw(scenario)

left, right = st.columns(2)
with left:
    widgets.chart(
        charts.capacity_use(capacities(catalog, server), theme),
        key="catalog_fits",
        takeaway=words.what_fits(catalog, server),
        data=lambda: capacity_frame(catalog, server),
        alt=f"{capital(listed_resources())} of all models and of the largest, in capacities",
    )
with right:
    widgets.chart(
        charts.footprints(catalog, catalog.reload_delay_s(link).tolist(), theme),
        key="catalog_footprints",
        takeaway=words.slowest(catalog, link),
        data=lambda: footprint_frame(catalog, link),
        alt="Storage against GPU memory of every model; size is power, colour the delay of a miss",
    )

delays = delay_frame(catalog, link)
widgets.chart(
    charts.service_delays(catalog, link, theme),
    key="catalog_delays",
    takeaway=words.what_takes_longest(catalog, link) + words.left_out(len(delays), "slowest"),
    data=lambda: delays,
    alt="First service delay of every model by term, against later ones",
)

st.subheader("Requests", anchor=False)
left, right = st.columns(2, gap="large")
with left:
    request_logs.draw(scenario)
with right:
    rates = request_logs.rates_in_force(scenario)
    asked = request_frame(catalog, rates)
    shown = asked.head(words.ON_THE_SCREEN)
    widgets.chart(
        charts.request_rates(shown["model"].tolist(), shown["requests_per_slot"].tolist(), theme),
        key="catalog_requests",
        takeaway=words.who_is_asked_for(catalog, rates, server)
        + words.left_out(len(asked), "most popular"),
        data=lambda: asked,
        alt="Requests per slot of every model, most popular first",
    )
