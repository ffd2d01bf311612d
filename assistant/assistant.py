"""question → Answer: the whole journey, and the only door to it."""

from __future__ import annotations

import logging
import re
import time
import unicodedata
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from assistant.answer import Answer, Retrieved, Urgent
from assistant.language import detect
from assistant.referral import SYSTEM, Contacts, Referral, read_contacts
from assistant.triage import TriageError, TriageRules, read_triage, triage
from assistant.wording import Wording, WordingError, wording
from ingest.build import CORPUS_DIR, INDEX_DIR, BuildSettings, index_state
from ingest.catalogue import CatalogueError, read_catalogue
from ingest.contacts import inherited
from ingest.opening import NoIndexError, OpenedIndex, in_use, open_index

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from assistant.candidates import Names
    from assistant.passages import Passage
    from assistant.quotes import Basis, Quote
    from assistant.referral import Entity
    from ingest.catalogue import Document

Read = TypeVar("Read")
LONGEST_QUESTION = 2000  # characters
_SEARCHABLE = frozenset({"en"})  # what the default embedding model was trained on
_NO_INDEX = {"missing": "error_no_index", "empty": "error_no_documents", "damaged": "error_index_damaged"}
_FEW_WORDS = 4
_LOOKED_AT, _PAGES = 40, 10  # passages that are looked at, and pages that an answer lists of them
# Whose staff go to the UN's own tribunals, as its page on time limits says of UNHCR and OSLA's of the funds.
_UN_TRIBUNALS = frozenset({"un-secretariat", "un-funds-and-programmes", "unhcr"})
_OF_UN_TRIBUNALS = ("UN Dispute Tribunal", "UN Appeals Tribunal", "management evaluation")
_SECRETARIAT_NAME = "UN Secretariat"
_SECRETARIAT = "un-secretariat"  # the rules that are quoted for whoever has chosen no organisation
# Taken out of what is searched for; words of danger are looked for before.
_MARKUP = re.compile(r"!?\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)|</?[a-zA-Z][^<>]{0,500}>|https?://\S{1,500}|[*_`#|~]+")
_ASKS_FOR_TIME = re.compile(r"\bhow long (do|does|can|may|have) (i|we|one|staff|you)\b|\btoo late\b|\bby when\b", re.I)
_WITHOUT_A_REPORT = re.compile(
    r"\bwithout (?:(?:making|filing|starting|doing|having|it becoming|it being) )?(?:(?:a|an|any|the) )?(?:formal )?"
    r"(?:reports?|reporting|complaints?|complaining|case)\b",
    re.I,
)
log = logging.getLogger(__name__)


@dataclass
class _Clock:
    """Milliseconds by step: load, retrieve, quote, total."""

    started: float
    steps: dict[str, float]

    def step(self, name: str, since: float) -> float:
        now = time.perf_counter()
        self.steps[name] = round((now - since) * 1000, 1)
        return now


