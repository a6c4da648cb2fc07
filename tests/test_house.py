"""The rules that keep the code in order, each held on the syntax trees of all files at once."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from genedge.registry.policies import POLICIES

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "genedge"

# Each floor's rooms may import those above it in this list and themselves, not their neighbours.
FLOORS = [
    {"version", "limits", "errors", "say"},
    {"engine"},
    {"registry"},
    {"intake"},
    {"scenario"},
    {"runs"},
    {"decisions"},
    {"studies"},
    {"paper"},
    {"catalog_facts"},
    {"words"},
    {"equations"},
    {"charts"},
    {"bench", "dashboard"},
    {"cli"},
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
MOST_LINES = 400
# Views are named after what they show; among all other rooms, and inside each room, a name is one.
VIEWS = {"charts", "dashboard", "equations", "words"}

# Broken today; each entry goes with the change that mends it.
TOO_LONG = {
    "tests/test_cli.py",
    "tests/test_replay.py", "tests/test_scenario_json.py", "tests/test_simulate.py",
}  # fmt: skip
NAMED_TWICE = {
    "choices", "decision", "figures",
}  # fmt: skip


def module_of(path: Path) -> str:
    """The dotted name under which a file is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}
PAGES = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))]
FILES = [
    path
    for folder in (PACKAGE, ROOT / "pages", ROOT / "tests")
    for path in sorted(folder.rglob("*"))
    if path.suffix in (".py", ".js")
]


@cache
def parsed(path: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path) -> str:
    """A file's place in the repository, for messages."""
    return path.relative_to(ROOT).as_posix()


def room_of(module: str) -> str:
    """The first-level module or package of ``genedge``; "" for ``genedge`` itself."""
    return module.removeprefix("genedge").lstrip(".").partition(".")[0]


def imports(tree: ast.Module) -> Iterator[str]:
    """Every module that a file imports, wherever in the file; names only where they are modules."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = "." * node.level + (node.module or "")
            for alias in node.names:
                inner = f"{origin}.{alias.name}"
                yield inner if inner in MODULES else origin


IMPORTS = {name: set(imports(parsed(path))) for name, path in MODULES.items()}


def outside(module: str) -> set[str]:
    """The packages that a module of genedge takes from outside."""
    return {name.partition(".")[0] for name in IMPORTS[module]} - {"genedge"}


def assert_none(offenders: Iterable[str]) -> None:
    """Fail with every offender, a line each."""
    listed = sorted(offenders)
    assert not listed, "\n".join(["", *listed])


def test_imports_are_absolute() -> None:
    assert_none(name for name, found in IMPORTS.items() if any(x.startswith(".") for x in found))


def test_every_room_has_a_floor() -> None:
    assert_none({room_of(name) for name in MODULES} - {*FLOOR, "", "__main__"})


def test_imports_go_one_way() -> None:
    assert_none(
        f"{name} imports {other}"
        for name, found in IMPORTS.items()
        for other in found & set(MODULES)
        if (here := room_of(name)) in FLOOR
        and (there := room_of(other)) in FLOOR
        and here != there
        and FLOOR[there] >= FLOOR[here]
    )


def test_there_is_no_circle() -> None:
    inside = {name: (found & set(MODULES)) - {name} for name, found in IMPORTS.items()}
    try:
        TopologicalSorter(inside).prepare()
    except CycleError as error:
        pytest.fail(" is imported by ".join(error.args[1]))


def test_only_the_dashboard_knows_streamlit() -> None:
    assert_none(
        name for name in MODULES if "streamlit" in outside(name) and room_of(name) != "dashboard"
    )


def test_the_engine_is_numpy_and_numba_alone() -> None:
    known = {"numpy", "numba", "platformdirs"} | sys.stdlib_module_names
    assert_none(
        f"{name} imports {other}"
        for name in MODULES
        if room_of(name) == "engine"
        for other in outside(name) - known
    )


def test_three_files_at_most_import_numba() -> None:
    compiled = [name for name in MODULES if "numba" in outside(name)]
    assert len(compiled) <= 3, compiled


def test_pages_do_not_compute() -> None:
    assert_none(
        f"{place(path)} imports {name}"
        for path in PAGES
        for name in imports(parsed(path))
        if name.partition(".")[0] in {"numpy", "pandas", "numba", "scipy"}
        or room_of(name) == "engine"
    )


def test_importing_the_package_loads_neither_streamlit_nor_plotly_nor_pandas() -> None:
    code = (
        "import sys, genedge; "
        "print([name for name in ('streamlit', 'plotly', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_module_says_what_it_is() -> None:
    assert_none(
        place(path) for path in (*MODULES.values(), *PAGES) if not ast.get_docstring(parsed(path))
    )


def test_files_fit_in_the_head() -> None:
    lines = {place(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert_none(
        f"{path} has {number} lines"
        for path, number in lines.items()
        if number > MOST_LINES and path not in TOO_LONG
    )


def test_no_name_stands_for_anything() -> None:
    empty = {"util", "utils", "helper", "helpers", "common", "misc"}
    parts = {place(path): {*path.relative_to(ROOT).parts, path.stem} for path in FILES}
    assert_none(path for path, names in parts.items() if empty & names)


def test_no_two_files_share_a_name() -> None:
    named: dict[tuple[str, str], list[str]] = {}
    for name, path in MODULES.items():
        if path.stem not in {"__init__", "__main__", *NAMED_TWICE}:
            view = room_of(name) if room_of(name) in VIEWS else ""
            named.setdefault((view, path.stem), []).append(name)
    assert_none(" and ".join(names) for names in named.values() if len(names) > 1)


def test_every_policy_is_named_explained_and_coloured() -> None:
    assert_none(
        name
        for name, policy in POLICIES.items()
        if not (policy.label and policy.spoken and policy.look.light)
        or len(policy.explanation.split()) < 8
    )


def test_no_two_policies_look_alike() -> None:
    for aspect in ("light", "dark", "mark"):
        assert len({getattr(policy.look, aspect) for policy in POLICIES.values()}) == len(POLICIES)
