"""Text of a PDF's first pages → whether it is the document that was asked for, or a notice that there is none."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_PART = r"(?:\s*\((?:Part|Sect|Vol)[^)]{1,12}\))"
_SYMBOL = rf"[A-Z][A-Z0-9.]{{0,7}}(?:\s?/\s?[A-Z0-9](?:[A-Za-z0-9.]*[A-Za-z0-9])?)+{_PART}?"
_MASTHEAD = re.compile(rf"(?<![A-Z0-9/])({_SYMBOL}(?:\s?-\s?{_SYMBOL})*)")  # A/80/74-E/2025/1 is one document with two
_TOMBSTONE_LENGTH = 2000  # characters; the real one has 260
_ENOUGH = 8  # letters and digits of a title, below which finding it says nothing
_ALSO_I = {ord("\u0130"): "i", ord("\u0131"): "i"}  # i with and without its dot, which `re` holds to be one letter
_MOST_DOCUMENTS = 8192


class NamesIn:
    """Looks for names of documents, of which there may be thousands, in one text; it is prepared once for all."""

    def __init__(self, text: str) -> None:
        self._text = text

    def symbol(self, symbol: str) -> bool:
        """Whether a symbol stands in the text; see `stands`."""
        plain, tight = _of_symbol(symbol)
        if not tight or (tight.isascii() and tight not in self._tight):  # most do not, and patterns take long to make
            return False
        letters = r"\s*".join(re.escape(letter) for letter in plain if not letter.isspace())
        longer = rf"(?![A-Za-z0-9])(?!\s*/\s*[A-Za-z0-9])(?!{_PART})(?![.-][0-9])"
        return bool(re.search(rf"(?<![A-Z0-9/])(?i:{letters}){longer}", self._plain))

    def title(self, title: str) -> bool:
        """Whether a title stands in the text; see `names_title`."""
        letters = _of_title(title)
        return len(letters) >= _ENOUGH and letters in self._letters

    @cached_property
    def _plain(self) -> str:
        return _plain(self._text)

    @cached_property
    def _tight(self) -> str:
        return _tight(self._plain)

    @cached_property
    def _letters(self) -> str:
        return _letters(self._text)


def stands(symbol: str, text: str) -> bool:
    """Whether a symbol stands in a text, in any spacing and case, and not as a part of a longer one.

    ST/SGB/2019/8 does not stand in ST/SGB/2019/80, ST/SGB/2019/8/Rev.1, ST/SGB/2019/8 (Part I) or DP/ST/SGB/2019/8.
    """
    return NamesIn(text).symbol(symbol)


def masthead(pages: Sequence[str]) -> str:
    """Find the first symbol on the first page that shows one, as printed; "" where there is none.

    A document cites others too, sometimes on its first page; its own symbol comes first.
    """
    for page in pages:
        for found in _MASTHEAD.findall(_plain(page)):
            if re.search(r"[0-9]", found):
                return " ".join(str(found).split())
    return ""


def identity_problem(symbol: str, title: str, pages: Sequence[str]) -> str:
    """Say why first pages are not those of the document with this symbol, or without one this title; "" if they are."""
    if not symbol:
        known = _letters(title)
        found = len(known) >= _ENOUGH and known in _letters(" ".join(pages))
        return "" if found else f'its first pages do not show the title "{title}"'
    first = masthead(pages)
    if "/" in symbol and first:
        return "" if stands(symbol, first) else f"it says that it is {first}, not {symbol}"
    return "" if stands(symbol, "\n".join(pages)) else f"its first pages do not show the symbol {symbol}"


def is_tombstone(text: str) -> bool:
    """Whether the whole text of a PDF is the UN document system's notice that it has no such document."""
    words = " ".join(_plain(text).split()).casefold()
    notice = "document you are looking for" in words or "does not exist in the official document system" in words
    return notice and len(words) < _TOMBSTONE_LENGTH


def names_title(title: str, text: str) -> bool:
    """Whether a title stands in a text, whatever its case, spacing and punctuation."""
    return NamesIn(text).title(title)


@lru_cache(maxsize=_MOST_DOCUMENTS)
def _of_symbol(symbol: str) -> tuple[str, str]:
    """A document's symbol as it is looked for, and without blanks and capitals."""
    plain = _plain(symbol)
    return plain, _tight(plain)


@lru_cache(maxsize=_MOST_DOCUMENTS)
def _of_title(title: str) -> str:
    return _letters(title)


def _tight(plain: str) -> str:
    return "".join(plain.split()).translate(_ALSO_I).casefold()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_DASHES)


def _letters(text: str) -> str:
    return "".join(letter for letter in _plain(text).casefold() if letter.isalnum())
