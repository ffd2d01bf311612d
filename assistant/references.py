"""quote ↔ a short reference that anybody can check later: which PDF, which page, and a check sum of the words."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from assistant.shelf import Run, without_letter
from assistant.signs import signs_of
from ingest.catalogue import CatalogueError, read_catalogue
from ingest.pdf_files import OFFICIAL, PREVIOUS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assistant.quotes import Quote
    from assistant.shelf import DocumentText, Shelf
    from ingest.catalogue import Document

_FIRST: Final = "AV1"
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing in it is taken for something else
_ALIKE: Final = str.maketrans("OIL", "011")
_PDF, _NAME, _PAGE, _LENGTH, _WORDS, _SUM = 8, 4, 3, 3, 8, 4  # letters of five bits each
_PART: Final = _LENGTH + _WORDS
_MOST: Final = 32_000  # signs of one part, and pages: what three letters can say
LONGEST: Final = 400  # letters that are looked at


class BadReferenceError(ValueError):
    """What was given is no reference, or one that was damaged on its way; the message says so, and so does damaged."""

    def __init__(self, message: str, *, damaged: bool) -> None:
        self.damaged = damaged
        super().__init__(message)


class Words(NamedTuple):
    """Words that stand together: how many signs they have (`assistant.signs`), and the check sum of these."""

    length: int
    digest: str


@dataclass(frozen=True)
class Reference:
    """What a reference says. pdf is a check sum of the PDF, name one of the document's id; page counts from 1.

    words has one for each part of the quote: where a quote leaves words of the page out, the next part begins.
    """

    pdf: str
    name: str
    page: int
    words: tuple[Words, ...]

    def __str__(self) -> str:
        """AV1-XXXXX-…, to be printed, read aloud or typed."""
        parts = "".join(_number(one.length, _LENGTH) + one.digest for one in self.words)
        payload = self.pdf + self.name + _number(self.page, _PAGE) + parts
        payload += _digest((_FIRST + payload).encode(), _SUM)
        return "-".join([_FIRST, *(payload[n : n + 5] for n in range(0, len(payload), 5))])


@dataclass(frozen=True)
class Found:
    """Where words stand in a document that is read now; one run for each part of the quote."""

    document: DocumentText
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Verdict:
    """What became of the words of a reference.

    kind is ``stands`` (as cited, in the very same PDF), ``superseded`` (the same, but the document was replaced),
    ``moved`` (the PDF is another now, the words still stand in the document), ``gone`` (they do not),
    ``differently`` (the PDF is the very same, but this version of the program reads its words otherwise),
    ``withdrawn`` (the document is not read any more) or ``unknown`` (no document of this name was ever here). here
    are the places in the cited document, the cited page first; after in the document that replaced it; elsewhere in
    all others. kept is where the old PDF lies, "" where it does not. document is the row of the catalogue, None where
    there is none.
    """

    kind: str
    reference: Reference
    document: Document | None = None
    here: tuple[Found, ...] = ()
    after: tuple[Found, ...] = ()
    elsewhere: tuple[Found, ...] = ()
    kept: str = ""
    replaced_by: str = ""


def reference_of(quote: Quote) -> str:
    """The reference of a quote; it holds no word of it, and nothing of what was asked. "" for one without words."""
    parts = [signs for text in quote.parts or (quote.text,) if (signs := signs_of(without_letter(text)))]
    if not parts or len(quote.sha256) != 64 or any(len(part) > _MOST for part in parts) or quote.page > _MOST:
        return ""
    words = tuple(Words(len(part), _digest(part.encode(), _WORDS)) for part in parts)
    return str(Reference(_pdf(quote.sha256), _name(quote.document), quote.page, words))


def read_reference(text: str) -> Reference:
    """Read a reference as somebody typed or pasted it: small letters, blanks and O for 0 are no matter.

    Raises BadReferenceError.
    """
    plain = re.sub(r"[\s\u00ad\u200b\u2010-\u2015_.-]", "", text[:LONGEST]).upper().translate(_ALIKE)
    if not plain.startswith(_FIRST):
        raise BadReferenceError(f"This is no reference. A reference begins with {_FIRST}-.", damaged=False)
    letters = plain[len(_FIRST) :]
    payload, given = letters[:-_SUM], letters[-_SUM:]
    parts = len(payload) - _PDF - _NAME - _PAGE
    whole = parts > 0 and parts % _PART == 0 and set(letters) <= set(_LETTERS)
    if not whole or len(text) > LONGEST or _digest((_FIRST + payload).encode(), _SUM) != given:
        raise BadReferenceError(
            "This reference is damaged: a letter is missing, too many, or not the one it was.", damaged=True
        )
    at = _PDF + _NAME
    page = _value(payload[at : at + _PAGE])
    cut = (payload[n : n + _PART] for n in range(at + _PAGE, len(payload), _PART))
    words = tuple(Words(_value(one[:_LENGTH]), one[_LENGTH:]) for one in cut)
    return Reference(payload[:_PDF], payload[_PDF:at], page, words)


def verify(reference: Reference, shelf: Shelf, corpus_dir: Path) -> Verdict:
    """Look for the words of a reference in the documents as they are read now."""
    rows = _rows(corpus_dir)
    same = next((one for one in shelf.documents if _pdf(one.card.sha256) == reference.pdf), None)
    named = next((one for one in shelf.documents if _name(one.card.id) == reference.name), None)
    row = next((one for one in rows if _name(one.id) == reference.name), None)
    cited = same or named
    here = _in_order(reference, cited) if cited else ()
    others = [one for one in shelf.documents if one is not cited]
    next_one = shelf.by_id.get(cited.card.replaced_by) if cited else None
    after = _in_order(reference, next_one) if next_one and next_one is not cited else ()
    looked_in = [] if here else [one for one in others if one is not next_one]
    elsewhere = tuple(found for one in looked_in for found in _in_order(reference, one))
    return Verdict(
        kind=_kind(bool(same), cited, bool(here), row),
        reference=reference,
        document=row,
        here=here,
        after=after,
        elsewhere=elsewhere,
        kept="" if same else _kept(reference, corpus_dir),
        replaced_by=next_one.card.id if next_one else "",
    )


def _kind(same: bool, cited: DocumentText | None, stands: bool, row: Document | None) -> str:
    if cited is None:
        return "withdrawn" if row else "unknown"
    if not stands:
        return "differently" if same else "gone"
    if not same:
        return "moved"
    return "superseded" if cited.card.status == "superseded" else "stands"


def _in_order(reference: Reference, document: DocumentText) -> tuple[Found, ...]:
    """Every place where the words of a reference stand in a document, the cited page first; each with all parts."""
    of_parts = [list(_places(words, document)) for words in reference.words]
    found = []
    for start in of_parts[0]:
        runs, at = [document.run_at(start, reference.words[0].length)], start + reference.words[0].length
        for words, places in zip(reference.words[1:], of_parts[1:], strict=True):
            following = next((place for place in places if place >= at), None)
            if following is None:
                break
            runs.append(document.run_at(following, words.length))
            at = following + words.length
        else:
            found.append(Found(document, tuple(runs)))
    return tuple(sorted(found, key=lambda one: _page(one) != reference.page))


def _places(words: Words, document: DocumentText) -> Iterator[int]:
    signs, _ = document.plain
    for start in signs.windows(words.length):
        if _digest(signs.text[start : start + words.length].encode(), _WORDS) == words.digest:
            yield start


def _page(found: Found) -> int:
    return found.document.sentences[found.runs[0].first].spans[0].page


def _rows(corpus_dir: Path) -> tuple[Document, ...]:
    try:
        return read_catalogue(corpus_dir).known
    except CatalogueError:
        return ()


def _kept(reference: Reference, corpus_dir: Path) -> str:
    """Where `ingest add` and `ingest fetch` put the edition that is not read any more, seen from the corpus folder."""
    from ingest.pages import sha256_of

    for path in sorted((corpus_dir / OFFICIAL / PREVIOUS).glob("*.pdf")):
        if _pdf(sha256_of(path)) == reference.pdf:
            return path.relative_to(corpus_dir).as_posix()
    return ""


def _pdf(sha256: str) -> str:
    return _encoded(bytes.fromhex(sha256), _PDF)


def _name(identity: str) -> str:
    return _digest(identity.casefold().encode(), _NAME)


def _digest(content: bytes, letters: int) -> str:
    return _encoded(hashlib.sha256(content).digest(), letters)


def _encoded(digest: bytes, letters: int) -> str:
    """The first bits of a digest, five for each letter."""
    bits = int.from_bytes(digest, "big") >> (8 * len(digest) - 5 * letters)
    return _number(bits, letters)


def _number(value: int, letters: int) -> str:
    return "".join(_LETTERS[value >> (5 * n) & 31] for n in reversed(range(letters)))


def _value(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value << 5 | _LETTERS.index(letter)
    return value
