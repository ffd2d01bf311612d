"""Answer → the same answer, or less of it: what is on no file, in no catalogue and on no page does not pass.

Every answer goes through `check` last. It fails closed: when anything goes wrong in it, fixed words and the contacts
of the files are left, and when those cannot be read either, fixed words alone.
"""

from __future__ import annotations

import logging
import math
import re
import unicodedata
from dataclasses import dataclass, field, fields, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.answer import ANSWERED, MOST_NEAREST, NEAREST, NOT_SAID, URGENT, URGENT_ANSWERED, Answer, Urgent
from assistant.choices import reports_elsewhere
from assistant.options import differences_beside, option
from assistant.personal import as_shown
from assistant.quotes import recognition
from assistant.referral import Referral, UnknownEntityError
from assistant.referral_words import OF_CONTACTS, referral_in_words
from assistant.triage import KINDS
from assistant.wording import DEFAULT_LANGUAGE, PLACEHOLDERS
from ingest.chosen import OPTIONS
from ingest.contact_like import Reaches, contact_like, reaches, unconfirmed, without_contacts
from ingest.domains import Domains, DomainsError
from ingest.folding import fold, join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from assistant.answer import Retrieved
    from assistant.options import Option
    from assistant.quotes import Basis, Quote
    from assistant.referral import Contacts
    from assistant.wording import Wording
    from ingest.catalogue import Document
    from ingest.store import DocumentCard, Store

# What is said when the files of fixed words cannot be read; the same as in corpus/wording/en.toml.
LAST_LEAD = (
    "Something went wrong on our side. It is not because of you. You can try again. "
    "You can still turn to the contacts below."
)
LAST_URGENT = (
    "Your safety comes first. Call the emergency number where you are, or go to a hospital. If you can, ask someone "
    "you trust to come with you. You know best what is safe for you right now. This tool cannot call for help for you."
)
LAST_ASK = "Before you say more, you can ask what they would have to pass on. It is your choice."
LAST_REFERRAL = (
    "There are no contacts on file here. You can look on the official website of the place you work for. Look for the "
    f"words ombudsman, counsellor or ethics. {LAST_ASK}"
)
_URGENT = (URGENT, URGENT_ANSWERED)
_WITHOUT_QUOTES = {ANSWERED: NOT_SAID, NEAREST: NOT_SAID, URGENT_ANSWERED: URGENT}
_OF_QUOTES = (
    "guide_quotes",
    "superseded",
    "quotes_other_language",
    "for_contract",
    "clause_goes_on",
)  # notices that are about what is quoted
_STEPS = frozenset({"load", "retrieve", "quote", "total"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z]{2,4})?")
_LABEL_WORDS = frozenset(
    "annex annexe anexo app appendix back chapter contents cover front i index part page section title toc vol".split()
)
_LONGEST_LABEL, _MOST_LABEL_PARTS = 20, 4
_NUMERAL = re.compile(r"(?=[ivxlcdm])m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})", re.I)
_NUMBER, _MARK = r"\d{1,3}(?:\.\d{1,2}){0,3}", r"(?:\((?:[a-z]{1,2}|[ivxl]{1,5}|\d{1,2})\)|(?:[a-z]|[ivxl]{1,5})\))"
_NOTE = r"note (?:\d{1,3}|\*{1,3}|[†‡])"
_PARAGRAPH = re.compile(rf"(?:{_NUMBER}|{_MARK})(?: {_MARK}){{0,5}}|{_NOTE}")
_MOST_PARAGRAPHS = 12
_SPACE = re.compile(r"\s")
_WORDS = re.compile(r"[^\W\d_]{2}")
Way = TypeVar("Way")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Known:
    """What an answer may be made of, asked for anew by each check.

    wording gives the fixed words of a language; contacts those of the files as they stand, with the problems of these;
    store is that of the index that is open, None while none is; documents are those of the catalogue, and domains the
    official ones. Whatever one of them raises closes the gate, but for domains: without them no link is official.
    """

    wording: Callable[[str], Wording]
    contacts: Callable[[], tuple[Contacts, Sequence[str]]]
    store: Callable[[], Store | None]
    documents: Callable[[], Iterable[Document]]
    domains: Callable[[], Domains]
    _made: list[Any] = field(default_factory=list, repr=False, compare=False)  # contacts, store, their Reaches

    def reaches(self, contacts: Contacts, store: Store) -> Reaches:
        """Every way to reach somebody that is on file; made again when contacts or store are other ones."""
        if not self._made or self._made[0] is not contacts or self._made[1] is not store:
            lines = (line for file in contacts.files.values() for line in file.avenues)
            links = (link for card in store.documents.values() for link in _links(card))
            try:
                domains = self.domains()
            except (DomainsError, OSError):
                domains = Domains(frozenset(), frozenset())
            self._made[:] = [contacts, store, reaches((*lines, *contacts.emergency_lines), links, domains)]
        made: Reaches = self._made[2]
        return made


