"""A scenario as JSON and as a link, and back, checked field by field.

Canonical JSON holds every field, so that it identifies a result. A link holds what differs from
the ``contended`` preset, compressed: ``base64url(zlib(compact JSON))``.
"""

import base64
import binascii
import json
import types
import zlib
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from genedge.errors import InputError, shown
from genedge.intake.catalog import Model
from genedge.limits import MAX_SCENARIO_BYTES
from genedge.scenario.scenario import Scenario

VERSION: Final = 1
"""Raised when a scenario written before would mean something else now."""
LEFT_OUT: Final = {"replications": 1}
"""What links and files that leave a field out have always meant, where new scenarios differ."""

_OUTDATED = "was made by another version of genedge (scenario version {}, here {})"


def to_dict(scenario: Scenario) -> dict[str, Any]:
    """Every field, as plain JSON values."""
    return {"version": VERSION, **_plain(scenario)}


def to_json(scenario: Scenario) -> str:
    """Canonical JSON: the same scenario always gives the same text."""
    return json.dumps(to_dict(scenario), sort_keys=True, separators=(",", ":"), allow_nan=False)


def from_dict(data: object, source: str = "scenario") -> Scenario:
    """A scenario from plain JSON values; fields that are missing keep their defaults,
    but for :data:`LEFT_OUT`.

    Raises
    ------
    InputError: naming the field that is unknown, of the wrong type or out of range.
    """
    if not isinstance(data, dict):
        raise InputError("is not a JSON object", file=source)
    given = {**LEFT_OUT, **data}
    version = given.pop("version", VERSION)
    if version != VERSION or isinstance(version, bool):
        raise InputError(_OUTDATED.format(shown(version), VERSION), file=source)
    try:
        scenario = _object(Scenario, given, "")
    except InputError as error:
        raise InputError(str(error), file=source) from None
    assert isinstance(scenario, Scenario)
    return scenario


def from_json(text: str | bytes, source: str = "scenario") -> Scenario:
    """A scenario from JSON text: a scenario by itself, or an output that holds one.

    Raises
    ------
    InputError: text that is no scenario.
    """
    if len(text) > 20 * MAX_SCENARIO_BYTES:
        raise InputError("is too large for a scenario", file=source)
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON: {error}", file=source) from None
    if isinstance(data, dict) and isinstance(data.get("scenario"), dict):
        data = data["scenario"]
    return from_dict(data, source)


def to_link(scenario: Scenario) -> str:
    """The scenario as a short text for a URL."""
    data = _difference(to_dict(scenario), {**to_dict(Scenario()), **LEFT_OUT})
    data["version"] = VERSION
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def from_link(code: str) -> Scenario:
    """The scenario of a link.

    Raises
    ------
    InputError: a link that was cut, tampered with, or made by another version.
    """
    damaged = InputError("is damaged: it was cut off or changed on its way", file="link")
    try:
        packed = base64.urlsafe_b64decode(code.encode("ascii") + b"=" * (-len(code) % 4))
        inflater = zlib.decompressobj()
        text = inflater.decompress(packed, MAX_SCENARIO_BYTES)
    except (ValueError, binascii.Error, zlib.error):
        raise damaged from None
    if not inflater.eof:  # cut off, or larger than any scenario
        raise damaged
    return from_json(text, "link")


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number")


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _plain(value: Any, hint: Any = None) -> Any:
    """``value`` as JSON values; equal numbers as one text (2 and 2.0, -0.0 and 0.0)."""
    if isinstance(value, Model):
        hints = _hints(Model)
        return [_plain(getattr(value, name), hints[name]) for name in Model._fields]
    if is_dataclass(value):
        kind: Any = type(value)
        hints = _hints(kind)
        return {
            item.name: _plain(getattr(value, item.name), hints[item.name]) for item in fields(value)
        }
    if isinstance(value, tuple):
        inner = next((part for part in get_args(hint) if get_origin(part) is tuple), hint)
        return [_plain(item, get_args(inner)[0]) for item in value]
    if isinstance(value, int | float) and float in (hint, *get_args(hint)):
        return float(value) + 0.0
    return value


def _difference(data: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    """The entries of ``data`` that ``base`` has otherwise."""
    changed = {}
    for key, value in data.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            inner = _difference(value, base[key])
            if inner:
                changed[key] = inner
        elif value != base.get(key):
            changed[key] = value
    return changed


def _object(kind: Any, given: object, place: str) -> object:
    """An instance of the dataclass ``kind`` from JSON values."""
    if not isinstance(given, dict):
        raise InputError(f"{place} must be an object, not {_seen(given)}")
    hints = _hints(kind)
    prefix = f"{place}." if place else ""
    for key in given:
        if key not in hints:
            raise InputError(f"unknown field {shown(f'{prefix}{key}')}")
    for item in fields(kind):
        if item.default is item.default_factory is MISSING and item.name not in given:
            raise InputError(f"{prefix}{item.name} is missing")
    return kind(**{key: _value(hints[key], item, f"{prefix}{key}") for key, item in given.items()})


def _seen(given: object) -> str:
    """A JSON value in a sentence; what is nested is named, not spelled out."""
    if isinstance(given, list | dict):
        return "a list" if isinstance(given, list) else "an object"
    return json.dumps(given) if given is None or isinstance(given, bool) else shown(given)


def _value(hint: Any, given: object, place: str) -> object:
    """``given`` as the type that a field is declared with."""
    if is_dataclass(hint):
        return _object(hint, given, place)
    if get_origin(hint) in (Union, types.UnionType):
        options = get_args(hint)
        if given is None and type(None) in options:
            return None
        if isinstance(given, str) and str in options:
            return given
        rest = [option for option in options if option not in (type(None), str)]
        return _value(rest[0], given, place)
    if get_origin(hint) is Literal:
        if not isinstance(given, str):
            raise InputError(f"{place} must be text, not {_seen(given)}")
        return given
    if get_origin(hint) is tuple:
        return _tuple(get_args(hint)[0], given, place)
    wrong = InputError(f"{place} must be {_WORDS[hint]}, not {_seen(given)}")
    if hint is float:
        if isinstance(given, bool) or not isinstance(given, int | float):
            raise wrong
        try:
            return float(given)
        except OverflowError:
            raise wrong from None
    if type(given) is not hint:
        raise wrong
    return given


_WORDS: Final = {float: "a number", int: "a whole number", str: "text", bool: "true or false"}


def _tuple(item: Any, given: object, place: str) -> tuple[object, ...]:
    if not isinstance(given, list):
        raise InputError(f"{place} must be a list, not {_seen(given)}")
    if item is not Model:
        return tuple(_value(item, each, f"{place}[{i}]") for i, each in enumerate(given))
    rows = []
    for number, row in enumerate(given):
        if not isinstance(row, list) or len(row) != len(Model._fields):
            raise InputError(
                f"{place}[{number}] must be a list of {len(Model._fields)} values: "
                f"{', '.join(Model._fields)}"
            )
        hints = _hints(Model)
        rows.append(
            Model(
                *(
                    _value(hints[name], cell, f"{place}[{number}].{name}")  # type: ignore[arg-type]
                    for name, cell in zip(Model._fields, row, strict=True)
                )
            )
        )
    return tuple(rows)
