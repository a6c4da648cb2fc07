"""Registers: what is made up here, registered nowhere else, goes through the whole house."""

import argparse
import dataclasses
import json
import typing
from collections.abc import Iterator
from dataclasses import replace

import pytest
from test_pages import assert_sound, opened

from genedge import PRESETS, Model, Scenario, charts, compare, difference, explain, simulate
from genedge.cli.main import main, parser
from genedge.dashboard.jobs.room import ROOM
from genedge.dashboard.shell.fields import BY_NAME
from genedge.decisions import replay_from
from genedge.engine.eviction import FIFO
from genedge.errors import InputError
from genedge.registry import fields, policies
from genedge.registry.fields import FIELDS
from genedge.registry.ledgers import LEDGERS, ledger_of
from genedge.registry.looks import Look
from genedge.registry.metrics import METRICS
from genedge.registry.policies import POLICIES, Policy
from genedge.registry.resources import RESOURCES, capacities, constraint_names, sizes
from genedge.say import capital, requests_ago
from genedge.scenario.problem import build
from genedge.studies.knobs import KNOBS
from genedge.studies.runner import run_study
from genedge.studies.study import Axis
from genedge.studies.sweeps import sweep_over
from genedge.words import decision as decision_words
from genedge.words import difference as difference_words
from genedge.words import figures as figure_words
from genedge.words.report import report
from genedge.words.what_if import of_what_if

NAME = "made-up"
LABEL = "Made up, for a test"
BASE = replace(PRESETS["contended"], seed=4711, workload=replace(Scenario().workload, slots=30))


def forget() -> None:
    """What was computed with another register is of no use, and still counts on its policies."""
    for job in ROOM.jobs:
        job.stopped.set()
    for job in ROOM.jobs:
        job.finished.wait(60)
    ROOM._jobs.clear()


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[Policy]:
    """A baseline that nobody but this test knows: it evicts what came first."""
    policy = Policy(
        NAME, LABEL, "the made-up rule", "baseline", FIFO,
        "Evicts whatever came first, and is known to this test alone.", "This test",
        Look("#123456", "#654321", "dot", "hexagon"),
        goes_by="nothing in particular", overlooks="everything else", rule="made up",
        measure=lambda model: requests_ago(model.requests_since_fetched or 0),
    )  # fmt: skip
    monkeypatch.setitem(policies._REGISTER, NAME, policy)
    forget()
    yield policy
    forget()


# ---------------------------------------------------------------------------- a made-up baseline


@pytest.mark.usefixtures("made_up")
def test_a_made_up_baseline_is_compared_drawn_and_told() -> None:
    assert simulate(BASE, NAME).summary == simulate(BASE, "fifo").summary
    told = report(compare(replace(BASE, replications=2)))
    assert NAME in told.policies
    for theme in ("light", "dark"):
        drawn = [charts.delay_distribution(told, theme), charts.ledgers(told, theme)]
        for metric in LEDGERS:
            drawn.append(charts.cost_so_far(told, metric, False, theme))
            assert LABEL in charts.cost_split(told, metric, theme).data[0].y
        for figure in drawn:
            assert [trace.name for trace in figure.data].count(LABEL) == 1


@pytest.mark.usefixtures("made_up")
def test_a_made_up_baseline_alone_is_the_rival() -> None:
    told = report(compare(replace(BASE, replications=2, policies=("ga", NAME))))
    assert told.margin is not None and told.margin.rival == NAME
    assert "the made-up rule" in " ".join(told.takeaways)
    assert LABEL in charts.thumbnail(told, "light")


@pytest.mark.usefixtures("made_up")
def test_decisions_of_a_made_up_baseline_are_explained() -> None:
    ours, theirs = (simulate(BASE, name, record="decisions") for name in (NAME, "exact"))
    number = int(ours.decision_evicted.any(axis=1).argmax())
    told = explain(ours, number)
    assert "The made-up rule evicted" in decision_words.reason(told)
    assert "made up" in decision_words.reason(told)
    assert NAME in {one.policy for one in told.alternatives}
    for metric in LEDGERS:
        assert "made-up rule" in difference_words.of_difference(difference(ours, theirs, metric))[0]
    other = replay_from(ours, number, told.best)
    assert of_what_if(ours, other, told.state)


