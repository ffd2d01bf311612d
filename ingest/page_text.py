"""Pages as pypdf reads them, and what they draw → pages with the best text there is, and what is to be said of each.

A page with sound text keeps it, and is never read from its picture. One that shows a picture and has no text of use is
read by `ingest.recognition`, or stays unread and is said to be. One whose text is damaged is read from its picture
too, and has that reading where it is clearly the better one.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from ingest.damage import FORMS, WORDS, damage, is_unreadable, presentation_forms
from ingest.drawn import RECOGNISED, SEEN, DrawnPage, signs
from ingest.page_language import page_language
from ingest.page_picture import NoPictureError
from ingest.recognition import INSTALL, NotRecognisedError, Recogniser, confidence_of, find_recogniser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from ingest.pages import Page, Span
    from ingest.recognition import Recognised, RecognisedWord
    from ingest.sentences import Sentence

_FEW_LETTERS: Final = 100  # a page that draws fewer, running lines apart, has hardly any text
_PICTURE: Final = 0.08  # of a page that shows something beside running lines: the scans measured have 0.13 to 0.5
_SPECKS: Final = 0.01  # of a page that draws no letter at all; one line of writing
_ENOUGH_LETTERS: Final = 20  # recognised, below which a picture has no words
_SURE: Final = 90  # of 100: sentences read with less on the mean are not quoted
_WEAKEST: Final = 60  # nor those with a word below this
_DOUBTFUL_WORDS: Final = 0.05  # of a reading that takes the place of a damaged text, at most
_AS_LONG: Final = 0.6  # as the damaged text, at least
_MOST_PAGES: Final = 12  # that are named
_RECOGNISED: Final = "was read on pictures by a program and is quoted. Compare it with what the pages show"
_SAID: Final = {  # of each kind of note; "{pages}" are runs of pages, "{detail}" signs or what to do
    "unread": "the text of {pages} could not be read. {detail}",
    "recognised": f"the text of {{pages}} {_RECOGNISED}.",
    "replaced": f"the text of {{pages}} is damaged ({{detail}}). Instead, it {_RECOGNISED}.",
    "damaged": "the text of {pages} is damaged ({detail}). It is quoted as it is. Get the document again, or compare.",
    "disordered": "lines of {pages} are not in the order of the page. Sentences with such lines are not quoted.",
    "wordless": "the pictures on {pages} seem to have no words.",
    FORMS: "the letters of {pages} are shapes of letters (presentation forms). They can be searched as plain letters.",
}
_COMPARE: Final = "Compare what is quoted with what the page shows."
_OF_PAGE: Final = {  # the same for one page: what it is, and what to do
    "unread": ("Its text could not be read.", "{detail}"),
    "recognised": ("A program read its text on a picture, sure to {detail} of 100.", _COMPARE),
    "replaced": ("Its text is damaged ({detail}). A program read its picture instead.", _COMPARE),
    "damaged": ("Its text is damaged ({detail}). It is quoted as it is.", "Get the document again, or compare."),
    "disordered": ("Lines are not in the order of the page. Sentences with such lines are not quoted.", ""),
    "wordless": ("Its picture seems to have no words.", ""),
    FORMS: ("Its letters are shapes of letters. They can be searched as plain letters.", ""),
}
_LOOSE_MARK: Final = re.compile(r"(?:^|\s)[\u064b-\u0652]")
_OF_SIGNS: Final = ("replaced", "damaged")


@dataclass(frozen=True)
class PageNote:
    """What is to be said of one page: kind is one of the keys of _SAID, and detail what to do, or which signs."""

    page: int
    kind: str
    detail: str = ""


@dataclass(frozen=True)
class PageTexts:
    """The pages of a document with their texts and languages, what each draws, and what is to be said of them."""

    pages: tuple[Page, ...]
    drawn: tuple[DrawnPage, ...]
    notes: tuple[PageNote, ...]

    @property
    def report(self) -> list[dict[str, Any]]:
        """The notes, as they stand in the manifest."""
        return [asdict(note) for note in self.notes]


def read_pictures(
    path: Path,
    pages: Sequence[Page],
    drawn: Sequence[DrawnPage],
    language: str = "",
    find: Callable[[], Recogniser | None] = find_recogniser,
) -> PageTexts:
    """Give each page its text, from its picture where it must be; language is that of the catalogue, "" if unknown."""
    reader = _Reader(path, _code(language), find, _running(pages))
    drawn = [*drawn, *[DrawnPage("", "")] * (len(pages) - len(drawn))]
    read = [reader.page(page, what) for page, what in zip(pages, drawn, strict=True)]
    return PageTexts(
        tuple(_with_languages([page for page, _ in read], _code(language))),
        tuple(what for _, what in read),
        tuple(reader.notes),
    )


class _Reader:
    """Goes through the pages of one document and gathers what is to be said."""

    def __init__(
        self, path: Path, language: str, find: Callable[[], Recogniser | None], running: AbstractSet[str]
    ) -> None:
        self.notes: list[PageNote] = []
        self._path, self._language, self._find, self._running = path, language, find, running

    def page(self, page: Page, drawn: DrawnPage) -> tuple[Page, DrawnPage]:
        """The page with its text, and what it then draws."""
        if drawn.text:
            page = replace(page, raw=drawn.text, read_by="drawn")
            if is_disordered(drawn.text):
                self._note(page, "disordered")
        marks = Counter(drawn.marks)
        if 2 * marks[RECOGNISED] > len(drawn.marks):  # `ingest.left_out` says of which pages some was recognised
            page = replace(page, read_by="recognised")
        own = sum(len(signs(line)) for line in page.raw.splitlines() if _key(line) not in self._running)
        letters = min(own, marks[SEEN] + marks[RECOGNISED])
        if letters < _FEW_LETTERS and drawn.ink >= (_PICTURE if letters else _SPECKS):
            return self._from_picture(page, drawn)
        found = damage(page.raw, drawn.signs)
        if found:
            return self._repaired(page, drawn, found)
        if presentation_forms(page.raw):
            self._note(page, FORMS)
        return page, drawn

    def _from_picture(self, page: Page, drawn: DrawnPage) -> tuple[Page, DrawnPage]:
        read = self._recognise(page)
        if isinstance(read, str) and page.read_by == "recognised":  # what the PDF brought along is better than nothing
            return page, drawn
        if isinstance(read, str):
            self._note(page, "unread", read)
            return replace(page, read_by="unread"), drawn
        if len(signs(read.text)) <= max(_ENOUGH_LETTERS, len(drawn.signs)):
            self._note(page, "wordless")
            return page, drawn
        return self._recognised(page, read)

    def _repaired(self, page: Page, drawn: DrawnPage, found: Sequence[str]) -> tuple[Page, DrawnPage]:
        """A damaged page read from its picture, where that is clearly better; else as it is, or unread."""
        read = self._recognise(page)
        if not isinstance(read, str) and _is_clear(read) and len(signs(read.text)) >= _AS_LONG * len(signs(page.raw)):
            self._note(page, "replaced", ", ".join(found))
            return self._recognised(page, read)
        if is_unreadable(page.raw):
            self._note(page, "unread", read if isinstance(read, str) else "Get it again from its publisher.")
            return replace(page, raw="", read_by="unread"), DrawnPage("", "", drawn.ink)
        self._note(page, "damaged", ", ".join(found))
        return page, drawn

    def _recognised(self, page: Page, read: Recognised) -> tuple[Page, DrawnPage]:
        self._note(page, "recognised", str(read.confidence))
        page = replace(
            page, raw=read.text, read_by="recognised", confidence=read.confidence, words=read.words,
            false_fonts=frozenset(),
        )  # fmt: skip
        shown = signs(read.text)
        return page, DrawnPage(shown, SEEN * len(shown))

    def _recognise(self, page: Page) -> Recognised | str:
        """The page as it is read from its picture, or why it is not and what to do."""
        recogniser = self._find()
        if recogniser is None:
            return INSTALL
        try:
            return recogniser.recognise(self._path, page.number, self._language)
        except NotRecognisedError as error:
            return str(error)
        except NoPictureError:
            return "Its picture cannot be drawn. Get it again from its publisher."

    def _note(self, page: Page, kind: str, detail: str = "") -> None:
        self.notes.append(PageNote(page.number, kind, detail))


def _is_clear(read: Recognised) -> bool:
    """Whether a reading is sure and sound enough to take the place of a damaged text."""
    doubtful = sum(word.confidence < _WEAKEST for word in read.words)
    few = doubtful <= _DOUBTFUL_WORDS * len(read.words)
    return read.confidence >= _SURE and few and not damage(read.text)


def _running(pages: Sequence[Page]) -> AbstractSet[str]:
    """Keys of lines that stand on at least two pages and two fifths of all, as a stamp on each page of a scan does."""
    seen = Counter(key for page in pages for key in {_key(line) for line in page.raw.splitlines()})
    return {key for key, count in seen.items() if count >= max(2, 0.4 * len(pages))}


def _key(line: str) -> str:
    return "".join("#" if sign.isdecimal() else sign for sign in signs(line))


def _with_languages(pages: Sequence[Page], language: str) -> Iterator[Page]:
    """The pages, each with its language; where it does not tell, that of the catalogue, else that of most pages."""
    found = [page_language(page.raw) for page in pages]
    known = Counter(name for name in found if name)
    usual = language or max(known, key=lambda name: (known[name], name), default="")
    for page, name in zip(pages, found, strict=True):
        yield replace(page, language=name or usual)


def _code(language: str) -> str:
    return language.strip().lower()[:2]


def confidence_within(pages: Iterable[Page], spans: Iterable[Span]) -> int | None:
    """How surely the words within spans of pages were recognised, 0 to 100; None where none was, or nobody knows."""
    found = _words_within(pages, spans)
    return confidence_of(found) if found else None


def is_disordered(text: str) -> bool:
    """Whether a vowel sign stands without its letter: pdfium then took a part of the line for another line."""
    return bool(_LOOSE_MARK.search(text))


def unsure_sentences(pages: Sequence[Page], sentences: Sequence[Sentence]) -> list[int]:
    """The numbers of sentences that were recognised with doubt, which are not quoted.

    Measured on 711 sentences of six pages, as they are and as bad scans: all that stood below these limits on the mean
    and on the weakest word are 206, of which 53 were right; of the 505 above them, 31 had a wrong letter or sign.
    """
    recognised = [page for page in pages if page.words]
    return [s.number for s in sentences if recognised and _is_unsure(_words_within(recognised, s.spans))]


def _is_unsure(words: Sequence[RecognisedWord]) -> bool:
    return bool(words) and (confidence_of(words) < _SURE or min(word.confidence for word in words) < _WEAKEST)


def _words_within(pages: Iterable[Page], spans: Iterable[Span]) -> list[RecognisedWord]:
    words = {page.number: page.words for page in pages}
    return [w for span in spans for w in words.get(span.page, ()) if w.start < span.end and span.start < w.end]


def noted(notes: Iterable[PageNote]) -> Iterator[str]:
    """What a person is to know of the pages of one document, and what to do, one line for each kind."""
    notes, kinds = list(notes), list(_SAID)
    replaced = {note.page for note in notes if note.kind == "replaced"}
    kept = [note for note in notes if note.kind != "recognised" or note.page not in replaced]

    def said(note: PageNote) -> tuple[int, str]:
        return kinds.index(note.kind), "" if note.kind == "recognised" else note.detail

    for (kind, detail), group in groupby(sorted(kept, key=said), key=said):
        words = ", ".join(WORDS.get(name, name) for name in detail.split(", ")) if kinds[kind] in _OF_SIGNS else detail
        yield _SAID[kinds[kind]].format(pages=page_runs(note.page for note in group), detail=words)


def note_words(notes: Iterable[PageNote]) -> Iterator[tuple[int, str, str]]:
    """What a person is to know of each page, as (page, what it is, what to do); "" where there is nothing to do."""
    notes = list(notes)
    replaced = {note.page for note in notes if note.kind == "replaced"}
    for note in notes:
        if note.kind == "recognised" and note.page in replaced:
            continue
        what, todo = _OF_PAGE[note.kind]
        named = ", ".join(WORDS.get(name, name) for name in note.detail.split(", "))
        yield note.page, what.format(detail=named), todo.format(detail=note.detail)


def could_read_more(report: dict[str, Any], find: Callable[[], Recogniser | None] = find_recogniser) -> bool:
    """Whether a build left pages unread for want of a program that is installed by now; report is that of a build."""
    notes = [note for document in report["indexed"] for note in document.get("page_notes", [])]
    wanting = any(note["detail"] == INSTALL for note in notes if note["kind"] == "unread")
    return (wanting or any(INSTALL in unread["reason"] for unread in report["unread"])) and find() is not None


def page_runs(pages: Iterable[int], most: int = _MOST_PAGES) -> str:
    """Pages for a person, runs put together, at most so many runs: "pages 2, 5-9"."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    named = [str(first) if first == last else f"{first}-{last}" for first, last in runs]
    more = ", …" if len(named) > most else ""
    single = len(runs) == 1 and runs[0][0] == runs[0][1]
    return f"page{'' if single else 's'} {', '.join(named[:most])}{more}"
