"""Sentences of a document → those that may be quoted, and what was left out of them, page by page, with why.

What is left out keeps its number and its place and loses its words, so that its neighbours do not seem to adjoin.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from ingest.hidden_text import hidden_text, unseen_sentences
from ingest.machine_orders import machine_orders
from ingest.page_text import PageNote, is_disordered, noted, page_runs, unsure_sentences

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from ingest.drawn import DrawnPage
    from ingest.pages import Page
    from ingest.sentences import Sentence

_ORDER: Final = "order"
_UNSURE: Final = "unsure"
_WORDS: Final = {
    "hidden": "text that a reader does not see",
    "tiny": "text too small to read",
    "font": "text in a font that draws other letters than its text says",
    _ORDER: "orders to a machine, or code",
    _UNSURE: "text that could be read on its picture only with doubt",
}
_FEW: Final = 3  # hidden signs on a page that no sentence misses are not worth a person's time
_LOOK: Final = "Look at it in a PDF viewer before you trust this document."


@dataclass(frozen=True)
class LeftOut:
    """What was left out on one page, and why.

    why is a reason of `ingest.hidden_text.Hidden`, ``order`` or ``unsure``; sentences is how many are missed, 0
    where the hidden text belongs to none. ``recognised`` is kept: text that lies unseen over the picture of a scan.
    """

    page: int
    why: str
    sentences: int


@dataclass(frozen=True)
class Screened:
    """The sentences of a document, those left out without their words, and what was left out."""

    sentences: tuple[Sentence, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def report(self) -> list[dict[str, Any]]:
        """What was left out, as it stands in the manifest."""
        return [asdict(one) for one in self.left_out]


def screen(pages: Sequence[Page], drawn: Sequence[DrawnPage], sentences: Sequence[Sentence]) -> Screened:
    """Leave out every sentence that a reader does not see whole as it is read, or that gives orders to a machine."""
    hidden = hidden_text(pages, drawn)
    why = (
        dict.fromkeys(unsure_sentences(pages, sentences), _UNSURE)
        | dict.fromkeys(machine_orders(sentences), _ORDER)
        | unseen_sentences(sentences, hidden)
    )
    counts: Counter[tuple[int, str]] = Counter()
    letters: Counter[tuple[int, str]] = Counter()
    for number, reason in why.items():
        counts[sentences[number].spans[0].page, reason] += 1
    for part in hidden:
        letters[part.page, part.why] += part.end - part.start
    seen = {*counts, *(key for key, count in letters.items() if count >= _FEW)}
    left_out = tuple(LeftOut(page, reason, counts[page, reason]) for page, reason in sorted(seen))
    return Screened(tuple(_without(sentences, why.keys())), left_out)


def _without(sentences: Sequence[Sentence], numbers: Collection[int]) -> Iterator[Sentence]:
    """The same sentences; those with these numbers without words, and what hangs on them never to be quoted.

    Nor is what stands in another order than on the page.
    """
    titles = {sentences[n].heading[-1] for n in numbers if sentences[n].kind == "heading" and sentences[n].heading}
    lost = set(numbers)
    for sentence in sentences:
        heading = tuple(title for title in sentence.heading if title not in titles)
        if sentence.number in numbers:
            yield replace(sentence, text="", here="", heading=heading, whole=False, stem=None)
        elif sentence.stem in lost or is_disordered(sentence.text):
            lost.add(sentence.number)
            yield replace(sentence, heading=heading, whole=False, stem=None)
        else:
            yield replace(sentence, heading=heading)


def left_out_words(rows: Iterable[LeftOut]) -> Iterator[tuple[int, str, str]]:
    """For each page of which something was left out: its number, what it is, and what to do."""
    for row in rows:
        if row.why in _WORDS:
            count = "1 sentence is" if row.sentences == 1 else f"{row.sentences or 'no'} sentences are"
            yield row.page, f"It holds {_WORDS[row.why]}; {count} left out.", _LOOK


def left_out_lines(documents: Iterable[dict[str, Any]]) -> Iterator[str]:
    """One line for each document of a manifest of which something was left out, or a page is not as it should be."""
    for document in documents:
        rows = [LeftOut(**row) for row in document.get("left_out", [])]
        parts = [
            f"{words} ({page_runs(r.page for r in rows if r.why == why)})"
            for why, words in _WORDS.items()
            if any(r.why == why for r in rows)
        ]
        said = []
        if parts:
            missed = sum(row.sentences for row in rows)
            count = (
                f"{missed} {'sentence is' if missed == 1 else 'sentences are'} left out" if missed else "never quoted"
            )
            said.append(f"{'; '.join(parts)}: {count}. {_LOOK}")
        notes = [PageNote(**row) for row in document.get("page_notes", [])]
        said += noted(notes + [PageNote(row.page, row.why) for row in rows if row.why == "recognised"])
        if said:
            yield f"{document['file']}: {' Also: '.join(said)}"
