"""What the equations page says is held against the model, the code and the command line."""

from __future__ import annotations

import argparse
import ast
import re
from pathlib import Path
from typing import Any

import pytest

from genedge.cli import main as cli
from genedge.engine.arrays import Decisions, Models, Slots, Weights
from genedge.engine.cost import TIE, TOLERANCE
from genedge.engine.planning import PRECISION, Family, OnlinePlan
from genedge.equations import events, policies, sections
from genedge.equations.choices import CHOICES, SIDEBAR_GROUP, choice
from genedge.equations.equation import place
from genedge.equations.sections import EQUATIONS, SECTIONS
from genedge.equations.symbols import GROUPS, Symbol
from genedge.intake.catalog import Model
from genedge.intake.server import EdgeServer
from genedge.intake.workload import RequestTrace, Workload
from genedge.registry.fields import FIELDS
from genedge.registry.policies import POLICIES
from genedge.say import capital
from genedge.scenario.problem import Problem
from genedge.scenario.scenario import (
    CostWeights,
    GeneticParameters,
    Scenario,
)
from genedge.studies.choices import QUESTIONS

ROOT = Path(__file__).parents[1]
PAGE = "".join(
    path.read_text("utf-8")
    for path in (
        ROOT / "pages" / "equations.py",
        *(ROOT / "genedge" / "dashboard" / "equations_page").glob("*.py"),
    )
)
SYMBOLS = {symbol for group in GROUPS.values() for symbol in group} | {
    symbol for equation in EQUATIONS for symbol in equation.where
}
MARKED_IN_THE_MODEL = {
    "resource_unit", "switching_charged", "fitness", "decision_horizon", "history", "count_order",
    "lfu_counts", "lfu_window",
    "ga_applied_part", "ga_parameters", "ga_repair", "ga_first_generation", "ga_patience",
}  # fmt: skip
CLASSES = {
    one.__name__: one
    for one in (
        CostWeights, Decisions, EdgeServer, Family, Model, Models, OnlinePlan, Problem,
        RequestTrace, Scenario, Slots, Weights, Workload,
    )
}  # fmt: skip
TEXTS = [
    *(text for part in SECTIONS for text in (part.introduction, part.remark)),
    *(text for one in EQUATIONS for text in (one.words, f"${one.latex}$")),
    *(f"${one.latex}$ {one.words}" for one in SYMBOLS),
    *(text for one in CHOICES for text in (one.left_open, one.answer)),
    *(kind.words for kind in policies.KINDS.values()),
    *policies.ALGORITHM, *events.EVENTS, *events.DETAILS,
    sections.SUMMARY, sections.RECONSTRUCTION, sections.CITATION,
]  # fmt: skip


def titles(thing: Any) -> str:
    return str(getattr(thing, "key", None) or getattr(thing, "name", None) or thing.latex)


def flags_of_run() -> dict[str, argparse.Action]:
    commands = next(
        action for action in cli.parser()._actions if isinstance(action, argparse._SubParsersAction)
    )
    return dict(commands.choices["run"]._option_string_actions)


def test_equations_1_to_12_are_there_once_and_in_order() -> None:
    numbers = [one.number for one in EQUATIONS if one.number is not None]
    assert numbers == list(range(1, 13))
    assert len({one.key for one in EQUATIONS}) == len(EQUATIONS)
    assert all((one.number is not None) == ("tag{" in one.tagged) for one in EQUATIONS)


def test_every_function_named_stands_where_the_page_says() -> None:
    named = {function for one in EQUATIONS for function in one.code}
    named |= {function for kind in policies.KINDS.values() for function in kind.code}
    for function in named | {events.CODE, policies.ALGORITHM_CODE}:
        path, name = place(function).split(": ")
        assert f"def {name.split('.')[-1]}(" in (ROOT / path).read_text("utf-8")
    tree = ast.parse((ROOT / "genedge/engine/cost.py").read_text("utf-8"))
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    prefix = "genedge/engine/cost.py: "
    assert functions == {
        place(one).removeprefix(prefix) for one in named if place(one).startswith(prefix)
    }


@pytest.mark.parametrize("symbol", sorted(SYMBOLS, key=titles), ids=titles)
def test_code_names_exist(symbol: Symbol) -> None:
    if symbol.code_name:
        owner, field = symbol.code_name.split(".")
        declared = {name for kind in CLASSES[owner].__mro__ for name in vars(kind)}
        declared |= set(getattr(CLASSES[owner], "__annotations__", {}))
        assert field in declared


def test_equal_symbols_mean_the_same() -> None:
    latex = [symbol.latex for symbol in SYMBOLS]
    assert len(latex) == len(set(latex))


