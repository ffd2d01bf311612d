"""Corpus and index folders → answers, contacts and words for the page; loaded once, for all visits."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol

from views import memory, words
from views.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from assistant.answer import Answer
    from assistant.choices import Choices
    from assistant.drawing import Share
    from assistant.options import SideBySide
    from assistant.page_text import PageText
    from assistant.picture import Picture
    from assistant.quotes import Quote
    from assistant.referral import Contacts, Referral
    from assistant.side_by_side import Cell
    from assistant.wording import Wording
    from ingest.publish import Published


class Asked(Protocol):
    """What the page needs of the assistant."""

    @property
    def contacts(self) -> Contacts:
        """The contacts as they stand now."""

    def referral(self, entity: str | None = None, language: str = "en") -> tuple[Referral, tuple[str, ...]]:
        """The contacts for an organisation, and notices about them."""

    def ask(
        self,
        question: str,
        entity: str | None = None,
        language: str | None = None,
        history: Sequence[str] = (),
        urgent_seen: bool = False,
        choices: Choices | None = None,
    ) -> Answer:
        """Answer one question."""

    def need(
        self, name: str, entity: str | None = None, language: str | None = None, choices: Choices | None = None
    ) -> Answer:
        """Answer one way in, without a question."""

    @property
    def contracts(self) -> Sequence[str]:
        """The kinds of contract that can be chosen."""

    def reports_elsewhere(self, entity: str | None, choices: Choices, language: str = "en") -> Referral | None:
        """The places to report where the other person works."""

    def page_text(self, quote: Quote) -> PageText:
        """The text of the page behind a quote."""

    def side_by_side(self, question: str) -> tuple[Cell, ...]:
        """The best quote of each document."""

    def hold(self) -> None:
        """Keep what nearly every question reads."""


@dataclass
class _Engine:
    """Where the folders are, and what was read from them; nothing of any question."""

    corpus_dir: Path
    index_dir: Path
    results_dir: Path | None = None
    assistant: Asked | None = None
    official: tuple[str, bool] | None = None  # of which index, and whether it has an official document
    warmed: bool = False


_CONDITIONS: Final = {
    "missing": "lead.error_no_index",
    "damaged": "lead.error_index_damaged",
    "empty": "lead.error_no_documents",
}
# Asked while the documents were being read, be it for the first time or again, so asked again when they are ready.
TOO_EARLY: Final = ("error_no_index", "error_index_damaged")
_lock = threading.Lock()
_engines: list[_Engine] = []


def use(corpus_dir: Path, index_dir: Path, results_dir: Path | None = None) -> None:
    """Say once, at the start, which folders this process answers from; results_dir holds what the evals found."""
    _engines[:] = [_Engine(corpus_dir, index_dir, results_dir)]
    words.use(corpus_dir)


def _engine() -> _Engine:
    return _engines[0]


def corpus_dir() -> Path:
    """The folder of documents, contacts and words."""
    return _engine().corpus_dir


def index_dir() -> Path:
    """The folder of the indexes."""
    return _engine().index_dir


def index_name() -> str:
    """The name of the index in use; "" where there is none."""
    published = _published()
    return published.folder.name if published else ""


def results_dir() -> Path | None:
    """Where the results of the evals are, when this process was started to show them."""
    return _engine().results_dir


def state() -> str:
    """``ready``, ``stale``, ``missing``, ``damaged`` or ``empty``; ``building`` while a build makes the first index."""
    from ingest.build import BuildSettings, index_state
    from ingest.publish import build_running

    here = _engine()
    index = index_state(BuildSettings(here.corpus_dir, here.index_dir))
    found = index.name if index.usable else "missing"
    return "building" if found in ("missing", "damaged") and build_running(here.index_dir) else found


def state_reason() -> str:
    """Why the index in use is not today's; "" when it is."""
    from ingest.build import BuildSettings, index_state

    here = _engine()
    index = index_state(BuildSettings(here.corpus_dir, here.index_dir))
    return index.reason if index.name == "stale" else ""


