"""Frozen dataclasses ↔ lists for JSON; every value is checked, so that what another process says makes nothing odd."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


class ShapeError(ValueError):
    """A value is not what it should be."""


HERE_ONLY = {"here only": True}  # metadata of a field that is not said to others; it has a default


def plain(value: Any) -> Any:
    """A dataclass as the list of its fields, in their order, without `HERE_ONLY` ones; sets as sorted lists."""
    if is_dataclass(value):
        return [plain(getattr(value, field.name)) for field in fields(value) if not field.metadata]
    if isinstance(value, frozenset):
        return sorted(plain(one) for one in value)
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    return value


def shaped(kind: Any, value: Any) -> Any:
    """The value of a type, from what `plain` made of it.

    The type is str, int, float, bool, tuple[X, ...], frozenset[X], X | None or a dataclass of such. Raises ShapeError
    when the value is anything else.
    """
    origin, inner = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        kinds = _kinds(kind)
        if type(value) is not list or len(value) != len(kinds):
            raise ShapeError(str(kind))
        return kind(**{name: shaped(one, part) for (name, one), part in zip(kinds.items(), value, strict=True)})
    if origin in (tuple, frozenset) and type(value) is list:
        return origin(shaped(inner[0], part) for part in value)
    if origin in (UnionType, Union):
        return None if value is None else shaped(inner[0], value)
    if origin is None and type(value) is kind:
        return value
    raise ShapeError(str(kind))


@cache
def _kinds(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind) if not field.metadata}
