"""store, page → the text of the page as it may be shown: what was read of it, and nothing that was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ingest.contact_like import LEFT_OUT
from ingest.folding import join, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.store import Store


class PageText(NamedTuple):
    """The text of one page, and what in it looks like a contact and stands in no reviewed file."""

    text: str
    unconfirmed: tuple[str, ...]


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
