"""question on an organisation → what the guides say is not known, and which of its numbers must not stand in for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.intent import (
    asks_for_rules,
    holds_a_length_of_time,
    is_about_another,
    is_about_time,
    speaks_of_a_must,
)
from assistant.passages import applies

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from assistant.candidate import Candidate
    from assistant.names import Names
    from ingest.asked import AskedParagraph
    from ingest.index import Index
    from ingest.sentences import Sentence
    from ingest.store import DocumentCard

_FIRST: Final = 0.09  # what the score of a paragraph that says so gains, as what names the organisation does


@dataclass(frozen=True)
class NotKnown:
    """A paragraph that says that what is asked for is not known, asked of an organisation by its name.

    said_in are the paragraphs that say it of some organisations, as "document number", as reviewed; here says that one
    of them names this one, and quietly that one does that would not frighten.
    """

    asked: AskedParagraph
    said_in: frozenset[str]
    here: bool
    quietly: bool
    time: bool
    must: bool

    def raised(self, found: Iterable[AskedParagraph]) -> Iterator[AskedParagraph]:
        """What was found, the nearest first, with the paragraph where it comes without the organisation's name.

        As it is found where the organisation has a paragraph of its own on it.
        """
        if self.here:
            return iter(found)
        place = self.asked[:2]
        raised = (self._raised(one) if one[:2] == place else one for one in found)
        return iter(sorted(raised, key=lambda one: -one.score))

    def _raised(self, one: AskedParagraph) -> AskedParagraph:
        return one._replace(score=round(max(one.score, self.asked.score) + _FIRST, 6))

    def leaves_out(self, candidate: Candidate) -> bool:
        """Whether a candidate would seem to answer: a length of time, or a duty, for something else.

        So does that it is not known, where the organisation has a paragraph on it that would not frighten. An official
        text is never left out: what it says may be newer than the guides.
        """
        if _name(candidate.card.id, candidate.first) in self.said_in or candidate.card.official:
            return False
        if candidate.flag == "alone":
            return self.quietly and candidate.place == (self.asked.document, self.asked.sentences[0])
        text = candidate.text
        return (self.time and holds_a_length_of_time(text)) or (self.must and speaks_of_a_must(text))


def asked_of_any(question: str, names: Names) -> str:
    """A question on a time, or a duty of the person who asks, without the organisation whose rules come first.

    "" for any other, and where no organisation's do.
    """
    time = is_about_time(question)
    on_it = time or (speaks_of_a_must(question) and not is_about_another(question))
    if not names.own or not on_it or asks_for_rules(question):
        return ""
    return names.without_own(question)


def not_known(
    index: Index, question: str, nearest: Iterable[AskedParagraph], names: Names, serves: Collection[str] | None
) -> NotKnown | None:
    """What is not known of what a question asks for; None where the guides say something of it.

    nearest are the paragraphs that come nearest to the question `asked_of_any`. The name of an organisation draws all
    that the guides say of it, on other matters too: to "How long do I have to report in UNDP?" come UNDP's other time
    limits. So where the nearest without the name says that it is not known (flag ``alone``), it is not.
    """
    documents = index.store.documents
    asked = next((one for one in nearest if serves is None or applies(documents[one.document], serves)), None)
    if asked is None:
        return None
    card, sentence = documents[asked.document], index.asked_first[asked.document, asked.sentences]
    if card.flag(sentence.paragraph) != "alone":
        return None
    said_in = frozenset(card.known_in.get(sentence.paragraph, ()))
    flags = [card.flag(first.paragraph) for card, first in _said_of(index, said_in) if names.own_in(first.text)]
    if names.several_own_in(question):  # what is known of one is not known of the other
        flags = []
    time, must = is_about_time(question), speaks_of_a_must(question)
    return NotKnown(asked, said_in, bool(flags), any(flag != "not_first" for flag in flags), time, must)


def _said_of(index: Index, said_in: Collection[str]) -> Iterator[tuple[DocumentCard, Sentence]]:
    """The documents and first sentences of paragraphs that are named as "document number"."""
    for (document, _), first in index.asked_first.items():
        if _name(document, first) in said_in:
            yield index.store.documents[document], first


def _name(document: str, sentence: Sentence) -> str:
    return f"{document} {sentence.paragraph}"
