"""The index in use → its documents in memory, read once for all visits and again when another index is in use."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from views import engine

if TYPE_CHECKING:
    from assistant.quotes import Quote
    from assistant.shelf import DocumentText, Shelf

_lock: Final = threading.Lock()
_read: Final[dict[tuple[object, ...], Shelf]] = {}  # one at most
_before: Final[dict[str, tuple[DocumentText, ...]]] = {}  # one at most: the documents of the index before


def shelf() -> Shelf | None:
    """All documents of the index in use; None where there is none or it is damaged. It holds nothing that was typed."""
    from assistant.shelf import ShelfError, read_shelf

    key = _key()
    with _lock:
        if key not in _read:
            try:
                found = read_shelf(engine.index_dir(), engine.corpus_dir())
            except (ShelfError, OSError):
                return None
            _read.clear()
            _read[key] = found
        return _read[key]


def before() -> tuple[DocumentText, ...]:
    """The documents of the index before the one in use."""
    from assistant.shelf import read_previous

    name = engine.index_name()
    with _lock:
        if name not in _before:
            _before.clear()
            _before[name] = read_previous(engine.index_dir())
        return _before[name]


def _key() -> tuple[object, ...]:
    """Which index is in use, and how the files of contacts stand: by these, contacts in a text are confirmed or not."""
    files = sorted((engine.corpus_dir() / "contacts").rglob("*.toml"))
    return (engine.index_name(), *((path.name, path.stat().st_mtime_ns) for path in files if path.exists()))


def published_of(quote: Quote) -> str:
    """The date of a quote's document in the catalogue; "" where it is not known."""
    there = shelf()
    found = there.by_id.get(quote.document) if there else None
    return found.card.published if found and found.card.sha256 == quote.sha256 else ""
