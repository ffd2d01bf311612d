"""The fonts of a page → those that draw other letters than the ones they claim to draw.

A font says twice which letter a code is: by the name of what it draws, and by a table for those who copy text. Where
the two name different letters, a reader sees one text and a program reads another.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ingest.drawn import plain_font_name, signs

if TYPE_CHECKING:
    from collections.abc import Iterator

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_NAMES: Final = {letter: letter for letter in _LETTERS} | {name: str(n) for n, name in enumerate(_DIGITS)}
_ENCODINGS: Final = frozenset({"/WinAnsiEncoding", "/MacRomanEncoding", "/StandardEncoding"})  # alike for these letters
_LONGEST: Final = 8  # characters that one code may stand for; ligatures have three or four
_DEEPEST: Final = 8  # forms within forms
_TABLE = re.compile(rb"begin(bfchar|bfrange)(.*?)end(?:bfchar|bfrange)", re.DOTALL)
_SIGNS = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")


def false_fonts(page: Any, known: dict[int, str]) -> frozenset[str]:  # a pypdf page, which is a dictionary
    """The names of a page's fonts that claim other letters than they draw; known keeps what was found, by object."""
    found: set[str] = set()
    for font in _fonts(_resolved(page.get("/Resources")), 0):
        reference = getattr(font, "idnum", None)
        if reference is None or reference not in known:
            name = _false_name(_resolved(font))
            if reference is not None:
                known[reference] = name
        else:
            name = known[reference]
        found.add(name)
    return frozenset(found - {""})


def _resolved(thing: Any) -> Any:
    return thing.get_object() if hasattr(thing, "get_object") else thing


def _fonts(resources: Any, depth: int) -> Iterator[Any]:
    if not isinstance(resources, dict):
        return
    fonts, forms = _resolved(resources.get("/Font")), _resolved(resources.get("/XObject"))
    if isinstance(fonts, dict):
        yield from (fonts.raw_get(name) if hasattr(fonts, "raw_get") else fonts[name] for name in fonts)
    if isinstance(forms, dict) and depth < _DEEPEST:
        for name in forms:
            form = _resolved(forms[name])
            if isinstance(form, dict) and form.get("/Subtype") == "/Form":
                yield from _fonts(_resolved(form.get("/Resources")), depth + 1)


def _false_name(font: Any) -> str:
    """The plain name of a font that lies, or ""; fonts whose names of letters say nothing are believed."""
    table: Any = _resolved(font.get("/ToUnicode")) if isinstance(font, dict) else None
    if not hasattr(table, "get_data"):
        return ""
    claimed = dict(_claims(table.get_data()))
    drawn = _drawn_letters(font) if font.get("/Subtype") in ("/Type1", "/TrueType", "/MMType1") else {}
    lies = any(signs(claim) and signs(claim) != signs(drawn[code]) for code, claim in claimed.items() if code in drawn)
    lies = lies or any(len(claim) > _LONGEST for claim in claimed.values())
    return plain_font_name(str(font.get("/BaseFont", ""))) or "?" if lies else ""


def _drawn_letters(font: Any) -> dict[int, str]:
    """The letters and digits that codes draw, where the font's encoding names them."""
    encoding = _resolved(font.get("/Encoding"))
    descriptor = _resolved(font.get("/FontDescriptor"))
    embedded = isinstance(descriptor, dict) and any(name.startswith("/FontFile") for name in descriptor)
    base = encoding.get("/BaseEncoding") if isinstance(encoding, dict) else encoding
    named = base in _ENCODINGS or (base is None and not embedded)
    letters = {ord(letter): letter for letter in (*_LETTERS, *"0123456789")} if named else {}
    code = 0
    for part in (_resolved(encoding.get("/Differences")) or ()) if isinstance(encoding, dict) else ():
        if isinstance(part, int):
            code = int(part)
            continue
        letter = _NAMES.get(str(part).lstrip("/"))
        letters.pop(code, None)
        if letter:
            letters[code] = letter
        code += 1
    return letters


def _claims(table: bytes) -> Iterator[tuple[int, str]]:
    """Code and letters of each row of a ToUnicode table."""
    for kind, body in _TABLE.findall(table):
        row: list[bytes] = []
        listed: list[bytes] | None = None
        for digits, opens, closes in _SIGNS.findall(body):
            if opens:
                listed = []
            elif closes:
                yield from ((int(row[0] or b"0", 16) + n, _text(one)) for n, one in enumerate(listed or ()) if row)
                row, listed = [], None
            elif listed is not None:
                listed.append(digits)
            else:
                row.append(digits)
                if len(row) == (2 if kind == b"bfchar" else 3):
                    yield from _row(row)
                    row = []


def _row(row: list[bytes]) -> Iterator[tuple[int, str]]:
    numbers = [int(b"".join(digits.split()) or b"0", 16) for digits in row]
    if len(row) == 2:  # code and letters
        yield numbers[0], _text(row[1])
        return
    for n in range(min(numbers[1] - numbers[0], 255) + 1):
        text = _text(row[2])
        if text:
            yield numbers[0] + n, text[:-1] + chr(min(ord(text[-1]) + n, 0x10FFFF))


def _text(digits: bytes) -> str:
    whole = b"".join(digits.split())
    return bytes.fromhex((whole + b"0" * (len(whole) % 2)).decode()).decode("utf-16-be", "replace")
