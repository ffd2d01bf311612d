"""sentences → a quote with its citation, verified on its page."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.folding import fold, join
from ingest.page_text import confidence_within
from ingest.pages import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.index import Index
    from ingest.pages import Page
    from ingest.sentences import Sentence
    from ingest.store import DocumentCard, Store

MOST_ITEMS = 8
_LEANS_BACK = re.compile(
    r"(?:.*\b(?:the same (?:right|rule|holds)|one exception)\b|"
    r"(It|They|He|She|This|That|These|Those|Such|Its|Their|His|Her|The same|Otherwise|However|But|And|Also|Then|So|"
    r"There (?:may be|is|are) (?:one|some|others?|another)|"
    r"In (this|that|such) (case|event|situation)|The (only )?exception|Neither|Both|If (so|not))\b)"
)
_TAKES_BACK = re.compile(  # an exception, a condition, another time limit: never cut off from what it is about
    r"(?:But|However|Unless|Except\w*|Otherwise|Nevertheless|Nonetheless|Notwithstanding|Even so|In exceptional|"
    r"Th(?:e|is|at|ese|ose) (?:(?:time )?limits?|deadlines?|periods?|exceptions?)|(?:It|This|That) (?:does|is|do) not|"
    r"There (?:is|are) (?:one |some |an )?exceptions?|One exception|Only (?:if|when|where|after|then))\b"
    r"|.*\b(?:unless|except(?:ion\w*)?|(?:does|do) not apply|only (?:if|when|where))\b",
    re.DOTALL,
)
_AROUND = 8  # sentences before and after that may belong to one


@dataclass(frozen=True)
class Basis:
    """The binding document that a guide's paragraph rests on, and where to get it."""

    document: str
    url: str


@dataclass(frozen=True)
class Quote:
    """Exact words of one document, with everything that is needed to find them again.

    text is what the spans say, joined and tidied (`ingest.folding`). official is False for this project's own guides;
    rests_on then names the binding documents. score is in 0..1. page and page_label are those of the first span;
    paragraph is the printed paragraph number ("4", "2.4 (b)") or "" where the page has none. parts is the text cut
    where the page has words between that are left out, as between a list's stem and its third item. recognised says
    that a program read the words on a picture of the page, and confidence how sure it was of them, 0 to 100; None where
    nobody knows. unconfirmed names what looks like a contact in it and is on no file; `assistant.gate` fills it.
    """

    text: str
    spans: tuple[Span, ...]
    document: str
    title: str
    issuer: str
    symbol: str
    applies_to: str
    document_status: str
    official: bool
    file: str
    sha256: str
    page: int
    page_label: str
    paragraph: str
    url: str
    recognised: bool
    score: float
    rests_on: tuple[Basis, ...] = ()
    parts: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    confidence: int | None = None


def make_quote(index: Index, card: DocumentCard, run: Sequence[Sentence], score: float) -> Quote:
    """One quote of sentences that follow each other, with what they need to be understood.

    A list item comes with the sentence that it hangs on, a sentence that leans back ("It …") with the one before, one
    that is taken back ("However, …", "… unless …") with the one that does so, and a question that the document asks
    with the sentence that answers it.
    """
    sentences = _with_stem(index, card, _with_answer(index, card, _with_neighbours(index, card, run)))
    text, spans = _joined(index, card.id, sentences)
    recognised, confidence = recognition(index.store, card.id, spans)
    paragraphs = list(dict.fromkeys(sentence.paragraph for sentence in run))
    bases = card.rests_on.get(paragraphs[0].split(" ")[0], []) if not card.official else []
    return Quote(
        text=text,
        spans=spans,
        document=card.id,
        title=card.title,
        issuer=card.issuer,
        symbol=card.symbol,
        applies_to=card.applies_to,
        document_status=card.status,
        official=card.official,
        file=card.file,
        sha256=card.sha256,
        page=spans[0].page,
        page_label=spans[0].page_label,
        paragraph=", ".join(paragraph for paragraph in paragraphs if paragraph),
        url=card.official_url,
        recognised=recognised,
        confidence=confidence,
        score=score,
        rests_on=tuple(Basis(document, url) for document, url in bases),
        parts=_parts(sentences),
    )


def recognition(store: Store, document: str, spans: Sequence[Span]) -> tuple[bool, int | None]:
    """Whether any of these spans was recognised on a picture, and how surely, 0 to 100; None where nobody knows."""
    found = (store.page(document, number) for number in sorted({span.page for span in spans}))
    pages: list[Page] = [page for page in found if page]
    return any(page.read_by == "recognised" for page in pages), confidence_within(pages, spans)


