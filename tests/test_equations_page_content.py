"""What the equations page says is held against the model, the code and the command line."""

from __future__ import annotations

import argparse
import ast
import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from genedge import equations
from genedge.cli import main as cli
from genedge.engine.arrays import Decisions, Models, Slots, Weights
from genedge.engine.cost import TIE, TOLERANCE
from genedge.engine.planning import PRECISION, Family, OnlinePlan
from genedge.equations import CHOICES, SECTIONS, Choice, Equation, Symbol
from genedge.intake.catalog import Model
from genedge.intake.server import EdgeServer
from genedge.intake.workload import COUNT_ORDERS, RequestTrace, Workload
from genedge.registry.policies import POLICIES
from genedge.scenario.scenario import (
    ACTIVE_CYCLES,
    DECISION_HORIZONS,
    RESOURCE_UNITS,
    CostWeights,
    GeneticParameters,
    Problem,
    Scenario,
)
from genedge.studies.choices import QUESTIONS

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "pages" / "equations.py"
PARTS = sorted((ROOT / "genedge" / "dashboard" / "equations_page").glob("*.py"))
EQUATIONS = [equation for section in SECTIONS for equation in section.equations]
SYMBOLS = {symbol for group in equations.SYMBOLS for symbol in group.symbols} | {
    symbol for equation in EQUATIONS for symbol in equation.where
}
MARKED_IN_THE_MODEL = {
    "resource_unit", "fitness", "decision_horizon", "history", "count_order", "lfu_counts",
    "ga_applied_part", "ga_parameters", "ga_repair", "ga_first_generation", "ga_patience",
}  # fmt: skip
CLASSES = {
    one.__name__: one
    for one in (
        CostWeights, Decisions, EdgeServer, Family, Model, Models, OnlinePlan, Problem,
        RequestTrace, Scenario, Slots, Weights, Workload,
    )
}  # fmt: skip


def titles(thing: Any) -> str:
    return str(getattr(thing, "key", None) or getattr(thing, "name", None) or thing.latex)


def flags_of_run() -> dict[str, argparse.Action]:
    commands = next(
        action for action in cli.parser()._actions if isinstance(action, argparse._SubParsersAction)
    )
    return dict(commands.choices["run"]._option_string_actions)


def texts(thing: Any) -> list[str]:
    """Every text within the content, however deep."""
    if isinstance(thing, str):
        return [thing]
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        return [
            text
            for field in dataclasses.fields(thing)
            for text in texts(getattr(thing, field.name))
        ]
    if isinstance(thing, (tuple, list)):
        return [text for one in thing for text in texts(one)]
    return (
        [text for one in thing.values() for text in texts(one)] if hasattr(thing, "values") else []
    )


CONTENT = sorted(
    {
        text
        for name, value in vars(equations).items()
        if name.isupper() and not name.startswith("_")
        for text in texts(value)
    }
)


def test_equations_1_to_12_are_there_once_and_in_order() -> None:
    assert [one.number for one in EQUATIONS if one.number is not None] == list(range(1, 13))
    assert list(equations.numbered()) == list(range(1, 13))
    assert equations.numbered()[7].tagged.endswith(r"\tag{7}")
    assert "tag" not in next(one for one in EQUATIONS if one.number is None).tagged


def test_the_page_draws_every_section() -> None:
    drawn = (*equations.BEFORE_EVENTS, equations.BOUNDS, equations.LEDGERS_SECTION)
    assert drawn == SECTIONS


@pytest.mark.parametrize("place", equations.code_places())
def test_every_function_named_exists_in_the_file_named(place: str) -> None:
    path, name = place.split(": ")
    body: list[ast.stmt] = ast.parse((ROOT / path).read_text("utf-8")).body
    *classes, function = name.split(".")
    for wanted in classes:
        body = next(
            node.body for node in body if isinstance(node, ast.ClassDef) and node.name == wanted
        )
    assert function in {node.name for node in body if isinstance(node, ast.FunctionDef)}