def check(answer: Answer, entity: str | None, known: Known) -> Answer:
    """Give the answer back as it is, or less of it; entity is the one that was asked for. Never raises an Exception.

    Fixed words must be those of the files, contacts those of the entity, documents those of the catalogue, and quotes
    must stand on their pages, or they are replaced by what the files say, or left out. An answer that loses its last
    quote becomes one that the documents do not say. `Quote.unconfirmed` is filled here, and it is found again which
    quotes differ.
    """
    try:
        checked = _checked(answer, entity, known)
        changed = [one.name for one in fields(Answer) if _reduced(answer, checked, one.name)]
        if changed:
            log.error("Parts of an answer did not pass and were left out or replaced: %s", ", ".join(changed))
    except Exception as error:  # noqa: BLE001  whatever is wrong with an answer, it must not be shown
        log.error("An answer did not pass: %s", type(error).__name__)
        return _closed(answer, entity, known)
    return checked


def closed(question: str, entity: str | None, known: Known, *, urgent: bool) -> Answer:
    """What is said when no answer could be made: fixed words and the contacts, urgent words before them. Never raises.

    question is as it was typed; it is not shown again where what is personal in it cannot be left out.
    """
    shown = _first(lambda: as_shown(question), lambda: "")
    status = URGENT if urgent else "error_internal"
    return _closed(Answer(shown, status, DEFAULT_LANGUAGE, LAST_LEAD, Referral("", LAST_REFERRAL)), entity, known)


def _reduced(answer: Answer, checked: Answer, name: str) -> bool:
    before, after = getattr(answer, name), getattr(checked, name)
    if name == "quotes":
        return len(before) != len(after)
    return bool(before != after)


def _checked(answer: Answer, entity: str | None, known: Known) -> Answer:
    words = known.wording(answer.language)
    contacts, problems = known.contacts()
    referral, due = referral_in_words(contacts, words, entity, unreadable=bool(problems))
    store, status = known.store(), answer.status
    passed = _quotes(answer, contacts, store, known)
    nearest = status == NEAREST and answer.lead not in _of_situations(status, words)
    quotes = tuple(quote for quote in passed if quote)[: MOST_NEAREST if nearest else None]
    if not quotes:
        status = _WITHOUT_QUOTES.get(status, status)
    may = status in {ANSWERED, NEAREST, NOT_SAID, URGENT_ANSWERED} and not nearest
    options = _options(answer, passed, words) if may else ()
    return replace(
        answer,
        status=status,
        language=answer.language if _LANGUAGE.fullmatch(answer.language) else words.language,
        forewords=_forewords(answer, words, known),
        lead=_lead(answer.lead, status, words),
        referral=referral,
        notices=_notices(answer.notices, words, due, quoted=bool(quotes)),
        afterwords=tuple(said for said in answer.afterwords if said in _fixed(words, "notice.")),
        quotes=quotes,
        options=options,
        differences=differences_beside(quotes, options, words),
        confidence=_share(answer.confidence) if quotes or not answer.quotes else 0.0,
        look_in=_look_in(answer.look_in, store, known),
        urgent=_urgent(answer, words, contacts, referral.entity, known),
        other=_other(answer, contacts, words, referral.entity),
        retrieved=_retrieved(answer.retrieved, store),
        timings_ms=_timings(answer.timings_ms),
    )