@pytest.mark.usefixtures("made_up")
def test_a_made_up_baseline_is_swept() -> None:
    base = replace(BASE, policies=("ga", NAME), replications=2)
    table = run_study(sweep_over("mine", "mine", (Axis("storage_gb", (60.0, 120.0)),), base))
    for metric in LEDGERS:
        for figure in (
            charts.sweep_lines(table, metric, "light"),
            charts.sweep_boxes(table, metric, "light"),
        ):
            assert LABEL in {trace.name for trace in figure.data}
        assert "baseline is compared" not in figure_words.sweep_sentence(table, metric)


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize("output", ["table", "json", "csv"])
def test_the_command_line_knows_a_made_up_baseline(
    output: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["run", "--slots", "20", "--policy", NAME, "--policy", "ga", "--format", output]) == 0
    )
    text = capsys.readouterr().out
    assert NAME in text
    if output == "json":
        assert NAME in {row["policy"] for row in json.loads(text)["results"]}


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize(
    "page", ["home", "live", "compare", "figures", "ablations", "lab", "equations", "catalog"]
)
def test_every_page_opens_with_a_made_up_baseline(page: str) -> None:
    for chosen in (("all",), ("ga", NAME), (NAME,)):
        app = opened("home", replace(BASE, policies=chosen))
        app.session_state["live_first"], app.session_state["live_second"] = NAME, "ga"
        app.session_state["sidebar_more"] = True
        if page != "home":
            app.switch_page(f"../../../pages/{page}.py")
        app.run()
        assert_sound(app)
        assert LABEL in app.sidebar.multiselect(key="sidebar_policies").options


# ---------------------------------------------------------------------------- fields


def flags_of_run() -> dict[str, argparse.Action]:
    commands = next(
        action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)
    )
    return dict(commands.choices["run"]._option_string_actions)


def leaves(kind: typing.Any, place: str = "") -> Iterator[str]:
    """The path of every field of a scenario and its parts."""
    hints = typing.get_type_hints(kind)
    for field in dataclasses.fields(kind):
        if dataclasses.is_dataclass(hints[field.name]):
            yield from leaves(hints[field.name], f"{place}{field.name}.")
        else:
            yield f"{place}{field.name}"


def test_every_field_of_a_scenario_is_registered_once() -> None:
    others = {"catalog", "policies", "workload.trace"}  # with a register or a reader of their own
    assert set(FIELDS) == set(leaves(Scenario)) - others
    assert len({field.name for field in FIELDS.values()}) == len(FIELDS)
    assert len({field.title for field in FIELDS.values()}) == len(FIELDS)


@pytest.mark.parametrize("path", FIELDS)
def test_a_field_agrees_with_the_scenario(path: str) -> None:
    field, scenario = FIELDS[path], Scenario()
    part, _, name = path.rpartition(".")
    owner = typing.get_type_hints(Scenario)[part] if part else Scenario
    hint = typing.get_type_hints(owner)[name]
    if field.names:
        assert field.put(scenario, ("BERT",)) != scenario
    elif field.choices is not None:
        assert tuple(field.choices) == typing.get_args(hint)
    elif field.number:
        kind = int if field.whole else float
        assert hint == (kind | None if field.optional else kind)
        field.check(field.low if not field.above else field.high)
    else:
        assert field.switch == (hint is bool)
    assert field.put(scenario, field.of(scenario)) == scenario


