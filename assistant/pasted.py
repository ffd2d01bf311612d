"""a pasted sentence → where it stands exactly, where it differs word by word, or that it is in no document."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from assistant.shelf import Run
from assistant.signs import GAP, signs_of, words_of
from ingest.folding import fold
from ingest.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.quotes import Quote
    from assistant.shelf import DocumentText, Shelf

LONGEST: Final = 4_000  # characters: a long paragraph
MOST_PLACES: Final = 50  # that are listed; all are counted
_NEAR: Final = 0.6  # share of words that two texts must have in common, 0 to 1
_BESIDE: Final = 0.1  # how much less than the nearest one another text may have
_MOST_NEAR, _CANDIDATES = 3, 12
_MOST_PAIRS: Final = 40_000  # of the same word beyond which two texts are not compared: some tenths of a second
_COMMON: Final = 400  # sentences that hold a word beyond which it tells nothing
_AROUND = " \t\r\n\"'“”‘’«»‹›„[]"
_SPLIT: Final = re.compile(r"([^\W\d_]+)[-\u2010]\s+([^\W\d_]+)")
_AT_LINE_END: Final = re.compile(r"([-\u2010])[^\S\n]*\n\s*")
_ONE_WAY: Final = str.maketrans(
    "\u2018\u2019\u02bc\u2032`\u201c\u201d\u201e\u00ab\u00bb\u2013\u2014\u2010\u2011\u00a0", "'''''\"\"\"\"\"---- "
)


class Change(NamedTuple):
    """A piece of two texts, word by word: the same in both, or pasted words that stand as others in the document."""

    same: str
    pasted: str = ""
    document: str = ""


@dataclass(frozen=True)
class Place:
    """Where a pasted text stands, or one near it: the sentences whole, as a quote.

    changes is empty where the text stands exactly; else it goes through both texts in order. share is how much of the
    two is the same, 0 to 1.
    """

    document: DocumentText
    run: Run
    quote: Quote
    changes: tuple[Change, ...] = ()
    share: float = 1.0


@dataclass(frozen=True)
class Checked:
    """What was found. kind is ``exact``, ``signs``, ``differs``, ``nowhere``, ``empty`` or ``too_long``.

    ``signs`` are the same words with other capitals or signs between them. places are at most `MOST_PLACES`, for
    ``differs`` the nearest ones; more says that there are others.
    """

    kind: str
    places: tuple[Place, ...] = ()
    more: bool = False

    @property
    def only_replaced(self) -> bool:
        """Whether it stands in documents alone that a newer text has replaced, as far as places tell."""
        return bool(self.places) and all(place.document.card.status == "superseded" for place in self.places)


def check_pasted(shelf: Shelf, pasted: str) -> Checked:
    """Look for a pasted text in all documents, whatever its line breaks, cut words, quotation marks and ligatures.

    It may be part of a sentence, or several; a word that is cut at its beginning or end counts as another word.
    """
    if len(pasted) > LONGEST:
        return Checked("too_long")
    text = _mended(shelf, visible(pasted))
    wanted = signs_of(text)
    if not wanted.strip(GAP):
        return Checked("empty")
    found = list(islice(_standing(shelf, wanted), MOST_PLACES + 1))
    shown = [place for one in found[:MOST_PLACES] if (place := _exact_place(text, *one))]
    exact = tuple(place for place in shown if not place.changes)
    more = len(found) > MOST_PLACES
    if shown:
        return Checked("exact" if exact else "signs", exact or tuple(shown), more)
    near = tuple(_nearest(shelf, text))
    return Checked("differs" if near else "nowhere", near)


def _mended(shelf: Shelf, text: str) -> str:
    """The text with words joined that a line end cut in two, where the documents know the whole word."""

    def mend(cut: re.Match[str]) -> str:
        return cut[1] + cut[2] if (cut[1] + cut[2]).lower() in shelf.vocabulary else cut[0]

    return fold(_SPLIT.sub(mend, fold(text)).strip(_AROUND))


def _standing(shelf: Shelf, wanted: str) -> Iterator[tuple[DocumentText, Run, bool]]:
    """Where the signs of a text stand as they are, in reading order; else with the numbers of paragraphs between."""
    for document in shelf.documents:
        plain = [document.run_at(at, len(wanted)) for at in document.plain[0].find(wanted)]
        numbered = () if plain else document.numbered[0].find(wanted)
        yield from ((document, run, False) for run in dict.fromkeys(plain))
        runs = dict.fromkeys(document.run_at(at, len(wanted), numbered=True) for at in numbered)
        yield from ((document, run, True) for run in runs)


def _exact_place(text: str, document: DocumentText, run: Run, numbered: bool) -> Place | None:
    """The place with what differs in capitals and signs; None where the sentences are not on their pages any more."""
    quote = document.quote(run)
    if quote is None:
        return None
    there = fold(document.text_of(run, numbered=numbered))
    if strict(text) in strict(there) or strict(text) in strict(_as_cut(document, run)):
        return Place(document, run, quote)
    return Place(document, run, quote, tuple(changes(text.split(), _part(text, there.split()))))


def _as_cut(document: DocumentText, run: Run) -> str:
    """The text of sentences with the hyphens of words that a line end cuts: nobody knows if the words have them."""
    return fold(_AT_LINE_END.sub(r"\1", document.raw_of(run)))


def strict(text: str) -> str:
    """The text as its exact words are compared: blanks and kinds of quotation marks are no matter."""
    return "".join(text.translate(_ONE_WAY).split())


def _part(text: str, there: Sequence[str]) -> list[str]:
    """The words of a document that a pasted text is about: from its first word that is the same to the last."""
    words = [strict(word).casefold() for word in text.split()]
    blocks = _blocks(words, [strict(word).casefold() for word in there])
    if not blocks:
        return list(there)
    first, last = blocks[0], blocks[-1]
    begin = max(first.b - first.a, 0)
    return list(there[begin : last.b + last.size + len(words) - last.a - last.size])


def _blocks(one: Sequence[str], other: Sequence[str]) -> list[_Block]:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return [_Block(*block) for block in matcher.get_matching_blocks() if block.size]


class _Block(NamedTuple):
    """Words that are the same: where they begin in one text and in the other, and how many they are."""

    a: int
    b: int
    size: int


def changes(pasted: Sequence[str], there: Sequence[str]) -> Iterator[Change]:
    """Go through both texts, word by word."""
    matcher = SequenceMatcher(None, [*map(strict, pasted)], [*map(strict, there)], autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            yield Change(" ".join(there[c:d]))
        else:
            yield Change("", " ".join(pasted[a:b]), " ".join(there[c:d]))


def _nearest(shelf: Shelf, text: str) -> Iterator[Place]:
    """The texts that are most like a pasted one, best first; one for each place."""
    words = words_of(text)
    near = [place for d, s in _candidates(shelf, words) if (place := _near(shelf.documents[d], s, text, len(words)))]
    near.sort(key=lambda place: -place.share)
    taken: set[tuple[str, int]] = set()
    for place in near[:1] + [one for one in near[1:] if one.share >= near[0].share - _BESIDE]:
        here = {(place.document.card.id, n) for n in range(place.run.first, place.run.last + 1)}
        if not here & taken and len(taken) < _MOST_NEAR * 20:
            taken |= here
            yield place


def _candidates(shelf: Shelf, words: Sequence[str]) -> list[tuple[int, int]]:
    """The sentences that share most with a text, rare words counting more: as (document, sentence)."""
    total = sum(len(document.sentences) for document in shelf.documents)
    weights: dict[tuple[int, int], float] = {}
    known = {word: shelf.vocabulary[word] for word in dict.fromkeys(words) if word in shelf.vocabulary}
    rare = {word: places for word, places in known.items() if len(places) <= _COMMON} or known
    for places in rare.values():
        weight = math.log(1 + total / len(places))
        for place in places:
            weights[place] = weights.get(place, 0.0) + weight
    return [place for place, _ in sorted(weights.items(), key=lambda one: (-one[1], one[0]))[:_CANDIDATES]]


def _near(document: DocumentText, sentence: int, text: str, length: int) -> Place | None:
    """The words around a sentence that are most like a text, if they are like it at all."""
    run = _around(document, sentence, length)
    there: list[str] = []
    owner: list[int] = []
    for n in range(run.first, run.last + 1):
        parts = fold(document.sentences[n].text).split()
        there += parts
        owner += [n] * len(parts)
    pasted = text.split()
    one, other = ([strict(word).casefold() for word in words] for words in (pasted, there))
    blocks = _best(_blocks(one, other), len(one)) if _pairs(one, other) <= _MOST_PAIRS else []
    if not blocks:
        return None
    begin = max(blocks[0].b - blocks[0].a, 0) if blocks[0].a < 3 else blocks[0].b
    tail = len(one) - blocks[-1].a - blocks[-1].size
    end = min(blocks[-1].b + blocks[-1].size + (tail if tail < 3 else 0), len(other))
    share = 2 * sum(block.size for block in blocks) / (len(one) + end - begin)
    cut = Run(owner[begin], owner[end - 1])
    quote = document.quote(cut) if share >= _NEAR else None
    return Place(document, cut, quote, tuple(changes(pasted, there[begin:end])), share) if quote else None


def _pairs(one: Sequence[str], other: Sequence[str]) -> int:
    """How many pairs of the same word two texts have, which is how long comparing them takes."""
    there = Counter(other)
    return sum(count * there[word] for word, count in Counter(one).items())


def _around(document: DocumentText, sentence: int, length: int) -> Run:
    """A sentence with those before and after it, as many as a text of this many words could go over."""
    first = last = sentence
    for step in (-1, 1):
        at, room = sentence, length
        while room > 0 and 0 <= at + step < len(document.sentences) and document.sentences[at + step].text:
            at += step
            room -= len(document.sentences[at].text.split())
        first, last = min(first, at), max(last, at)
    return Run(first, last)


def _best(blocks: Sequence[_Block], length: int) -> list[_Block]:
    """The blocks that follow each other and say most of a text in fewest words."""
    best = (0.0, 0, 0)
    for first in range(len(blocks)):
        same = 0
        for last in range(first, len(blocks)):
            same += blocks[last].size
            over = blocks[last].b + blocks[last].size - blocks[first].b
            best = max(best, (2 * same / (length + over), -first, last))
    return list(blocks[-best[1] : best[2] + 1]) if best[0] else []