def _lead(shown: str, status: str, words: Wording) -> str:
    """The first words for a status; an answer from documents may begin with those for a situation instead."""
    return shown if shown in _of_situations(status, words) else words[f"lead.{status}"]


def _of_situations(status: str, words: Wording) -> set[str]:
    """The words for situations that may open an answer of a status."""
    keys = {key for key in words.texts if key.startswith("situation.") and key not in PLACEHOLDERS}
    made = {ANSWERED: words.__getitem__, NEAREST: words.not_exactly}.get(status)
    return {made(key) for key in keys} if made else set()


def _forewords(answer: Answer, words: Wording, known: Known) -> tuple[str, ...]:
    """What is said before everything, where it is the line of the files about danger, or the same in English."""
    fixed = {each["urgent.perhaps"] for each in (words, known.wording(DEFAULT_LANGUAGE))}
    return tuple(dict.fromkeys(said for said in answer.forewords if said in fixed))


def _fixed(words: Wording, section: str) -> set[str]:
    """Every text of one section, but for those that leave something open."""
    return {text for key, text in words.texts.items() if key.startswith(section) and key not in PLACEHOLDERS}


def _notices(shown: Iterable[str], words: Wording, due: Sequence[str], *, quoted: bool) -> tuple[str, ...]:
    """The notices of the files among those shown, and all that are due for the contacts, shown or not."""
    others = OF_CONTACTS if quoted else (*OF_CONTACTS, *_OF_QUOTES)
    fixed = _fixed(words, "notice.") - {words[f"notice.{name}"] for name in others}
    kept = tuple(dict.fromkeys(notice for notice in shown if notice in fixed or notice in due))
    return (*kept, *(notice for notice in due if notice not in kept))


def _urgent(answer: Answer, words: Wording, contacts: Contacts, entity: str, known: Known) -> Urgent | None:
    """The urgent words of the files; they are never left out, and those for any danger stand in for unknown ones."""
    if answer.urgent is None and answer.status not in _URGENT:
        return None
    kind = answer.urgent.kind if answer.urgent and answer.urgent.kind in KINDS else "danger"
    again = known.wording(DEFAULT_LANGUAGE)[f"urgent.{kind}"] if answer.urgent and answer.urgent.in_english else ""
    return Urgent(kind, words[f"urgent.{kind}"], contacts.emergency(entity), again)


def _other(answer: Answer, contacts: Contacts, words: Wording, entity: str) -> Referral | None:
    """The places to report where the other person works; an organisation that is on no file costs no answer."""
    try:
        return reports_elsewhere(contacts, words, entity, answer.choices)
    except UnknownEntityError:
        return None


def _share(number: object) -> float | None:
    return number if isinstance(number, float | int) and math.isfinite(number) and 0 <= number <= 1 else None


def _timings(shown: Mapping[str, float]) -> dict[str, float]:
    return {
        step: taken
        for step, taken in shown.items()
        if step in _STEPS and isinstance(taken, float | int) and math.isfinite(taken)
    }


def _look_in(shown: Sequence[Basis], store: Store | None, known: Known) -> tuple[Basis, ...]:
    """The texts to look in that the catalogue or a card of the index names with this very address."""
    if not shown:
        return ()
    cards = store.documents.values() if store else ()
    named = {(_named(document), document.official_url) for document in known.documents()}
    named |= {(card.title, card.official_url) for card in cards}
    named |= {(basis, url) for card in cards for bases in card.rests_on.values() for basis, url in bases}
    return tuple(basis for basis in shown if (basis.document, basis.url) in named and not contact_like(basis.document))


def _named(document: Document) -> str:
    return f"{document.title} ({document.symbol})" if document.symbol else document.title