@pytest.mark.parametrize("path", FIELDS)
def test_flags_sidebar_and_sweeps_agree_with_the_register(path: str) -> None:
    field = FIELDS[path]
    flag = flags_of_run()[field.flag]
    assert flag.dest == path
    assert flag.help is not None and flag.help.startswith(field.title)
    assert flag.choices is None or tuple(flag.choices) == tuple(field.choices or ())
    if field.swept:
        assert KNOBS[field.name].label == field.title
        assert KNOBS[field.name].logarithmic == field.logarithmic
        value = field.of(Scenario())
        turned = KNOBS[field.name].turn(Scenario(), 1 if value is None else value)
        assert turned.workload.source in field.sources  # a law's parameter brings the law along
        assert replace(turned, workload=replace(turned.workload, popularity="zipf")) == Scenario()


def test_the_sidebar_shows_every_field_as_the_register_has_it() -> None:
    app = opened("home")
    app.session_state["sidebar_more"] = True
    app.run()
    kinds = ("slider", "select_slider", "number_input", "selectbox", "toggle")
    shown = {item.key: item for kind in kinds for item in getattr(app.sidebar, kind)}
    source = Scenario().workload.source
    for path, field in FIELDS.items():
        if field.place == "none" or source not in field.sources:
            assert f"sidebar_{path}" not in shown
            continue
        control = shown.pop(f"sidebar_{path}")
        assert control.label == capital(field.title)
        if control.type == "number_input":
            assert control.min == field.low
        elif control.type == "slider":
            assert field.slider is not None
            assert (control.min, control.max, control.step) == field.slider
            assert field.low <= control.min and control.max <= field.high
        elif control.type == "selectbox":
            assert set(control.options) <= {*(field.choices or {}).values(), BY_NAME}
    assert set(shown) == {"sidebar_preset"}


def test_a_field_that_changes_in_the_register_changes_everywhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = replace(
        FIELDS["max_models"], label="made-up number", unit="things", high=3, short="made_up",
        group="server", place="first",
    )  # fmt: skip
    monkeypatch.setitem(fields._REGISTER, "max_models", changed)
    with pytest.raises(InputError, match="max_models must be between 1 and 3 things, not 4"):
        Scenario(max_models=4)
    assert main(["run", "--made-up", "4"]) == 2
    assert "between 1 and 3 things" in capsys.readouterr().err
    assert (flags_of_run()["--made-up"].help or "").startswith("made-up number, things")
    control = opened("home").sidebar.number_input(key="sidebar_max_models")
    assert (control.label, control.max) == ("Made-up number, things", 3)


# ---------------------------------------------------------------------------- ledgers, resources


@pytest.mark.parametrize("metric", LEDGERS)
def test_a_ledger_agrees_with_metrics_policies_and_runs(metric: str) -> None:
    ledger = LEDGERS[metric]
    assert metric == ledger.metric and metric in METRICS
    assert ledger_of(ledger.realised) is ledger
    for name in (ledger.online, ledger.clairvoyant):
        assert POLICIES[name].kind == "bound" and POLICIES[name].realised == ledger.realised
    assert POLICIES[ledger.clairvoyant].clairvoyant and POLICIES[ledger.online].online
    run = simulate(BASE, "lru")
    assert run.slot_cost(metric).mean() == pytest.approx(run.summary[metric])


def test_metrics_are_the_figures_of_a_run() -> None:
    assert set(simulate(BASE, "lru", record="summary").summary) == set(METRICS)


def test_resources_agree_with_catalog_server_fields_and_arrays() -> None:
    problem = build(BASE)
    assert {one.column for one in RESOURCES} <= set(Model._fields)
    assert {f"server.{one.column}" for one in RESOURCES} <= set(FIELDS)
    for one in RESOURCES:
        field = FIELDS[f"server.{one.column}"]
        assert (field.label, field.unit) == (one.label, one.unit)
    state = explain(simulate(BASE, "lru", record="decisions"), 0).state
    assert state.capacity.tolist() == list(capacities(BASE.server))
    assert state.size.T.tolist() == [row.tolist() for row in sizes(BASE.model_catalog)]
    assert constraint_names(2 ** len(RESOURCES) - 1) == tuple(one.label for one in RESOURCES)
    assert problem.fits_alone.all()
