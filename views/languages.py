"""What a browser says of its languages → one of those that the page has; their own names, and which way they run."""

from __future__ import annotations

from typing import Final

from assistant.wording import DEFAULT_LANGUAGE

NAMES: Final = {  # the official languages of the United Nations, each named in itself
    "ar": "العربية",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "ru": "Русский",
    "zh": "中文",
}
_RIGHT_TO_LEFT: Final = frozenset({"ar"})
_LONGEST: Final = 500  # characters of a header that are looked at


def direction(language: str) -> str:
    """``rtl`` or ``ltr``."""
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


def preferred(accepted: str) -> str:
    """The language of NAMES that an Accept-Language header ("ar-EG,en;q=0.5") wants most; English for none."""
    wanted = []
    for place, part in enumerate(accepted[:_LONGEST].split(",")):
        name, _, weight = part.partition(";")
        found = name.strip().lower().partition("-")[0]
        if found in NAMES and (how_much := _weight(weight)):
            wanted.append((-how_much, place, found))
    return min(wanted)[2] if wanted else DEFAULT_LANGUAGE


def _weight(said: str) -> float:
    """The q of a part of the header, 0 to 1; 1 where it says none, 0 where it cannot be read."""
    name, _, value = said.replace(" ", "").partition("=")
    if not name:
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0) if name == "q" and value.replace(".", "", 1).isdigit() else 0.0
    except ValueError:
        return 0.0
