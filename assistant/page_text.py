"""store, page → the text of the page as it may be shown, and where on its picture words stand that were read there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assistant.drawing import Share
from ingest.contact_like import LEFT_OUT
from ingest.folding import join, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.pages import Span
    from ingest.store import Store


class PageText(NamedTuple):
    """The text of one page, what in it looks like a contact and stands in no reviewed file, and where a quote stands.

    shares are for a page that was read on its picture, () for others.
    """

    text: str
    unconfirmed: tuple[str, ...]
    shares: tuple[Share, ...] = ()


def shares_of(store: Store, document: str, number: int, spans: Sequence[Span]) -> tuple[Share, ...]:
    """Where the words of spans stand on the picture of a page, one for each line; () where it was not read there."""
    page = store.page(document, number)
    here = [(span.start, span.end) for span in spans if span.page == number]
    lines: list[Share] = []
    for word in page.words if page else ():
        if not any(word.start < end and start < word.end for start, end in here):
            continue
        box, line = Share(word.left, word.top, word.right, word.bottom), lines[-1] if lines else None
        if line and box.left >= line.left and line.top <= (box.top + box.bottom) / 2 <= line.bottom:
            lines[-1] = Share(
                line.left, min(line.top, box.top), max(line.right, box.right), max(line.bottom, box.bottom)
            )
        else:
            lines.append(box)
    return tuple(lines)


def page_text(store: Store, document: str, number: int) -> str:
    """The text of a page (counted from 1), a sentence, item or heading a line; "" when there is no such page.

    Sentences that a reader of the page does not see, and orders to a machine, have lost their words in the store: "[…]"
    stands in their place. What belongs to no sentence, such as a running head, is not there.
    """
    lines: list[str] = []
    for line in _lines(store, document, number):
        if line != LEFT_OUT or lines[-1:] != [LEFT_OUT]:
            lines.append(line)
    return "\n".join(lines)


def _lines(store: Store, document: str, number: int) -> Iterator[str]:
    page, paragraph = store.page(document, number), ""
    if page is None:
        return
    for sentence in store.sentences_of_page(document, number):
        if not sentence.text:
            yield LEFT_OUT
            continue
        begins = sentence.paragraph if sentence.paragraph != paragraph else ""
        paragraph = sentence.paragraph
        here = [(span.page, page.raw[span.start : span.end]) for span in sentence.spans if span.page == number]
        yield f"{begins} {tidy(join(here))}".strip()