def test_symbols_beside_a_formula_stand_in_it() -> None:
    for equation in EQUATIONS:
        for symbol in equation.where:
            if symbol.latex not in (r"x \setminus y", "M"):
                stem = re.split(r"[_^(]", symbol.latex.replace("(", "_"))[0] or symbol.latex
                assert stem in equation.latex, (equation.key, symbol.latex)


def test_mathematics_is_well_formed() -> None:
    for text in TEXTS:
        assert text.count("$") % 2 == 0, text
        assert text.count("{") == text.count("}"), text
        begun = re.findall(r"\\begin\{(\w+)\}", text)
        assert begun == re.findall(r"\\end\{(\w+)\}", text)[::-1], text


def test_every_choice_of_the_model_is_covered() -> None:
    names = [one.name for one in CHOICES]
    assert len(names) == len(set(names))
    assert set(names) == MARKED_IN_THE_MODEL
    referred = {name for one in EQUATIONS for name in one.choices} | {"count_order"}
    referred |= {name for kind in policies.KINDS.values() for name in kind.choices}
    assert referred == set(names)
    for one in CHOICES:
        assert bool(one.flags) == bool(one.sidebar)
        assert all(part in one.where_to_switch_it for part in (*one.flags, *one.sidebar))


def test_every_flag_named_exists() -> None:
    known = flags_of_run()
    named = {flag for text in TEXTS for flag in re.findall(r"--[a-z][a-z-]+", text)}
    named |= {flag for one in CHOICES for flag in one.flags}
    named |= {flag for _, _, flag in policies.parameters()}
    assert named <= set(known)
    assert {"--resource-unit", "--decision-horizon", "--active-cycle", "--count-order"} <= named


def test_sidebar_labels_exist() -> None:
    sidebar = (ROOT / "genedge/dashboard/shell/sidebar.py").read_text("utf-8")
    assert f'"{SIDEBAR_GROUP}"' in sidebar
    labels = {capital(field.title) for field in FIELDS.values()}
    assert {label for one in CHOICES for label in one.sidebar} <= labels


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("resource_unit", "weights.resource_unit"),
        ("switching_charged", "switching_charged"),
        ("decision_horizon", "decision_horizon"),
        ("count_order", "workload.count_order"),
        ("ga_first_generation", "genetic.first_generation"),
    ],
)
def test_every_value_of_a_switch_is_explained(name: str, path: str) -> None:
    one, field = choice(name), FIELDS[path]
    assert all(f"`{value}`" in one.answer for value in field.choices or ())
    assert one.answer.startswith(f"`{field.of(Scenario())}`")


def test_every_active_cycle_is_explained() -> None:
    answer = choice("history").answer
    assert all(f"`{value}`" in answer for value in FIELDS["active_cycle"].choices or ())


def test_defaults_and_constants_quoted_are_the_ones_in_force() -> None:
    assert f"default is `{Scenario().active_cycle}`" in choice("history").answer
    genetic = GeneticParameters()
    assert (genetic.tournament, genetic.elites, genetic.repair) == (2, 1, True)
    settings = {flag: default for _, default, flag in policies.parameters()}
    assert settings["--population"] == "50" and settings["--mutation-probability"] == "0.02"
    assert settings["--repair"] == "yes"
    assert (TOLERANCE, TIE, PRECISION) == (1e-9, 1e-12, 1e-4)  # 10^{-9}, 10^{-12}, 0.01 %


def test_every_kind_of_policy_is_introduced() -> None:
    assert set(policies.KINDS) == {policy.kind for policy in POLICIES.values()}


def test_links_within_the_page_lead_somewhere() -> None:
    anchors = {part.key for part in SECTIONS} | {one.anchor for one in CHOICES}
    anchors |= set(re.findall(r'heading\("[^"]*", "([a-z]+)"\)', PAGE))
    targets = {anchor for _, anchor in sections.CONTENTS}
    targets |= {anchor for text in TEXTS for anchor in re.findall(r"\(#([\w-]+)\)", text)}
    assert targets <= anchors


def test_the_source_and_the_loss_are_stated() -> None:
    assert "Liang, Yang, He, Lyu" in sections.CITATION and "2409.05303" in sections.CITATION
    assert "lost its formulas" in sections.RECONSTRUCTION


def test_every_choice_has_its_switch() -> None:
    assert set(QUESTIONS) | {"fitness", "ga_applied_part"} == {one.name for one in CHOICES}
    for name, question in QUESTIONS.items():
        travels = all(answer.setting is not None for answer in question.answers)
        assert travels == bool(choice(name).flags)
