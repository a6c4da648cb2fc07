"""The rules that keep the code in order, held on its syntax tree: who may import whom, and more."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from genedge.registry.policies import POLICIES

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "genedge"

# Each floor may import those above it in this list, and its own.
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
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}


def part(path: Path) -> str:
    """The first-level module or package of ``genedge`` that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            module = node.module or ""
            # "from genedge import charts" imports a module, "from genedge import compare" does not
            if module == "genedge":
                yield from (f"genedge.{alias.name}" for alias in node.names)
            else:
                yield module


SOURCES = sorted(PACKAGE.rglob("*.py"))
INSIDE = [path for path in SOURCES if part(path) not in ("__init__", "__main__")]


def name_of(path: Path) -> str:
    """A file's place in the package, for the test report."""
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", INSIDE, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    own = part(path)
    assert own in FLOOR, f"{own} has no floor yet: add it to FLOORS"
    for module in imports(path):
        top, _, rest = module.partition(".")
        if top == "genedge" and (other := rest.partition(".")[0]) in FLOOR and other != own:
            assert FLOOR[other] < FLOOR[own], f"{own} imports {other}"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_only_the_dashboard_knows_streamlit(path: Path) -> None:
    if part(path) != "dashboard":
        assert not any(module.partition(".")[0] == "streamlit" for module in imports(path))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_the_engine_is_numpy_and_numba_alone(path: Path) -> None:
    known = {"numpy", "numba", "platformdirs", "genedge"} | sys.stdlib_module_names
    if part(path) == "engine":
        for module in imports(path):
            assert module.partition(".")[0] in known, module
            assert not module.startswith("genedge.") or module.startswith("genedge.engine")
    else:
        assert path == PACKAGE / "bench.py" or not any(m.startswith("numba") for m in imports(path))


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=lambda p: p.name)
def test_pages_do_not_compute(path: Path) -> None:
    for module in imports(path):
        assert module.partition(".")[0] not in ("numpy", "pandas", "numba", "scipy"), module
        assert not module.startswith("genedge.engine"), module


def test_importing_the_package_loads_neither_streamlit_nor_plotly_nor_pandas() -> None:
    code = (
        "import sys, genedge; "
        "print([name for name in ('streamlit', 'plotly', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", POLICIES)
def test_every_policy_is_named_explained_and_coloured(name: str) -> None:
    policy = POLICIES[name]
    assert policy.label
    assert policy.spoken
    assert len(policy.explanation.split()) >= 8
    assert policy.look.light


def test_no_two_policies_look_alike() -> None:
    for aspect in ("light", "dark", "mark"):
        assert len({getattr(policy.look, aspect) for policy in POLICIES.values()}) == len(POLICIES)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_files_fit_in_the_head(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", [*SOURCES, *sorted((ROOT / "pages").glob("*.py"))], ids=str)
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