def test_every_equation_function_of_cost_is_named() -> None:
    tree = ast.parse((ROOT / "genedge/engine/cost.py").read_text("utf-8"))
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    prefix = "genedge/engine/cost.py: "
    assert {
        place.removeprefix(prefix) for place in equations.code_places() if place.startswith(prefix)
    } == functions


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


@pytest.mark.parametrize("equation", EQUATIONS, ids=titles)
def test_equations_are_readable(equation: Equation) -> None:
    words = equation.in_words
    assert words.endswith(".") and words[0].isupper()
    assert equation.where and equation.code
    for symbol in equation.where:
        if symbol.latex not in (r"x \setminus y", "M"):
            stem = re.split(r"[_^(]", symbol.latex.replace("(", "_"))[0] or symbol.latex
            assert stem in equation.latex, symbol.latex
    lines = re.split(r"\\\\", equation.latex)
    assert (
        max(len(re.sub(r"\\(mathrm|text|begin|end|quad|;|,|!)|[{}&]", "", x)) for x in lines) < 80
    )


def test_mathematics_is_well_formed() -> None:
    for text in CONTENT:
        assert text.count("$") % 2 == 0, text
        assert text.count("{") == text.count("}"), text
        begun = re.findall(r"\\begin\{(\w+)\}", text)
        assert begun == re.findall(r"\\end\{(\w+)\}", text)[::-1], text
        for big in (r"\big", r"\Big"):
            sizes = [len(re.findall(re.escape(big) + end, text)) for end in (r"[\[(]", r"[\])]")]
            assert sizes[0] == sizes[1], text
        assert not re.search(r"\\\\[a-z]", text), text  # a doubled escape


def test_words_outside_mathematics_and_code_are_plain() -> None:
    for text in CONTENT:
        if " " in text and ".py: " not in text:
            plain = re.sub(r"\$[^$]*\$|`[^`]*`|\]\([^)]*\)", "", text)
            if "\\" not in plain:  # a formula
                assert not re.search(r"[_~<>|^]", plain), text


def test_every_choice_of_the_model_is_covered() -> None:
    names = [one.name for one in CHOICES]
    assert len(names) == len(set(names))
    assert set(names) == MARKED_IN_THE_MODEL
    referred = {name for one in EQUATIONS for name in one.choices} | {"count_order"}
    referred |= {name for many in equations.POLICY_CHOICES.values() for name in many}
    assert referred == set(names)
    assert all(equations.choice(name).name == name for name in names)


@pytest.mark.parametrize("choice", CHOICES, ids=titles)
def test_choices_are_complete(choice: Choice) -> None:
    for text in (choice.what_the_paper_leaves_open, choice.what_we_chose, *choice.alternatives):
        assert text[0].isupper() or text[0] in "`$", text
        assert text.endswith((".", "?")), text
    assert choice.alternatives
    assert bool(choice.flags) == bool(choice.sidebar)
    for part in (*choice.flags, *choice.sidebar):
        assert part in choice.where_to_switch_it
    if not choice.flags:
        assert "fixed" in choice.where_to_switch_it


def test_every_flag_named_exists() -> None:
    known = flags_of_run()
    named = {flag for text in CONTENT for flag in re.findall(r"--[a-z][a-z-]+", text)}
    named |= {flag for one in CHOICES for flag in one.flags}
    assert named <= set(known)
    assert {"--resource-unit", "--decision-horizon", "--active-cycle", "--count-order"} <= named


def test_sidebar_labels_exist() -> None:
    sidebar = (ROOT / "genedge/dashboard/shell/sidebar.py").read_text("utf-8")
    for label in (equations.SIDEBAR_GROUP, *(label for one in CHOICES for label in one.sidebar)):
        assert f'"{label}"' in sidebar, label


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("resource_unit", RESOURCE_UNITS),
        ("decision_horizon", DECISION_HORIZONS),
        ("history", tuple(ACTIVE_CYCLES)),
        ("count_order", COUNT_ORDERS),
        ("ga_first_generation", ("random", "deployment")),
    ],
)
def test_every_value_of_a_switch_is_explained(name: str, values: tuple[str, ...]) -> None:
    choice = equations.choice(name)
    text = choice.what_we_chose + " ".join(choice.alternatives)
    assert all(f"`{value}`" in text for value in values)


