"""Arabic text → lines of joined letters from left to right, as a typesetter without shaping needs them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

VOWELS: Final = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670"  # signs above and below letters
_LAM: Final = "\u0644"
_RTL: Final = r"\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC"
_RIGHT_TO_LEFT: Final = re.compile(f"[{_RTL}]")
_OTHERWISE: Final = re.compile(  # from a letter or digit to one, or to what ends a link or a number
    rf"[+./]?[^\W{_RTL}](?:[^{_RTL}]*(?:[^\W{_RTL}]|[%*+/]))?"
)
_FROM_THE_RIGHT: Final = re.compile(rf"[{_RTL}](?:(?:[^\w]|[{_RTL}])*[{_RTL}])?")
_SENTENCE: Final = 3  # blanks in what is taken for a sentence, with its full stop
_MIRRORED: Final = str.maketrans("()[]{}<>«»“”", ")(][}{><»«”“")


class _Forms(NamedTuple):
    """A letter as it stands alone, at the end, at the beginning and in the middle; "" where it does not."""

    isolated: str = ""
    final: str = ""
    initial: str = ""
    medial: str = ""


@lru_cache(maxsize=1)
def _forms() -> Mapping[str, _Forms]:
    """The forms of each letter, and of lam with alef as of one, from the table of characters that Python has."""
    found: dict[str, dict[str, str]] = {}
    for code in range(0xFE70, 0xFEFD):
        kind, _, letters = unicodedata.decomposition(chr(code)).partition(" ")
        if kind and "0020" not in letters and "0640" not in letters:
            whole = "".join(chr(int(letter, 16)) for letter in letters.split())
            found.setdefault(whole, {})[kind.strip("<>")] = chr(code)
    return {whole: _Forms(**forms) for whole, forms in found.items()} | {"\u0640": _Forms(*"\u0640" * 4)}


def runs_from_the_right(text: str) -> bool:
    """Whether a text has a letter that is written from right to left."""
    return bool(_RIGHT_TO_LEFT.search(text))


def parted(text: str) -> Iterator[tuple[str, str]]:
    """The text in pieces as it is read: what runs from the right, then numbers, commands and words that do not."""
    done = 0
    for run in _OTHERWISE.finditer(text):
        end = run.end()
        ends_with = ")" if run[0].count("(") > run[0].count(")") else ".!?" if run[0].count(" ") >= _SENTENCE else ""
        in_quotes = text[end + 1 : end + 2] in ("»", "”") and text[end] in ".,;:!?"
        end += in_quotes or (text[end : end + 1] != "" and text[end] in ends_with)
        yield text[done : run.start()], text[run.start() : end]
        done = end
    yield text[done:], ""


def joined(text: str) -> str:
    """The letters in the forms that they have beside each other, still in the order of reading, without vowel signs."""
    plain = text.translate(dict.fromkeys(map(ord, VOWELS)))
    pieces = re.findall(rf"{_LAM}[\u0622\u0623\u0625\u0627]|.", plain, re.DOTALL)
    forms = [_forms().get(piece, _Forms()) for piece in pieces]
    return "".join(
        _form(
            piece,
            own,
            before=bool(n and forms[n - 1].initial and own.final),
            after=bool(own.initial and n + 1 < len(forms) and forms[n + 1].final),
        )
        for n, (piece, own) in enumerate(zip(pieces, forms, strict=True))
    )


def _form(piece: str, own: _Forms, *, before: bool, after: bool) -> str:
    """One letter that is joined to the one before, the one after, both or none."""
    if before:
        return own.medial if after else own.final
    return (own.initial if after else own.isolated) or piece


def lines(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """The lines of a paragraph, each from left to right as it is drawn; measure gives the width of a text.

    A word that is wider than a line goes on in the next one.
    """
    turned, first = list(_turned(text)), _begins_from_the_right(text)
    for start, end in _cuts(text, width, measure):
        pieces = [
            (around, "".join(text[n] for n in run)) for around, run in groupby(range(start, end), turned.__getitem__)
        ]
        drawn = [joined(piece)[::-1].translate(_MIRRORED) if around else piece for around, piece in pieces]
        yield "".join(reversed(drawn) if first else drawn)


def _begins_from_the_right(text: str) -> bool:
    """Whether the first letter of a paragraph says that it runs from the right, as in a browser."""
    return runs_from_the_right(next((letter for letter in text if letter.isalpha()), ""))


def _turned(text: str) -> Iterator[bool]:
    """For each sign of a paragraph, whether it stands among those that run from the right."""
    if _begins_from_the_right(text):
        for own, other in parted(text):
            yield from (True for _ in own)
            yield from (False for _ in other)
        return
    places = {n for run in _FROM_THE_RIGHT.finditer(text) for n in range(*run.span())}
    yield from (n in places for n in range(len(text)))


def _cuts(text: str, width: float, measure: Callable[[str], float]) -> Iterator[tuple[int, int]]:
    """Where each line begins and ends in a text; the blank between two lines is in none."""
    start = end = 0
    taken, blank = 0.0, measure(" ")  # the width of the line so far, without what stands after its last word
    for word in re.finditer(r"[^ ]+", text):
        wide, gap = measure(joined(word[0])), blank * (word.start() - end)
        if taken + gap + wide > width and end > start:
            yield start, end
            start, taken, gap = word.start(), 0.0, 0.0
        end, taken = word.end(), taken + gap + wide
        while taken > width and end - start > 1:
            cut = next((n for n in range(end, start + 1, -1) if measure(joined(text[start:n])) <= width), start + 1)
            yield start, cut
            start, taken = cut, measure(joined(text[cut:end]))
    yield start, end
