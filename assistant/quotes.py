"""passages → the exact sentences that answer, each verified on its page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """Characters start..end (end not included) of the raw text of one page; page counts from 1."""

    page: int
    page_label: str
    start: int
    end: int


@dataclass(frozen=True)
class Basis:
    """The binding document that a guide's paragraph rests on, and where to get it."""

    document: str
    url: str


@dataclass(frozen=True)
class Quote:
    """Exact words of one document, with everything that is needed to find them again.

    text is what the spans say, joined and folded. official is False for this project's own guides; rests_on then
    names the binding documents. score is in 0..1. page, page_label are those of the first span; paragraph is the
    printed paragraph number ("4", "2.4 (b)") or "" where the page has none.
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
