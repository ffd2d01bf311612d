"""Answers and what they must agree with → scores; pure functions over plain dicts, so that faults can be planted."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.asking import Row
from ingest.folding import fold, join

_EMAIL = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w/.-])\+?[0-9(](?:[ ().-]*[0-9]){6,}")
_NOT_SHOWN_AS_WORDS = {"id", "entity", "url", "source_url", "source_page_date", "verified_on", "source_read_on"}


@dataclass(frozen=True)
class Score:
    """How many of n passed; faults say where and what. A required score fails on a fault, and when n is 0."""

    name: str
    n: int
    faults: tuple[str, ...] = ()
    required: bool = True

    @property
    def passed(self) -> int:
        """How many of n were without a fault."""
        return max(self.n - len(self.faults), 0)

    @property
    def failed(self) -> bool:
        """Whether this alone makes the check fail."""
        return self.required and (bool(self.faults) or not self.n)


@dataclass(frozen=True)
class Pdf:
    """What pypdf alone says of one PDF: raw text and printed label of each page in order, and the file's SHA-256."""

    sha256: str
    pages: tuple[str, ...]
    labels: tuple[str, ...]


def quotes_exact(answers: Sequence[Row], pdfs: Mapping[str, Pdf]) -> Score:
    """Whether each quote's spans, cut from the PDF's own pages, joined and folded, equal its text folded."""
    return _of_quotes("quotes exact on their page", answers, pdfs, _inexact)


def files_right(answers: Sequence[Row], pdfs: Mapping[str, Pdf]) -> Score:
    """Whether each quote names a file of the corpus and its SHA-256."""
    fault = "the SHA-256 is not that of the file"
    return _of_quotes(
        "citations name the right file", answers, pdfs,
        lambda quote, pdf: "" if pdf and pdf.sha256 == quote["sha256"] else fault,
    )  # fmt: skip


def _of_quotes(
    name: str, answers: Sequence[Row], pdfs: Mapping[str, Pdf], fault_in: Callable[[Row, Pdf | None], str]
) -> Score:
    quotes = [(answer["id"], quote) for answer in answers for quote in answer.get("quotes", ())]
    found = [
        (f"{at}: {quote['file']} page {quote['page']}", fault_in(quote, pdfs.get(quote["file"])))
        for at, quote in quotes
    ]
    return Score(name, len(quotes), tuple(f"{at}: {fault}" for at, fault in found if fault))


def _inexact(quote: Row, pdf: Pdf | None) -> str:
    if pdf is None:
        return "the file is not in the corpus"
    parts = []
    for span in quote["spans"]:
        page, start, end = span["page"], span["start"], span["end"]
        if not 1 <= page <= len(pdf.pages) or not 0 <= start < end <= len(pdf.pages[page - 1]):
            return "a span lies outside the pages"
        parts.append((page, pdf.pages[page - 1][start:end]))
        if span["page_label"] != pdf.labels[page - 1]:
            return "the printed page label is another one"
    if not parts or not fold(quote["text"]) or fold(join(parts)) != fold(quote["text"]):
        return "the words are not those of the page"
    first = quote["spans"][0]
    same = (quote["page"], quote["page_label"]) == (first["page"], first["page_label"])
    return "" if same else "the citation names another page than the words are on"


def repeated(first: Sequence[Row], second: Sequence[Row]) -> Score:
    """Whether two runs give the same bytes, timings aside."""
    n = max(len(first), len(second))
    lines = [[_untimed(answer) for answer in run] + [""] * (n - len(run)) for run in (first, second)]
    faults = [
        f"answer {at}: the second run differs"
        for at, pair in enumerate(zip(*lines, strict=True), 1)
        if len(set(pair)) > 1
    ]
    return Score("same bytes in two processes", n, tuple(faults))


def _untimed(answer: Row) -> str:
    return json.dumps({name: value for name, value in answer.items() if name != "timings_ms"}, ensure_ascii=False)


def all_answered(questions: Sequence[Row], answers: Sequence[Row]) -> Score:
    """Whether each question has its own answer, whose status and quotes agree."""
    ids = [answer.get("id") for answer in answers]
    faults = [f"{question['id']}: has no answer" for question in questions if ids.count(question["id"]) != 1]
    for answer in answers:
        status = str(answer.get("status", "error"))
        if status.startswith("error"):
            faults.append(f"{answer.get('id')}: {answer.get('error', status)}")
        elif (status == "answered") != bool(answer["quotes"]):
            faults.append(f"{answer['id']}: is {status} with {len(answer['quotes'])} quotes")
    return Score("an answer to each question", len(questions), tuple(faults))


def referrals_present(answers: Sequence[Row], contacts: Sequence[Row]) -> Score:
    """Whether each answer has the referral's text and at least one avenue with a way to reach it.

    Where the contact files hold no avenue for an entity at all, the note of its file stands in for one.
    """
    bare = {file["id"] for file in contacts if "id" in file and not file.get("avenues") and not file.get("inherits")}
    faults = []
    for answer in answers:
        referral = answer.get("referral") or {}
        reach = [
            avenue for avenue in referral.get("avenues", ()) if avenue["phone"] or avenue["email"] or avenue["url"]
        ]
        noted = referral.get("entity") in bare and referral.get("entity_note")
        if not referral.get("text") or not (reach or noted):
            faults.append(f"{answer.get('id')}: has no referral")
    return Score("referral present", len(answers), tuple(faults))


def contacts_on_file(answers: Sequence[Row], contacts: Sequence[Row]) -> Score:
    """Whether each phone number and e-mail outside question and quotes occurs in the contact files."""
    on_file, n, faults = _shown(contacts), 0, []
    for answer in answers:
        kept = {name: value for name, value in answer.items() if name not in {"question", "quotes", "retrieved"}}
        shown = _shown(kept)
        n += len(shown)
        faults += [f"{answer.get('id')}: {reach} is in no contact file" for reach in sorted(shown - on_file)]
    return Score("phones and e-mails on file", n, tuple(faults))


def _shown(value: Any) -> set[str]:
    return {reach for words in _words(value) for reach in _reaches(words)}


def _words(value: Any) -> Iterator[str]:
    """Every text that a person reads, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in _NOT_SHOWN_AS_WORDS:
                yield from _words(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _words(inner)


def _reaches(text: str) -> Iterator[str]:
    """The phone numbers, as digits, and the e-mail addresses in a text."""
    yield from (found.casefold() for found in _EMAIL.findall(text))
    yield from ("".join(filter(str.isdigit, found)) for found in _PHONE.findall(text))


def share(name: str, questions: Sequence[Row], answers: Sequence[Row], answerable: bool) -> Score:
    """How many of the answerable questions were answered, or of the others were not; never makes the check fail."""
    status = {answer.get("id"): answer.get("status", "error") for answer in answers}
    asked = [question for question in questions if question["answerable"] is answerable]
    faults = [
        f"{question['id']}: {status.get(question['id'], 'no answer')}: {question['question'][:80]}"
        for question in asked
        if (status.get(question["id"]) == "answered") is not answerable
    ]
    return Score(name, len(asked), tuple(faults), required=False)
