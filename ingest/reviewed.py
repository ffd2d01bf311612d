"""A file that somebody reviews → what is wrong with who did and when, and with characters that nobody sees."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def review_problems(content: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with the reviewed_by and reviewed_on of a reviewed file; [] when nothing is."""
    problems = []
    reviewed_by, reviewed_on = content.get("reviewed_by"), content.get("reviewed_on")
    if not isinstance(reviewed_by, str):
        problems.append('key reviewed_by is missing. Write who reviewed the file, or "" while nobody has.')
    elif hidden_characters(reviewed_by):
        problems.append(f"key reviewed_by has hidden characters ({hidden_characters(reviewed_by)}). Remove them.")
    if type(reviewed_on) is not date:
        problems.append("key reviewed_on is missing or no date. Write a day, for example 2026-11-22.")
    return problems


def hidden_characters(text: str) -> str:
    """Name the control, bidirectional, invisible and unassigned characters in text ("U+202E"), or ""."""
    if text.isascii() and text.isprintable():
        return ""
    odd = {character for character in text if unicodedata.category(character) in _HIDDEN_CATEGORIES}
    return ", ".join(f"U+{ord(character):04X}" for character in sorted(odd))