class Assistant:
    """Answers questions from one corpus. Cheap to make; the index is opened at the first question.

    May be shared by threads: one question is answered at a time. Nothing of a question is kept, logged or written.
    opens is how the index is opened; whoever wants to ask an index with something left out gives another.
    """

    def __init__(
        self,
        corpus_dir: Path = CORPUS_DIR,
        index_dir: Path = INDEX_DIR,
        opens: Callable[[BuildSettings], OpenedIndex] = open_index,
    ) -> None:
        self._settings, self._opens = BuildSettings(corpus_dir, index_dir), opens
        self._opened: OpenedIndex | None = None
        self._triage: TriageRules = self._own_or_shipped(read_triage, TriageError)
        self._read_contacts: tuple[object, tuple[Contacts, tuple[str, ...]]] | None = None
        self._lock = Lock()

    @property
    def contacts(self) -> Contacts:
        """The contacts as the files stand now; lines that cannot be read are left out."""
        return self._contacts()[0]

    def _contacts(self) -> tuple[Contacts, tuple[str, ...]]:
        """Contacts and the problems of their files, read again when a file has changed."""
        corpus_dir = self._settings.corpus_dir
        corpus_dir = corpus_dir if (corpus_dir / "contacts").is_dir() else CORPUS_DIR
        files = sorted((corpus_dir / "contacts").rglob("*.toml"))
        marks = tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files)
        if self._read_contacts is None or self._read_contacts[0] != marks:
            self._read_contacts = (marks, read_contacts(corpus_dir, strict=False))
        return self._read_contacts[1]

    def wording(self, language: str) -> Wording:
        """The fixed words in a language, English where there are none."""
        return self._own_or_shipped(lambda corpus_dir: wording(language, corpus_dir), WordingError)

    def _own_or_shipped(self, read: Callable[[Path], Read], error: type[Exception]) -> Read:
        """What the corpus has, or, where it has none or a broken one, what comes with the program."""
        try:
            return read(self._settings.corpus_dir)
        except error:
            return read(CORPUS_DIR)

    def ask(
        self,
        question: str,
        entity: str | None = None,
        language: str | None = None,
        history: Sequence[str] = (),
        urgent_seen: bool = False,
    ) -> Answer:
        """Answer one question with exact quotes, or say why not; the referral is on every answer.

        entity is an id of the contact files; language overrides detection; history holds the questions before, oldest
        first; urgent_seen says that the urgent text was shown and the person wants to go on. Raises only
        UnknownEntityError; whatever else goes wrong becomes an answer of the family ``error_…``.
        """
        clock = _Clock(time.perf_counter(), {"load": 0.0, "retrieve": 0.0, "quote": 0.0})
        with self._lock:
            base = self._base(question, entity, language)
            try:
                answer = self._answer(base, history, urgent_seen, clock)
            except NoIndexError as error:
                answer = self._without_quotes(base, _NO_INDEX[error.state])
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:  # noqa: BLE001  a panic inside Chroma is no Exception; the contacts must show
                log.error("A question could not be answered: %s", type(error).__name__)
                answer = self._without_quotes(base, "error_internal")
        clock.step("total", clock.started)
        return replace(answer, timings_ms=clock.steps)

    def referral(self, entity: str | None = None, language: str = "en") -> tuple[Referral, tuple[str, ...]]:
        """The fixed text and contacts for an organisation, and the notices that belong to them; needs no index.

        Raises UnknownEntityError.
        """
        words = self.wording(language)
        contacts, problems = self._contacts()
        entity = entity if contacts.entities() else None  # no file can be read: the fixed text still stands
        referral = contacts.referral(entity, words["referral.text"])
        if not referral.avenues:
            referral = replace(referral, text=words["referral.text_none"])
        elif not referral.entity:
            referral = replace(referral, text=words["referral.text_no_entity"])
        elif not referral.starts_in_confidence:
            referral = replace(referral, text=words["referral.text_report_first"])
        return referral, _contact_notices(words, referral, contacts, unreadable=bool(problems))

    def close(self) -> None:
        """Let the index go."""
        if self._opened:
            self._opened.index.close()
            self._opened = None

    def _base(self, question: str, entity: str | None, language: str | None) -> Answer:
        """An answer with referral and notices and nothing else; the frame of every other."""
        spoken = language or detect(question[:LONGEST_QUESTION])
        words = self.wording(spoken)
        referral, notices = self.referral(entity, spoken)
        return Answer(question, "error_internal", spoken, words["lead.error_internal"], referral, notices)

    def _without_quotes(self, base: Answer, status: str) -> Answer:
        return replace(base, status=status, lead=self.wording(base.language)[f"lead.{status}"], quotes=())

    def _answer(self, base: Answer, history: Sequence[str], urgent_seen: bool, clock: _Clock) -> Answer:
        question = _plain(base.question)
        search = " ".join(_MARKUP.sub(" ", question).split())
        if len(base.question) > LONGEST_QUESTION:
            return self._urgent(base, question, urgent_seen) or self._without_quotes(base, "clarification_too_long")
        urgent = self._urgent(base, question, urgent_seen)
        if urgent:
            return urgent
        if not any(c.isalnum() for c in search):
            return self._without_quotes(base, "clarification_empty")
        if detect(search) not in _SEARCHABLE:
            return self._without_quotes(base, "unanswerable_language")
        return self._from_documents(base, _in_rule_words(_with_history(search, history)), clock)

    def _urgent(self, base: Answer, question: str, urgent_seen: bool) -> Answer | None:
        kind = None if urgent_seen else triage(question, self._triage)
        if kind is None:
            return None
        urgent = Urgent(
            kind, self.wording(base.language)[f"urgent.{kind}"], self.contacts.emergency(base.referral.entity)
        )
        return replace(self._without_quotes(base, "referred_urgent"), urgent=urgent)

    def _from_documents(self, base: Answer, question: str, clock: _Clock) -> Answer:
        now = time.perf_counter()
        opened = self._open()
        from assistant.passages import question_vector, retrieve
        from assistant.selection import select_quotes

        now = clock.step("load", now)
        vector = question_vector(opened.index, question)
        entity = base.referral.entity
        passages = retrieve(opened.index, question, vector, k=_LOOKED_AT, serves=self._serves(entity))
        now = clock.step("retrieve", now)
        quotes, confidence = select_quotes(
            opened.index, question, vector, passages, self._names(entity, question), self._serves(entity)
        )
        clock.step("quote", now)
        status = "answered" if quotes else "unanswerable_not_in_documents"
        return replace(
            base,
            status=status,
            lead=self.wording(base.language)[f"lead.{status}"],
            notices=(*self._notices(base.language, opened, quotes), *base.notices),
            quotes=quotes,
            confidence=confidence,
            look_in=() if quotes else self._look_in(opened, question, entity, passages[:_PAGES]),
            retrieved=_retrieved(passages),
        )

    def _open(self) -> OpenedIndex:
        """The index in use; another one than before when a newer one was published meanwhile."""
        if self._opened is None or in_use(self._settings) != self._opened.name:
            opened = self._opens(self._settings)
            self.close()
            self._opened = opened
        elif self._opened.condition != "previous":
            state = index_state(self._settings).name
            self._opened = replace(self._opened, condition="ready" if state == "ready" else "stale")
        return self._opened

    def _look_in(
        self, opened: OpenedIndex, question: str, entity: str, passages: Sequence[Passage]
    ) -> tuple[Basis, ...]:
        """Official texts where a person can look, but for pages of organisations that are not theirs."""
        from assistant.pointers import pointers

        own = {*self._names(entity, question).own, _SECRETARIAT_NAME}
        foreign = [other.short_name for other in self.contacts.entities() if other.short_name not in own]
        return pointers(opened.index.store, self._known(), question, entity, passages, foreign)

    def _known(self) -> tuple[Document, ...]:
        """Every document of the catalogue, be its file here or not; () when the catalogue cannot be read."""
        try:
            return read_catalogue(self._settings.corpus_dir).known
        except CatalogueError:
            return ()

    def _serves(self, entity: str) -> set[str] | None:
        """The organisations whose documents may answer for an entity: itself and those whose contacts it shares."""
        if not entity:
            return None
        return {entity, SYSTEM, *self.contacts.files[entity].inherits}

    def _names(self, entity: str, question: str) -> Names:
        """The names of organisations whose rules come first, and of those whose rules must not answer.

        Where one is chosen, it and those whose contacts it shares come first, and no other answers, nor do the UN's
        tribunals where it is not known to have them. Where none is, those that the question names come first, and a
        question for a time limit is not answered by the rules of others (but for the Secretariat's, where it names
        none): their numbers would seem to hold for all.
        """
        from assistant.candidates import Names
        from assistant.intent import asks_for_time

        known = self.contacts.entities()
        if entity:
            chain = inherited(self.contacts.files, entity)
            serving = {entity, *self.contacts.files[entity].inherits}
            own = sorted((other for other in known if other.id in serving), key=lambda other: other.id != entity)
            foreign = () if _UN_TRIBUNALS.intersection(chain) else _OF_UN_TRIBUNALS
        else:
            own, foreign = [other for other in known if _stands(other, question)], ()
            if not asks_for_time(question):
                return Names(_known_as(own))
        others = [other for other in known if other not in own and (entity or own or other.id != _SECRETARIAT)]
        return Names(_known_as(own), (*_known_as(others), *foreign))

    def _notices(self, language: str, opened: OpenedIndex, quotes: Sequence[Quote]) -> list[str]:
        words = self.wording(language)
        cards = opened.index.store.documents.values()
        wanted = {
            "index_not_current": opened.condition == "stale",
            "index_previous": opened.condition == "previous",
            "no_official_documents": not any(card.official for card in cards),
            "guide_quotes": any(not quote.official for quote in quotes) and any(card.official for card in cards),
            "superseded": any(quote.document_status == "superseded" for quote in quotes),
            "quotes_other_language": bool(quotes) and language not in _SEARCHABLE,
        }
        return [words[f"notice.{name}"] for name, due in wanted.items() if due]