def in_use_since() -> str:
    """When the index in use was put there, by this computer's clock; "" if not known.

    It is "26 November 2026, 06:42" in English, and "2026-11-26 06:42" in other languages. A newer index is used from
    the next question on: the assistant looks before each.
    """
    from datetime import datetime

    published = _published()
    try:
        when = datetime.fromisoformat(published.since).astimezone() if published else None
    except (ValueError, OverflowError, OSError):
        return ""
    if when is None:
        return ""
    return f"{when.day} {when:%B %Y, %H:%M}" if words.language() == "en" else f"{when:%Y-%m-%d %H:%M}"


def _published() -> Published | None:
    from ingest.publish import DamagedError, current

    try:
        return current(_engine().index_dir)
    except DamagedError:
        return None


def needs_build() -> bool:
    """Whether the documents have to be read before, or again for, today's answers."""
    return state() in ("missing", "stale", "damaged")


def ready() -> bool:
    """Whether questions can be answered from documents now, be it from an index that is being renewed."""
    return state() in ("ready", "stale")


def condition_text() -> str:
    """Words for a person while questions cannot be answered."""
    key = _CONDITIONS.get(state())
    return wording(words.language())[key] if key else say("page.building")


def lead(answer: Answer) -> str:
    """The first words of an answer; one that came too early says so while nobody has to do anything for it."""
    return say("page.building") if answer.status in TOO_EARLY and state() == "building" else answer.lead


def ask(
    question: str,
    entity: str | None,
    history: Sequence[str],
    *,
    urgent_seen: bool,
    choices: Choices | None = None,
) -> Answer:
    """Ask the assistant, which is loaded on the first call."""
    return _assistant().ask(question, entity, words.of_answer(), history, urgent_seen, choices)


def need(name: str, entity: str | None, choices: Choices) -> Answer:
    """The answer to one way in, in the language of this visit."""
    return _assistant().need(name, entity, words.language(), choices)


def needs() -> Mapping[str, str]:
    """The ways in, in the order to offer them: name to what it is called; empty when the words cannot be read."""
    from assistant.situations import NEEDS

    said = wording(words.language())
    return {name: said[f"need.{name}"] for name in NEEDS if said[f"need.{name}"]}


def contracts() -> Sequence[str]:
    """The kinds of contract that something is known for; none where that cannot be read."""
    try:
        return _assistant().contracts
    except Exception:  # noqa: BLE001  the page goes on without the choice
        return ()


def is_of_other(quote: Quote, entity: str, choices: Choices) -> bool:
    """Whether a text holds, or a guide of ours tells, of where the other person works and not the one who asks."""
    from assistant.choices import is_about_other, is_of_other

    if quote.official:
        return is_of_other(quote.applies_to, _assistant().contacts, entity, choices)
    return is_about_other(quote.text, _assistant().contacts, entity, choices)


def options(entity: str, language: str) -> SideBySide:
    """What can be done, for an organisation or "": the same whatever was asked; nothing without an index."""
    from assistant.options import SideBySide

    found = _assistant().need("options", entity or None, language)
    return SideBySide(found.quotes, found.options)


def side_by_side(question: str) -> tuple[Cell, ...]:
    """The best quote of each document on one question; what goes wrong is raised."""
    return _assistant().side_by_side(question)


def without_personal(question: str) -> str:
    """A question as it is shown, without e-mails, numbers and names of persons."""
    from assistant.personal import as_shown

    return as_shown(question)


def _assistant() -> Asked:
    here = _engine()
    with _lock:
        if here.assistant is None:
            from assistant.assistant import Assistant

            here.assistant = Assistant(here.corpus_dir, here.index_dir)
        return here.assistant


def warm() -> None:
    """Open the index before the first question, in the background, once."""
    here = _engine()
    if not here.warmed and ready():
        here.warmed = True
        threading.Thread(target=_warm, kwargs={"people": True}, daemon=True).start()


@contextlib.contextmanager
def kept_cold() -> Iterator[None]:
    """Meanwhile the index is not opened in the background: whoever comes then needs the time of this process more."""
    here = _engine()
    before, here.warmed = here.warmed, True
    try:
        yield
    finally:
        here.warmed = before


def warm_at_once() -> None:
    """The same before anybody comes, and done when this returns."""
    if ready():
        _engine().warmed = True
        _warm(people=False)