def _retrieved(shown: Iterable[Retrieved], store: Store | None) -> tuple[Retrieved, ...]:
    """The pages of the index that is open; files are those of its cards."""

    def stands(passage: Retrieved) -> bool:
        card = store.documents.get(passage.document) if store else None
        number = type(passage.page) is int
        return bool(card and card.file == passage.file and number and 1 <= passage.page <= card.pages)

    return tuple(passage for passage in shown if stands(passage) and _share(passage.score) is not None)


def _options(answer: Answer, passed: Sequence[Quote | None], words: Wording) -> tuple[Option, ...]:
    """All options in the words of the files, each with where those of its quotes now stand that pass; () for none."""
    if not answer.options:
        return ()
    now = {place: n for n, place in enumerate(place for place, quote in enumerate(passed) if quote)}
    given = {shown.name: shown.quotes for shown in answer.options}
    return tuple(option(name, (now[n] for n in given.get(name, ()) if n in now), words) for name in OPTIONS)


def _quotes(answer: Answer, contacts: Contacts, store: Store | None, known: Known) -> tuple[Quote | None, ...]:
    """Each quote as it passes, None in the place of one that does not; only an answer from documents has any."""
    if not answer.quotes or answer.status not in _WITHOUT_QUOTES or store is None:
        return ()
    on_file = known.reaches(contacts, store)
    return tuple(_quote(quote, store, on_file) for quote in answer.quotes)


def _quote(quote: Quote, store: Store, on_file: Reaches) -> Quote | None:
    """The quote with labels that are labels, or None when it is not that of its page or its card."""
    card = store.documents.get(quote.document)
    if (
        card is None
        or _said(quote) != _of_card(card, quote, store)
        or not _stands(quote, store)
        or _share(quote.score) is None
    ):
        return None
    labels = {page: _label(page, quote.document, store) for page in {span.page for span in quote.spans}}
    bases = (
        {(document, url) for bases in card.rests_on.values() for document, url in bases} if not card.official else ()
    )
    return replace(
        quote,
        spans=tuple(replace(span, page_label=labels[span.page]) for span in quote.spans),
        page_label=labels[quote.page],
        paragraph=quote.paragraph if _is_paragraph(quote.paragraph) else "",
        title=without_contacts(card.title),
        issuer=without_contacts(card.issuer),
        symbol=without_contacts(card.symbol),
        rests_on=tuple(
            basis
            for basis in quote.rests_on
            if (basis.document, basis.url) in bases and not contact_like(basis.document)
        ),
        unconfirmed=unconfirmed(quote.text, on_file),
    )


def _said(quote: Quote) -> tuple[object, ...]:
    return (
        quote.title, quote.issuer, quote.symbol, quote.applies_to, quote.document_status, quote.official, quote.file,
        quote.sha256, quote.url, quote.recognised, quote.confidence,
    )  # fmt: skip


def _of_card(card: DocumentCard, quote: Quote, store: Store) -> tuple[object, ...]:
    """What a quote must say of its document, and of how its pages were read."""
    return (
        card.title, card.issuer, card.symbol, card.applies_to, card.status, card.official, card.file, card.sha256,
        card.official_url, *recognition(store, card.id, quote.spans),
    )  # fmt: skip


def _links(card: DocumentCard) -> tuple[str, ...]:
    return (card.official_url, *(url for bases in card.rests_on.values() for _, url in bases))


def _stands(quote: Quote, store: Store) -> bool:
    """Whether a quote is exact: spans in order and on their pages, folded the same as its text, its parts too."""
    cut: list[tuple[int, str]] = []
    at = (0, 0)
    for span in quote.spans:
        page = store.page(quote.document, span.page)
        if page is None or not 0 <= span.start < span.end <= len(page.raw) or (span.page, span.start) < at:
            return False
        cut.append((span.page, page.raw[span.start : span.end]))
        at = (span.page, span.end)
    text, parts = fold(quote.text), quote.parts or (quote.text,)
    if not cut or not text or fold(join(cut)) != text or quote.page != quote.spans[0].page:
        return False
    return _left_out(quote, store) < len(parts) and _tight("".join(parts)) == _tight(text)


