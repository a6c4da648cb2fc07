"""Names of models inside formulas and sentences: they come from users, so nothing in them acts."""

from typing import Final

LONGEST: Final = 20
"""Characters of a name within a formula; a telephone shows about thirty in a line."""
_IN_TEX: Final = {
    "\\": r"\textbackslash ",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "%": r"\%",
    "#": r"\#",
    "&": r"\&",
    "_": r"\_",
    "^": r"\textasciicircum ",
    "~": r"\textasciitilde ",
    "<": r"\textless ",
    ">": r"\textgreater ",
}
_ACTING: Final = frozenset(r"\`*_{}[]<>()#+-!|$:~^")
MOST_LISTED: Final = 6


def shortened(name: str, longest: int = LONGEST) -> str:
    """The name, its end cut off where it is long."""
    one_line = " ".join(name.split())
    return one_line if len(one_line) <= longest else one_line[: longest - 1].rstrip() + "…"


def in_formula(name: str) -> str:
    """A name as text within a formula."""
    return r"\text{" + "".join(_IN_TEX.get(c, c) for c in shortened(name)) + "}"


def in_words(name: str) -> str:
    """A name that stays what it is inside Markdown."""
    return "".join(f"\\{c}" if c in _ACTING else c for c in " ".join(name.split()))


def enumerated(names: list[str]) -> str:
    """a, b and c, each safe inside Markdown; long lists are cut in the middle."""
    safe = [in_words(name) for name in names]
    if len(safe) > MOST_LISTED:
        hidden = len(safe) - MOST_LISTED + 1
        safe = [*safe[:4], f"{hidden:,} more", *safe[-1:]]
    if not safe:
        return "nothing"
    return safe[0] if len(safe) == 1 else ", ".join(safe[:-1]) + f" and {safe[-1]}"
