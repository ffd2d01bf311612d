"""One sentence, or a whole paragraph, that may be quoted, with how near it is to a question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.differences import Said, said

if TYPE_CHECKING:
    from ingest.sentences import Sentence
    from ingest.store import DocumentCard


@dataclass(frozen=True)
class Candidate:
    """One sentence, or a whole paragraph, that may be quoted.

    score ranks it, confidence says whether it answers at all; both are 0 to 1. flag is that of its paragraph; own
    says that it names the organisation that was chosen, or that the question names. likeness, −1 to 1, is the cosine of
    the question with the nearest question that people ask of it, or with the sentence where nobody asks for it;
    covered, 0 to 1, is the share of the question's weight that it, its headings and what people ask of it hold.
    """

    card: DocumentCard
    sentences: tuple[Sentence, ...]
    score: float
    confidence: float
    flag: str
    whole_paragraph: bool
    own: bool = False
    likeness: float = 0.0
    covered: float = 0.0

    @property
    def first(self) -> Sentence:
        """The sentence that it begins with."""
        return self.sentences[0]

    @cached_property
    def text(self) -> str:
        """All its words."""
        return " ".join(sentence.text for sentence in self.sentences)

    @cached_property
    def said(self) -> list[Said]:
        """Its sentences, as they are held against those of others."""
        return said(self.text)

    @property
    def place(self) -> tuple[str, int]:
        """Its document and the number of its first sentence."""
        return self.card.id, self.first.number

    @property
    def page(self) -> tuple[str, int]:
        """The document and page that it begins on."""
        return self.card.id, self.first.spans[0].page

    @property
    def not_first(self) -> bool:
        """Whether it would frighten when it stood first."""
        return self.flag == "not_first"
