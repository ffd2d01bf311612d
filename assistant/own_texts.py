"""index, organisation, what is looked for → the one sentence of its own official texts that says it, or none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from assistant.passages import question_vector
from assistant.quotes import list_after, make_quote, verify

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from assistant.quotes import Quote
    from ingest.chosen import ChosenOptions, Search
    from ingest.index import Index
    from ingest.sentences import Sentence
    from ingest.store import DocumentCard

_ALIKE: Final = 0.60  # cosine with what is looked for, from which a sentence says it
_SHORTEST, _LONGEST = 40, 500  # characters
_REPORTED: Final = re.compile(r"\b(?:19|20)\d\d\b|\d ?%|\bper cent\b")  # what happened in a year is no rule


def own_quotes(index: Index, chosen: ChosenOptions, organisations: Collection[str]) -> dict[str, Quote]:
    """For each option that its texts speak of, the sentence that does so best, verified.

    Its texts are official ones in force, or of which nobody knows, that are issued for one of these organisations.
    It is better to quote a guide than a wrong sentence: whatever is doubtful is left out.
    """
    texts = [
        (card, [one for one in index.store.all_sentences(card.id) if _usable(card, one)])
        for card in index.store.documents.values()
        if _is_its_own(card, organisations) and _of_rules(card.title, chosen)
    ]
    found = {name: _best(index, search, texts) for name, search in chosen.search.items()} if texts else {}
    return {name: quote for name, quote in found.items() if quote and verify(index, quote)}


def _is_its_own(card: DocumentCard, organisations: Collection[str]) -> bool:
    issued_for = {name.strip() for name in card.applies_to.split(";")}
    return card.official and card.status != "superseded" and not issued_for.isdisjoint(organisations)


def _of_rules(title: str, chosen: ChosenOptions) -> bool:
    return _holds(title, chosen.titles) and not _holds(title, chosen.not_titles)


def _usable(card: DocumentCard, sentence: Sentence) -> bool:
    said = sentence.kind == "sentence" and sentence.whole and _SHORTEST <= len(sentence.text) <= _LONGEST
    return said and sentence.text.endswith((".", ":")) and not card.flag(sentence.paragraph)


def _best(index: Index, search: Search, texts: Iterable[tuple[DocumentCard, list[Sentence]]]) -> Quote | None:
    """The sentence that is most alike, of those that hold the words; the first of the index where two are."""
    wanted = question_vector(index, search.like).said
    ranked = []
    for card, sentences in texts:
        numbers = [one.number for one in sentences if _says(_with_list(index, card, one), search)]
        for stored in index.store.sentences(card.id, numbers):
            alike = round(float(index.sentence_vectors[stored.n].astype("float32") @ wanted), 6)
            if alike >= _ALIKE:
                ranked.append((alike, card, stored.sentence))
    if not ranked:
        return None
    alike, card, sentence = max(ranked, key=lambda one: one[0])
    return make_quote(index, card, [sentence], alike)


def _with_list(index: Index, card: DocumentCard, sentence: Sentence) -> str:
    """What a quote of a sentence says: with its list where it ends in a colon, "" where nobody can tell."""
    if not sentence.text.endswith(":"):
        return sentence.text
    items = list_after(index, card.id, sentence)
    return " ".join([sentence.text, *(item.text for item in items)]) if items else ""


def _says(text: str, search: Search) -> bool:
    return (
        not _REPORTED.search(text)
        and all(_holds(text, words) for words in search.words)
        and not _holds(text, search.without)
    )


def _holds(text: str, words: Iterable[str]) -> bool:
    """Whether a text holds one of these words, in any case; "confiden~" is any that begins so."""
    stems = "|".join(re.escape(word.rstrip("~")) + (r"\w*" if word.endswith("~") else "") for word in words)
    return bool(stems) and re.search(rf"\b(?:{stems})\b", text, re.IGNORECASE) is not None
