"""Sentences → chunks that fit the embedding model; the only module that knows LangChain's text splitter.

A chunk never crosses a page or a heading. The splitter gets whole paragraphs with their sentences one a line, and
cuts at paragraphs first, then sentences, then words; with no overlap its pieces, put together again, are the text
that it was given, so that each piece's sentences are known by counting.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from ingest.offline import silence_langsmith

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ingest.sentences import Sentence

CHUNK_TOKENS = 128  # a paragraph or two; larger chunks blur what one vector can say
MODEL_TOKENS = 256  # what all-MiniLM-L6-v2 reads; the tail of anything longer is never embedded
_HEADER_TOKENS = 48
_SPECIAL_TOKENS = 2  # [CLS] and [SEP]


@dataclass(frozen=True)
class Chunk:
    """What is embedded and searched.

    id is made of the document's id and hash, the page and the ordinal: stable and unique. text is the shown
    text of its sentences. embedded is text after the document's title and the headings, at most as many word pieces
    as the model reads. sentences are the numbers of the sentences that begin in it, starts where each begins in
    embedded; it goes on to the next one's, or to the end. A chunk read from a store has no starts.
    """

    id: str
    document: str
    page: int
    ordinal: int
    text: str
    embedded: str
    heading: tuple[str, ...]
    sentences: tuple[int, ...]
    starts: tuple[int, ...] = ()


class Splitter:
    """Cuts documents into chunks measured in the model's own word pieces."""

    def __init__(self, count_tokens: Callable[[str], int], limit: int = MODEL_TOKENS) -> None:
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        silence_langsmith()
        self._count = count_tokens
        self._limit = limit
        self._splitter = RecursiveCharacterTextSplitter(
            separators=["\n\n", "\n", " ", ""],
            chunk_size=min(CHUNK_TOKENS, limit - _HEADER_TOKENS - _SPECIAL_TOKENS),
            chunk_overlap=0,
            length_function=count_tokens,
            keep_separator="end",
            strip_whitespace=False,
        )

    def split(self, document: str, sha256: str, title: str, sentences: Sequence[Sentence]) -> list[Chunk]:
        """The chunks of one document, in reading order."""
        chunks: list[Chunk] = []
        ordinals: dict[int, int] = {}
        for section in self._sections(sentences):
            page = section[0].spans[0].page
            header = self._header(title, section[0].heading)
            for text, begun in self._pieces(section):
                ordinal = ordinals[page] = ordinals.get(page, -1) + 1
                embedded = f"{header}\n{text}" if header else text
                identity = f"{document}-{sha256[:16]}-{page}-{ordinal}"
                starts = tuple(len(embedded) - len(text) + start for start in begun.values())
                heading = section[0].heading
                chunks.append(Chunk(identity, document, page, ordinal, text, embedded, heading, tuple(begun), starts))
        return chunks

    def _sections(self, sentences: Sequence[Sentence]) -> Iterator[list[Sentence]]:
        """Runs of sentences of one page under one heading; headings alone are no section."""
        for _, run in groupby(sentences, key=lambda s: (s.spans[0].page, s.heading)):
            section = [sentence for sentence in run if sentence.kind != "heading"]
            if section:
                yield section

    def _pieces(self, section: Sequence[Sentence]) -> Iterator[tuple[str, dict[int, int]]]:
        """Each text with the numbers of the sentences that begin in it, and where in it each begins."""
        text, starts = "", []
        for before, sentence in zip([None, *section], section, strict=False):
            text += "" if before is None else "\n" if before.block == sentence.block else "\n\n"
            starts.append(len(text))
            text += sentence.here
        at = 0
        for piece in self._splitter.split_text(text):
            text = piece.strip()
            blank = at + len(piece) - len(piece.lstrip())
            begun = {
                s.number: min(max(start - blank, 0), len(text))
                for start, s in zip(starts, section, strict=True)
                if at <= start < at + len(piece)
            }
            at += len(piece)
            if text:
                yield text, begun

    def _header(self, title: str, heading: tuple[str, ...]) -> str:
        """Title and heading path, innermost kept, cut to the room that is set aside for them."""
        words = " · ".join(part for part in (title, *heading) if part).split()
        while words and self._count(" ".join(words)) > _HEADER_TOKENS:
            words = words[max(1, len(words) // 8) :]
        return " ".join(words)
