"""names of paragraphs of the guides → exact quotes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.quotes import make_quote, verify

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.quotes import Quote
    from ingest.index import Index
    from ingest.sentences import Sentence


def chosen_quotes(index: Index, names: Iterable[str]) -> tuple[Quote, ...]:
    """The paragraphs of these names ("guide number"), whole and verified; one that the index has not is left out."""
    read: dict[str, list[Sentence]] = {}
    quotes = []
    for document, number in (name.split(" ") for name in names):
        card = index.store.documents.get(document)
        if card is None or card.official:
            continue
        if document not in read:
            read[document] = index.store.all_sentences(document)
        sentences = [one for one in read[document] if one.paragraph.split(" ")[0] == number and one.kind != "heading"]
        if sentences and all(one.whole for one in sentences):
            quotes.append(make_quote(index, card, sentences, 1.0))
    return tuple(quote for quote in quotes if verify(index, quote))