def _left_out(quote: Quote, store: Store) -> int:
    """How often words of a page stand between two spans: each time, the parts must show that something is left out."""
    gaps = 0
    for before, after in pairwise(quote.spans):
        if before.page == after.page and after.start > before.end:
            page = store.page(quote.document, before.page)
            gaps += bool(page and _WORDS.search(page.raw[before.end : after.start]))
    return gaps


def _tight(text: str) -> str:
    return _SPACE.sub("", fold(text))


def _label(number: int, document: str, store: Store) -> str:
    """What is printed on a page, where that is a label; its number otherwise. It comes from the PDF, like any text."""
    page = store.page(document, number)
    return page.label if page and _is_label(page.label) else str(number)


def _is_label(label: str) -> bool:
    """Whether a text is the label of a page: numbers of five digits, numerals, single letters, words such as Annex."""
    if len(label) > _LONGEST_LABEL or contact_like(label):
        return False
    parts = re.split(r"[ .\-–—/()\[\]]+", label.strip())
    parts = [part for part in parts if part]
    return 0 < len(parts) <= _MOST_LABEL_PARTS and all(map(_is_label_part, parts))


def _is_label_part(part: str) -> bool:
    if part.isdecimal():
        return len(part) <= 5
    lettered = part[0].isalpha() and unicodedata.category(part[0]) != "Lm" and (not part[1:] or part[1:].isdecimal())
    return (lettered and len(part) <= 4) or part.casefold() in _LABEL_WORDS or bool(_NUMERAL.fullmatch(part))


def _is_paragraph(paragraph: str) -> bool:
    """Whether a text is numbers of paragraphs as the layout gives them: "4", "2.4 (b)", "note 3", "3.2, 3.3"; or ""."""
    numbers = paragraph.split(", ")
    return not paragraph or (len(numbers) <= _MOST_PARAGRAPHS and all(map(_PARAGRAPH.fullmatch, numbers)))


def _closed(answer: Answer, entity: str | None, known: Known) -> Answer:
    """Fixed words and contacts alone, each from the files as far as these can be read; urgent words stay."""

    def words() -> Wording:
        return _first(lambda: known.wording(answer.language), lambda: known.wording(DEFAULT_LANGUAGE))

    def of_files(entity: str | None) -> tuple[Referral, tuple[str, ...]]:
        contacts, problems = known.contacts()
        return referral_in_words(contacts, words(), entity, unreadable=bool(problems))

    referral, notices = _first(
        lambda: of_files(entity),
        lambda: of_files(None),
        lambda: (known.contacts()[0].referral(None, LAST_ASK), ()),
        lambda: (Referral("", words()["referral.text_none"]), ()),
        lambda: (Referral("", LAST_REFERRAL), ()),
    )
    urgent = _first(lambda: answer.urgent is not None or answer.status in _URGENT, lambda: False)
    return Answer(
        question=_first(lambda: str(answer.question), lambda: ""),
        status="error_internal",
        language=_first(lambda: words().language, lambda: DEFAULT_LANGUAGE),
        lead=_first(lambda: words()["lead.error_internal"], lambda: LAST_LEAD),
        referral=referral,
        notices=notices,
        forewords=_first(lambda: _forewords(answer, words(), known), lambda: ()),
        urgent=_first(
            lambda: _urgent(answer, words(), known.contacts()[0], referral.entity, known),
            lambda: Urgent("danger", words()["urgent.danger"]),
            lambda: Urgent("danger", LAST_URGENT),
        )
        if urgent
        else None,
    )


def _first(*ways: Callable[[], Way]) -> Way:
    """What the first of these ways gives that works; the last one always does, or what it raises is passed on."""
    for way in ways[:-1]:
        try:
            return way()
        except Exception as error:  # noqa: BLE001  the next way is there for it
            log.error("Fixed words or contacts could not be read: %s", type(error).__name__)
    return ways[-1]()
