"""question in another language → English words in its order, by a list; looked for, never shown and never kept."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from assistant.language import ENGLISH, detect, leaning
from assistant.question import LONGEST_QUESTION
from ingest.folding import CHINESE, searchable
from ingest.lexical import stems, words
from ingest.lexicon import LANGUAGES, composed, parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ENOUGH: Final = 0.6  # of what a question says must be known, for it to be looked for (decision 0036)
_NEARLY_ALL: Final = 0.8  # of one that may be English: no English one of 5,487 is known so far where it leans elsewhere
_STEMS: Final = {"ar": "arabic", "es": "spanish", "fr": "french", "ru": "russian"}
_BEFORE: Final = re.compile(
    "^(?:[وف]?[بكل]?ال|[وف]?لل|و)(?=\\w{3})"
)  # "and", "with", "for", "the", written as one with a word
_SYMBOL: Final = r"[A-Z]+(?:/[A-Za-z0-9.()-]+)+|\d+(?:[./()-][A-Za-z0-9()]+)*"  # ST/SGB/2019/8, 2.4(b)
_PIECES: Final = re.compile(rf"({_SYMBOL})|([{CHINESE}]|(?:(?![{CHINESE}])[^\W_])+)|([.?!,;:§…？。！，；：、،؟؛])")
_POINTS: Final = str.maketrans("？。！，；：、،؟؛…", "?.!,;:,,?;.")


class Gloss(NamedTuple):
    """English words in the order of a question; known is the share of what it says that the list holds, 0 to 1."""

    text: str
    known: float


class Search(NamedTuple):
    """The words to look for; glossed says that they are not those of the person."""

    text: str
    glossed: bool = False


class _Piece(NamedTuple):
    """A word, as it is typed, and as it is compared, strictest first; or what stays as it is."""

    typed: str
    forms: tuple[str, ...]
    kept: bool = False


class Lexicon:
    """The words of one language, by what is said: as it is written, without accents, by stems; the strictest first."""

    def __init__(self, rows: Iterable[tuple[str, str]], language: str) -> None:
        self._language, self._latin = _STEMS.get(language), language in {"es", "fr"}
        said = [(parts(said.casefold()), english) for said, english in rows]
        self._english: tuple[dict[tuple[str, ...], str], ...] = ({}, {}, {}, {})
        self._reach = dict[str, int]()  # how long what begins with a word can be
        every = sorted({word for found, _ in said for word in found})
        forms = dict(zip(every, self._forms(every), strict=True))
        for found, english in said:
            for known, form in zip(self._english, zip(*(forms[word] for word in found), strict=True), strict=False):
                known.setdefault(form, english)  # of two that are alike without accents the first counts
                self._reach[form[0]] = max(self._reach.get(form[0], 0), len(form))

    def gloss(self, question: str) -> Gloss:
        """The English of a question, the longest pieces first.

        Names, acronyms, numbers and symbols stay as they are; of other words that the list does not hold nothing stays.
        Small words, such as "how" and "to", count in what is known only where there are no others.
        """
        pieces, found, known, small, unknown, at = list(self._pieces(question)), list[str](), 0, 0, 0, 0
        while at < len(pieces):
            length, english = self._longest_at(pieces, at)
            if length:
                known += length if words(english) else 0
                small += bool(english)
            elif not pieces[at].kept:
                unknown += 1
            if length or pieces[at].kept:
                found.append(english if length else pieces[at].typed)
            at += length or 1
        said = re.sub(r"\s+(?=[.?!,;:])", "", " ".join(filter(None, found)))
        return Gloss(said, known / (known + unknown) if known or unknown else float(small > 0))

    def _longest_at(self, pieces: list[_Piece], at: int) -> tuple[int, str]:
        """How many pieces from here on the list holds together, 0 for none, and their English."""
        reach = max((self._reach.get(form, 0) for form in pieces[at].forms), default=0)
        taken = list(takewhile(lambda piece: piece.forms, pieces[at : at + reach]))
        for length in range(len(taken), 0, -1):
            forms = zip(*(piece.forms for piece in taken[:length]), strict=True)
            for known, form in zip(self._english, forms, strict=False):
                if form in known:
                    return length, known[form]
        return 0, ""

    def _pieces(self, question: str) -> Iterator[_Piece]:
        shouted, first = question.isupper(), True
        found = _PIECES.findall(composed(question))
        forms = self._forms([word.casefold() for _, word, _ in found])
        for (symbol, word, point), (known, plain, *rooted) in zip(found, forms, strict=True):
            if word:
                name = not shouted and ((word[0].isupper() and not first) or (len(word) > 1 and word.isupper()))
                foreign = not self._latin and word.isascii()
                rooted = [word for _ in rooted] if name else rooted  # "Bonn" is no "bonne"
                yield _Piece(word, (known, plain, *rooted), foreign or name)
                first = False
            else:
                yield _Piece(symbol or point.translate(_POINTS), (), kept=True)
                first = first or point.translate(_POINTS) in {".", "?", "!"}

    def _forms(self, found: list[str]) -> list[tuple[str, ...]]:
        """Each word in small letters as it is compared: as it is, without accents, and by stems of both."""
        folded = [searchable(word) for word in found]
        if not self._language:
            return list(zip(found, folded, strict=True))
        bare = [_BEFORE.sub("", word) for word in folded] if self._language == "arabic" else folded
        stemmed = [searchable(stem) for stem in stems(found, self._language)]
        return list(zip(found, folded, stemmed, stems(bare, self._language), strict=True))


def in_english(question: str, lexicon: Callable[[str], Lexicon]) -> Search | None:
    """What to look for where documents are searched in English; None where too little of a question is known.

    lexicon gives the words of one of `ingest.lexicon.LANGUAGES`. One that is too short to tell its language for sure is
    read in the one that it leans to, where nearly all of it is known.
    """
    told = detect(question)
    language, enough = (told, ENOUGH) if told != ENGLISH else (leaning(question), _NEARLY_ALL)
    if language in LANGUAGES:
        gloss = lexicon(language).gloss(question)
        if gloss.known >= enough:
            return Search(gloss.text[:LONGEST_QUESTION], glossed=True)
    return Search(question) if told == ENGLISH else None