def _contact_notices(words: Wording, referral: Referral, contacts: Contacts, *, unreadable: bool) -> tuple[str, ...]:
    """What a person must know of the contacts before using them."""
    confirmed = [avenue.confirmed for avenue in referral.avenues]
    shared = bool(referral.entity and referral.avenues) and not referral.has_own
    due = {
        "contacts_unreadable": unreadable,
        "entity_nothing_on_file": shared,
        "unconfirmed_contacts": bool(confirmed) and not any(confirmed),
        "some_unconfirmed_contacts": any(confirmed) and not all(confirmed),
    }
    name = contacts.files[referral.entity].short_name if referral.entity else ""
    return tuple(words.filled(f"notice.{key}", entity=name) for key, shown in due.items() if shown)


def _known_as(entities: Sequence[Entity]) -> tuple[str, ...]:
    """The short names of organisations, each followed by its long one."""
    return tuple(name for entity in entities for name in dict.fromkeys((entity.short_name, entity.name)))


def _stands(entity: Entity, question: str) -> bool:
    """Whether a question names an organisation; in small letters "who" is a word."""
    small = 0 if entity.short_name == "WHO" else re.I
    return re.search(rf"\b{re.escape(entity.short_name)}\b", question, small) is not None or entity.name in question


def _retrieved(passages: Sequence[Passage]) -> tuple[Retrieved, ...]:
    """The best passage of each page, best first, of at most ten pages."""
    best: dict[tuple[str, int], Retrieved] = {}
    for passage in passages:
        page = (passage.card.id, passage.chunk.page)
        best.setdefault(page, Retrieved(passage.card.id, passage.card.file, passage.chunk.page, passage.score))
    return tuple(best.values())[:_PAGES]


def _plain(question: str) -> str:
    """A question without control, invisible and bidirectional characters; white space made single."""
    visible = (c for c in question if unicodedata.category(c) != "Cf")  # they stand inside words
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in visible)
    return " ".join(kept.split())


def _in_rule_words(question: str) -> str:
    """A question with the words that rules have for how long something may take, and for talking without a report.

    Words and vectors do not see the "without": who asks for it would be told where to report.
    """
    timed = f"{question} (time limit)" if _ASKS_FOR_TIME.search(question) else question
    return _WITHOUT_A_REPORT.sub("who keeps it secret", timed)


def _with_history(question: str, history: Sequence[str]) -> str:
    """A question that says little alone, after the one before it."""
    from ingest.lexical import words

    if history and len(words(question)) < _FEW_WORDS:
        return _plain(f"{history[-1][:LONGEST_QUESTION]} {question}")
    return question
