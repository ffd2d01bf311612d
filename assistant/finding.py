"""words and phrases, filters → every sentence that holds them, in reading order, with the words marked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from assistant.shelf import Run
from assistant.signs import joined_at, signs_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from assistant.shelf import DocumentText, Shelf

LONGEST: Final = 300  # characters of a search
MOST_HITS: Final = 2_000
_PARTS: Final = re.compile(r'["“”„«»]([^"“”„«»]*)(?:["“”„«»]|$)|([^\s"“”„«»]+)')
_WRITTEN: Final = re.compile(r"[^\W_]+(?:[.,:/'’‘\u00ad\u2010\u2011-]+[^\W_]+)*|[%‰<>=≤≥±+$€£¥]")


class Term(NamedTuple):
    """One word or phrase that is looked for, as signs; open_end takes longer words too ("harass*")."""

    signs: str
    open_end: bool


class Hit(NamedTuple):
    """Sentences of one document that hold all that is looked for; mostly one."""

    document: DocumentText
    run: Run


@dataclass(frozen=True)
class Wanted:
    """Which documents are looked at: "" takes all. year is the first four characters of the catalogue's date."""

    document: str = ""
    issuer: str = ""
    status: str = ""
    language: str = ""
    year: str = ""

    def takes(self, document: DocumentText) -> bool:
        """Whether a document is looked at."""
        card = document.card
        asked = (self.document, self.issuer, self.status, self.language, self.year)
        known = (card.id, card.issuer, card.status, card.language, card.published[:4])
        return all(not one or one == other for one, other in zip(asked, known, strict=True))


def terms_of(search: str) -> tuple[Term, ...]:
    """What is looked for: each word, and each phrase that stands between quotation marks; () where there is none."""
    terms = []
    for phrase, word in _PARTS.findall(search[:LONGEST]):
        text = phrase or word
        term = Term(signs_of(text), text.rstrip().endswith("*"))
        if term.signs and term not in terms:
            terms.append(term)
    return tuple(terms)


def find(shelf: Shelf, terms: Sequence[Term], wanted: Wanted) -> list[Hit]:
    """The sentences that hold every term, in reading order; at most `MOST_HITS`.

    A phrase may go over the end of a sentence; the sentences that it goes over are then one hit.
    """
    hits: list[Hit] = []
    for document in filter(wanted.takes, shelf.documents):
        hits += (Hit(document, run) for run in _runs(document, terms))
        if len(hits) >= MOST_HITS:
            break
    return hits[:MOST_HITS]


def _runs(document: DocumentText, terms: Sequence[Term]) -> Iterator[Run]:
    """The sentences of a document that hold every term."""
    if not terms:
        return
    of_terms = []
    for term in terms:
        places = document.plain[0].find(term.signs, open_end=term.open_end)
        of_terms.append({document.run_at(at, len(term.signs)) for at in places})
        if not of_terms[-1]:
            return
    fewest = min(of_terms, key=len)
    touched = [{n for run in runs for n in range(run.first, run.last + 1)} for runs in of_terms if runs is not fewest]
    for run in sorted(fewest):
        sentences = set(range(run.first, run.last + 1))
        if all(sentences & others for others in touched):
            yield run


def marked(text: str, terms: Iterable[Term]) -> list[tuple[str, bool]]:
    """A shown text in pieces, each with whether it is one of the words that are looked for."""
    written = list(_WRITTEN.finditer(text))
    signs, begins = joined_at([words_of(word.group()) for word in written])
    found = [False] * len(text)
    for term in terms:
        for at in signs.find(term.signs, open_end=term.open_end):
            first = _holding(begins, at)
            last = _holding(begins, at + len(term.signs) - 1)
            for n in range(written[first].start(), written[last].end()):
                found[n] = True
    return list(_pieces(text, found))


def _holding(begins: Sequence[int], at: int) -> int:
    return next(n for n in range(len(begins) - 1) if begins[n] <= at < begins[n + 1])


def _pieces(text: str, found: Sequence[bool]) -> Iterator[tuple[str, bool]]:
    start = 0
    for n in range(1, len(text) + 1):
        if n == len(text) or found[n] != found[start]:
            yield text[start:n], found[start]
            start = n


def choices(shelf: Shelf, field: str) -> list[str]:
    """The values of one field of `Wanted` that some document has, for a person to choose from."""
    known = {"issuer": "issuer", "status": "status", "language": "language", "year": "published"}[field]
    cut = 4 if field == "year" else None
    return sorted({value[:cut] for one in shelf.documents if (value := str(getattr(one.card, known)))})