def _parts(sentences: Sequence[Sentence]) -> tuple[str, ...]:
    parts = [sentences[0].text]
    for before, after in pairwise(sentences):
        if after.number == before.number + 1:
            parts[-1] += " " + after.text
        else:
            parts.append(after.text)
    return tuple(parts)


def verify(index: Index, quote: Quote) -> bool:
    """Whether a quote is exact: its spans on the pages, joined and folded, equal its text folded."""
    parts = []
    for span in quote.spans:
        page = index.store.page(quote.document, span.page)
        if page is None or not 0 <= span.start < span.end <= len(page.raw):
            return False
        parts.append((span.page, page.raw[span.start : span.end]))
    text = fold(quote.text)
    return bool(parts and text) and fold(join(parts)) == text


def _with_neighbours(index: Index, card: DocumentCard, run: Sequence[Sentence]) -> list[Sentence]:
    """With what stands before a sentence that leans back or takes back, and with what takes it back after it."""
    kept = {sentence.number: sentence for sentence in run}
    around = range(max(run[0].number - _AROUND, 0), run[-1].number + _AROUND + 1)
    near = {stored.sentence.number: stored.sentence for stored in index.store.sentences(card.id, list(around))}
    new = list(run)
    while new:
        sentence = new.pop()
        before, after = near.get(sentence.number - 1), near.get(sentence.number + 1)
        wanted = [before] if before and _leans_on(sentence, before) else []
        wanted += [after] if after and _takes_back(after, sentence) else []
        for other in wanted:
            if other.number not in kept:
                kept[other.number] = other
                new.append(other)
    return [kept[number] for number in sorted(kept)]


def _leans_on(sentence: Sentence, before: Sentence) -> bool:
    """Whether a sentence says nothing without the one before it."""
    if sentence.kind != "sentence" or before.block != sentence.block or not before.whole:
        return False
    return bool(_LEANS_BACK.match(sentence.text)) or _takes_back(sentence, before)


def _takes_back(sentence: Sentence, before: Sentence) -> bool:
    """Whether a sentence holds an exception to the one before it, or a condition."""
    beside = sentence.kind == "sentence" and sentence.block == before.block and sentence.whole and before.whole
    return beside and bool(_TAKES_BACK.match(sentence.text))


def _with_answer(index: Index, card: DocumentCard, sentences: list[Sentence]) -> list[Sentence]:
    last = sentences[-1]
    if last.text.endswith("?"):
        answer = index.store.sentences(card.id, [last.number + 1, last.number + 2])
        return [*sentences, *(s.sentence for s in answer if s.sentence.block == last.block and s.sentence.whole)]
    return [*sentences, *list_after(index, card.id, last)] if last.text.endswith(":") else sentences


def list_after(index: Index, document: str, stem: Sentence) -> list[Sentence]:
    """The items that hang on a sentence; () when there are none, or more than a quote should hold."""
    following = index.store.sentences(document, list(range(stem.number + 1, stem.number + MOST_ITEMS + 2)))
    items = [stored.sentence for stored in following if stored.sentence.stem == stem.number and stored.sentence.whole]
    return items if len(items) <= MOST_ITEMS else []


def _with_stem(index: Index, card: DocumentCard, sentences: list[Sentence]) -> list[Sentence]:
    """With the item around the first item, and the sentence before the whole list."""
    while sentences[0].stem is not None:
        sentences = [index.store.sentences(card.id, [sentences[0].stem])[0].sentence, *sentences]
    return sentences


def _joined(index: Index, document: str, sentences: Sequence[Sentence]) -> tuple[str, tuple[Span, ...]]:
    """The sentences' text and spans, the white space between two of them kept as the page has it.

    The text is the one that was made when the document was read; `verify` holds it against the page.
    """
    text, spans = sentences[0].text, list(sentences[0].spans)
    for sentence in sentences[1:]:
        before, after = spans[-1], sentence.spans[0]
        page = index.store.page(document, before.page)
        gap = page.raw[before.end : after.start] if page and before.page == after.page else "\n"
        if before.page == after.page and (not gap or gap.isspace()):
            spans[-1] = replace(before, end=after.end)
            spans += sentence.spans[1:]
        else:
            if before.page == after.page and gap[0].isspace():
                spans[-1] = replace(before, end=before.end + 1)
            spans += sentence.spans
        text += (" " if gap[:1].isspace() else "") + sentence.text
    return text, tuple(spans)
