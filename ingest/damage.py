"""Raw text of a page → the measured signs that its text layer is damaged; presentation forms are told apart from them.

Each sign is a share of what could have it, and its limit lies above all that sound pages have. Measured on 441 pages of
23 guides and 15 UN documents, and on 439 odd PDFs: shares of sound pages at most / of damaged ones at least

    lost letters (U+FFFD)           0     / -          words without a vowel      0.143 / 0.49
    signs of no alphabet (private)  0     / -          single letters as words    0.132 / 0.28
    control characters              0     / 0.005      digits within words        0.007 / 0.031
    names of signs, "(cid:12)"      0     / -          letters not drawn          0     / -
    UTF-8 read as Latin-1           0     / -          presentation forms         0     / 0.92
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from ingest.page_language import script

if TYPE_CHECKING:
    from collections.abc import Callable

_CID: Final = re.compile(r"\(cid:\d+\)|/(?:g|G|cid|uni)[0-9A-Fa-f]{1,4}\b")
_MOJIBAKE: Final = re.compile(r"[ÃÂ][\x80-\xbf€‚„…†‡‰‹›‘’“”•–—™]|â€|ï¬[\x80-\xbf]|[ÐÑ][\x80-\xbf‚„…†‡‰‹›‘’“”•–—™]")
_WORD: Final = re.compile(r"[^\W\d_]+")
_ELIDED: Final = re.compile(r"\b\w['’]|['’]\w\b")  # "l'été", "member's"
_TOKEN: Final = re.compile(r"\w+")
_DIGIT_WITHIN: Final = re.compile(r"[a-zа-я]\d[a-zа-я]")
_VOWELS: Final = frozenset("aeiouy")
_BULLETS: Final = frozenset("\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf02d\uf0be\uf0a8")  # the signs of Symbol and Wingdings
_FORMS_LIMIT: Final = 0.05
_FEWEST_WORDS: Final = 20
_FEWEST_TOKENS: Final = 40
_FEWEST_SIGNS: Final = 200
_UNREADABLE: Final = 0.5  # of the signs of a page that are no letters
_NO_LETTERS: Final = ("lost", "private", "control", "names")


class Sign(NamedTuple):
    """One measured sign: its name, its words for a person, the share above which a page has it, and its measure."""

    name: str
    words: str
    limit: float
    share: Callable[[str], float]


def _of_signs(counts: Callable[[str], bool]) -> Callable[[str], float]:
    """The share of the visible signs of a text that count."""

    def share(text: str) -> float:
        visible = [sign for sign in text if not sign.isspace()]
        return sum(map(counts, visible)) / len(visible) if visible else 0.0

    return share


def _of_matches(pattern: re.Pattern[str]) -> Callable[[str], float]:
    """The share of a text that a pattern matches."""
    return lambda text: sum(len(found) for found in pattern.findall(text)) / max(len("".join(text.split())), 1)


def _vowelless(text: str) -> float:
    """The share of words of three small Latin letters or more that have no vowel; 0 where there are few words."""
    words = [word.lower() for word in _WORD.findall(text) if len(word) > 2 and word[1:].islower() and _is_latin(word)]
    plain = ["".join(unicodedata.normalize("NFKD", word)) for word in words]
    return sum(not _VOWELS & set(word) for word in plain) / len(words) if len(words) >= _FEWEST_WORDS else 0.0


def _single(text: str) -> float:
    """The share of words of Latin letters that are one letter; 0 where there are few words."""
    words = [word for word in _WORD.findall(_ELIDED.sub(" ", text)) if _is_latin(word)]
    return sum(len(word) == 1 for word in words) / len(words) if len(words) >= _FEWEST_TOKENS else 0.0


def _digits(text: str) -> float:
    """The share of words with a digit between small letters; 0 where there are few words."""
    words = _TOKEN.findall(text)
    found = sum(bool(_DIGIT_WITHIN.search(word)) for word in words)
    return found / len(words) if len(words) >= _FEWEST_TOKENS else 0.0


def _is_latin(word: str) -> bool:
    return script(word[0].lower()) == "LATIN"


SIGNS: Final = (
    Sign("lost", "signs that stand for lost letters", 0.005, _of_signs(lambda sign: sign == "\ufffd")),
    Sign("private", "signs of no alphabet", 0.05,
         _of_signs(lambda sign: unicodedata.category(sign) == "Co" and sign not in _BULLETS)),
    Sign("control", "control characters", 0.004, _of_signs(lambda sign: unicodedata.category(sign) == "Cc")),
    Sign("names", "names of signs instead of letters", 0.02, _of_matches(_CID)),
    Sign("encoding", "letters of a wrong encoding", 0.01, _of_matches(_MOJIBAKE)),
    Sign("vowelless", "words without vowels", 0.25, _vowelless),
    Sign("single", "words taken apart into letters", 0.22, _single),
    Sign("digits", "digits within words", 0.03, _digits),
)  # fmt: skip
APART: Final = "apart"  # what two programs read on the page is not the same
FORMS: Final = "forms"  # presentation forms: no damage, but not how anybody types
WORDS: Final = {sign.name: sign.words for sign in SIGNS} | {
    APART: "letters that its page does not draw",
    FORMS: "letters in presentation forms",
}
_APART_LIMIT: Final = 0.1


def damage(raw: str, drawn: str = "") -> tuple[str, ...]:
    """The names of the signs of damage of a page, () for a sound one.

    drawn are the letters and digits that another program reads on the same page (`ingest.drawn.signs`), "" where they
    are not known; those of raw must be among them.
    """
    found = [sign.name for sign in SIGNS if sign.share(raw) > sign.limit]
    return (*found, *([APART] if apart(raw, drawn) > _APART_LIMIT else []))


def apart(raw: str, drawn: str) -> float:
    """The share of letters and digits of a raw text that another program's reading lacks, 0 to 1; 0 for short ones."""
    from ingest.drawn import signs

    read = Counter(sign for letter in raw for sign in signs(letter))
    if not drawn or read.total() < _FEWEST_SIGNS:
        return 0.0
    return (read - Counter(drawn)).total() / read.total()


def is_unreadable(raw: str) -> bool:
    """Whether so many letters of a page are lost that nobody could read it."""
    return any(sign.share(raw) > _UNREADABLE for sign in SIGNS if sign.name in _NO_LETTERS)


def presentation_forms(raw: str) -> bool:
    """Whether a page's letters are written as the shapes that they take within words."""
    return _of_signs(lambda sign: "\ufb50" <= sign <= "\ufdff" or "\ufe70" <= sign <= "\ufefc")(raw) > _FORMS_LIMIT