def _warm(*, people: bool) -> None:
    with contextlib.suppress(Exception):  # a person who asks is told what is wrong
        ask("ombudsman", None, (), urgent_seen=False)  # so the rules are read too
        _assistant().hold()
    memory.settle(people=people)


def wording(language: str) -> Wording:
    """The fixed words in a language, or English; where their file is broken, those that came with the program."""
    return _read_wording(language, _engine().corpus_dir, words.marks(language))


@lru_cache(maxsize=16)
def _read_wording(language: str, corpus_dir: Path, _marks: tuple[tuple[int, int], ...]) -> Wording:
    from datetime import date

    from assistant.wording import KEYS, Wording, WordingError
    from assistant.wording import wording as read
    from ingest.build import CORPUS_DIR

    for place in dict.fromkeys((corpus_dir, CORPUS_DIR)):
        with contextlib.suppress(WordingError):
            return read(language, place)
    return Wording("en", "", "", date.min, {**dict.fromkeys(KEYS, ""), **words.WITHOUT_WORDING})


def wording_problems() -> list[str]:
    """What in the files of words cannot be used, one line each; other words are shown in its place."""
    from assistant.wording import WordingError, languages, page_problems
    from assistant.wording import wording as read

    corpus_dir, problems = _engine().corpus_dir, []
    for language in languages(corpus_dir):
        problems += page_problems(language, corpus_dir)
        try:
            read(language, corpus_dir)
        except WordingError as error:
            problems += error.problems
    return problems


def referral(entity: str | None) -> tuple[Referral, tuple[str, ...]]:
    """The contacts for an organisation, or the system-wide ones, and what to know of them; needs no index."""
    try:
        return _assistant().referral(entity, words.language())
    except Exception:  # noqa: BLE001  a person must never be left without the contacts
        return _plain_referral(), ()


def reports_elsewhere(entity: str | None, choices: Choices) -> Referral | None:
    """The places to report where the other person works; None where that was not chosen, or cannot be read."""
    try:
        return _assistant().reports_elsewhere(entity, choices, words.language())
    except Exception:  # noqa: BLE001  the person's own contacts are there without it
        return None


def _plain_referral() -> Referral:
    """The system-wide contacts when something else is broken, such as the words or the choice itself."""
    from assistant.referral import read_contacts

    fixed = wording(words.language())
    found = read_contacts(_engine().corpus_dir, strict=False)[0].referral(None, fixed["referral.text_no_entity"])
    return found if found.avenues else replace(found, text=fixed["referral.text_none"])


def entities() -> Mapping[str, str]:
    """The organisations that can be chosen: id to the name that is shown; empty when they cannot be read."""
    try:
        chosen = _assistant().contacts.entities()
    except Exception:  # noqa: BLE001  the page goes on without the choice
        return {}
    return {entity.id: f"{entity.name} ({entity.short_name})" for entity in chosen}


def documents_notice() -> str:
    """Say that answers come from our own guides only, or "" when an official document is there."""
    from ingest.catalogue import CatalogueError, read_catalogue

    here = _engine()
    published = _published()
    index = published.folder.name if published else ""
    if here.official is None or here.official[0] != index:
        try:
            here.official = index, any(document.official for document in read_catalogue(here.corpus_dir).documents)
        except CatalogueError:
            return ""
    return "" if here.official[1] else wording(words.language())["notice.no_official_documents"]


def picture_of(quote: Quote, shares: Sequence[Share] = ()) -> tuple[Picture | None, str]:
    """The page behind a quote as a picture; else None and words that say why there is none.

    shares say where the quote stands on a page that was read on its picture.
    """
    from assistant.picture import PictureError, page_picture
    from ingest.pages import sha256_of

    root = _engine().corpus_dir.resolve()
    pdf = (root / quote.file).resolve()
    try:
        if not pdf.is_relative_to(root) or sha256_of(pdf) != quote.sha256:
            return None, say("page.changed")
        return page_picture(pdf, quote.page, quote.text, shares), ""
    except OSError:
        return None, say("page.changed")
    except PictureError as error:
        return None, str(error)


def page_text_of(quote: Quote) -> PageText | None:
    """The text of the page behind a quote, or None where there is none to show."""
    try:
        found = _assistant().page_text(quote)
    except Exception:  # noqa: BLE001  the picture is there without it
        return None
    return found if found.text else None
