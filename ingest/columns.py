"""Lines in the order of the file → lines in the order in which they are read, where the two plainly differ.

A file may hold a heading after its text, or the second column before the first. Only whole groups of lines are moved,
and only on pages on which a line stands above another of its own column that the file puts before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingest.lines import Line

_APART: Final = 2.2  # sizes from one line to the next, from which they are two groups
_BESIDE: Final = 40.0  # points to the side, from which a line begins another group
_OVER: Final = 10.0  # points that two groups share of the width, from which they are of one column
_SLACK: Final = 4.0  # points that two groups may lie over each other and still be cut apart
_DEEPEST: Final = 12
_MOST: Final = 400  # groups of a page that is text and no drawing


class _Group(NamedTuple):
    """Lines that follow each other in the file and on the page, and the box around them in points."""

    lines: tuple[Line, ...]
    left: float
    right: float
    bottom: float
    top: float


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """The same lines; blank ones stay with those before them. As they came where no place is known."""
    filled = [line for line in lines if line.text.strip()]
    if not filled or not all(line.placed for line in filled):
        return list(lines)
    groups = _groups(lines)
    if len(groups) > _MOST or not _out_of_order(groups):
        return list(lines)
    return [line for group in _ordered(groups, 0) for line in group.lines]


def _groups(lines: Sequence[Line]) -> list[_Group]:
    groups: list[list[Line]] = []
    before: Line | None = None
    for line in lines:
        if not line.text.strip():
            groups = groups or [[]]
            groups[-1].append(line)
            continue
        down = before.y - line.y if before else 0.0
        near = before is not None and -1.0 <= down <= _APART * before.size and abs(line.x - before.x) < _BESIDE
        if near and groups:
            groups[-1].append(line)
        else:
            groups.append([line])
        before = line
    return [_boxed(group) for group in groups if any(line.text.strip() for line in group)]


def _boxed(lines: Sequence[Line]) -> _Group:
    filled = [line for line in lines if line.text.strip()]
    return _Group(
        tuple(lines), min(line.x for line in filled), max(line.right for line in filled),
        min(line.y for line in filled), max(line.y + 0.8 * line.size for line in filled),
    )  # fmt: skip


def _out_of_order(groups: Sequence[_Group]) -> bool:
    """Whether a group stands wholly above one of its own column that comes before it in the file."""
    return any(
        after.bottom >= before.top - _SLACK and min(after.right, before.right) - max(after.left, before.left) > _OVER
        for n, before in enumerate(groups)
        for after in groups[n + 1 :]
    )


def _ordered(groups: list[_Group], depth: int) -> list[_Group]:
    """Columns from left to right, then bands from top to bottom; what cannot be cut stays in the order of the file."""
    if len(groups) < 2 or depth > _DEEPEST:
        return groups
    columns = _cut(groups, lambda group: (group.left, group.right))
    if len(columns) > 1:
        return [group for column in columns for group in _ordered(column, depth + 1)]
    bands = _cut(groups, lambda group: (-group.top, -group.bottom))
    if len(bands) == 1:
        return groups
    return [group for band in _joined_bands(bands) for group in _ordered(band, depth + 1)]


def _joined_bands(bands: Sequence[list[_Group]]) -> list[list[_Group]]:
    """Bands that share a gap between columns put together again, so that each column is read down before the next."""
    joined: list[list[_Group]] = []
    for band in bands:
        if joined and len(_cut([*joined[-1], *band], lambda group: (group.left, group.right))) > 1:
            joined[-1] = [*joined[-1], *band]
        else:
            joined.append(list(band))
    return joined


def _cut(groups: Sequence[_Group], edges: Callable[[_Group], tuple[float, float]]) -> list[list[_Group]]:
    """The groups in parts between which nothing lies along one axis; each part in the order of the file."""
    parts: list[list[_Group]] = []
    reach = 0.0
    for group in sorted(groups, key=edges):
        low, high = edges(group)
        if parts and low < reach - _SLACK:
            parts[-1].append(group)
            reach = max(reach, high)
        else:
            parts.append([group])
            reach = high
    order = {id(group): n for n, group in enumerate(groups)}
    return [sorted(part, key=lambda group: order[id(group)]) for part in parts]