def test_defaults_are_the_ones_in_force() -> None:
    scenario = Scenario()
    for name, value in (
        ("resource_unit", scenario.weights.resource_unit),
        ("decision_horizon", scenario.decision_horizon),
        ("count_order", scenario.workload.count_order),
        ("ga_first_generation", scenario.genetic.first_generation),
    ):
        assert equations.choice(name).what_we_chose.startswith(f"`{value}`")
    assert f"default is `{scenario.active_cycle}`" in equations.choice("history").what_we_chose
    genetic = GeneticParameters()
    assert (genetic.tournament, genetic.elites, genetic.repair) == (2, 1, True)
    settings = {one.flag: one.default for one in equations.GENETIC_SETTINGS}
    assert settings["--population"] == "50" and settings["--mutation-probability"] == "0.02"
    assert settings["--repair"] == "yes"
    assert len(settings) == len(dataclasses.fields(GeneticParameters))
    assert set(settings) <= set(flags_of_run())


def test_constants_quoted_in_the_text_are_the_ones_in_force() -> None:
    assert (TOLERANCE, TIE, PRECISION) == (1e-9, 1e-12, 1e-4)  # 10^{-9}, 10^{-12}, 0.01 %
    assert Scenario().max_models == 1  # "1 unless you change it"


def test_every_kind_of_policy_is_introduced() -> None:
    kinds = {policy.kind for policy in POLICIES.values()}
    assert set(equations.KINDS) == kinds
    assert set(equations.POLICY_NOTES) == kinds == set(equations.POLICY_CHOICES)


def test_ledgers_are_told_apart_in_every_row() -> None:
    assert [field.name for field in dataclasses.fields(equations.Ledger)][1:] == list(
        equations.LEDGER_ROWS
    )
    first, second = equations.LEDGERS
    for field in equations.LEDGER_ROWS:
        assert getattr(first, field) != getattr(second, field)


def test_links_within_the_page_lead_somewhere() -> None:
    page = "".join(path.read_text("utf-8") for path in (PAGE, *PARTS))
    anchors = {part.key for part in SECTIONS} | {one.anchor for one in CHOICES}
    anchors |= set(re.findall(r'heading\("[^"]*", "([a-z]+)"\)', page))
    targets = {anchor for _, anchor in equations.CONTENTS}
    targets |= {anchor for text in CONTENT for anchor in re.findall(r"\(#([\w-]+)\)", text)}
    assert targets <= anchors


def test_the_source_and_the_loss_are_stated() -> None:
    assert "2409.05303" in equations.CITATION
    assert "Liang, Yang, He, Lyu" in equations.CITATION
    assert "lost its formulas" in equations.RECONSTRUCTION
    assert "reconstruction" in equations.RECONSTRUCTION


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", [PAGE, *PARTS], ids=lambda path: path.name)
def test_the_page_leaves_the_shell_alone(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = {node.func.attr for node in calls if isinstance(node.func, ast.Attribute)}
    assert not named & {"set_page_config", "navigation", "sidebar"}
    constants = {
        target.id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.AnnAssign)
        and isinstance(target := node.target, ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    for node in calls:
        for keyword in node.keywords:
            if keyword.arg == "key":
                text = ast.unparse(keyword.value)
                text = str(constants.get(text, text))
                assert text == "key" or text.lstrip("f'\"").startswith("equations_"), text


def test_the_page_shows_no_bare_text() -> None:
    # Streamlit shows a bare text on the page ("magic"), so constants are explained in comments.
    tree = ast.parse(PAGE.read_text("utf-8"))
    bare = [node for node in tree.body if isinstance(node, ast.Expr)][1:]
    assert all(isinstance(node.value, ast.Call) for node in bare)


def test_every_choice_has_its_switch() -> None:
    switched = set(QUESTIONS) | {"fitness", "ga_applied_part"}
    assert switched == {one.name for one in CHOICES}
    for name, question in QUESTIONS.items():
        travels = all(answer.setting is not None for answer in question.answers)
        assert travels == bool(equations.choice(name).flags)
