"""Corpus folder → contacts, fixed words, rules and catalogue, each read when it is first needed."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache, cached_property
from threading import local
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.choices import ForContracts, read_for_contracts
from assistant.referral import Contacts, read_contacts
from assistant.situations import Situations, read_situations
from assistant.triage import has_triage, languages_to_look_in, read_triage
from assistant.word_points import WordPoints, read_points
from assistant.wording import DEFAULT_LANGUAGE, Wording, WordingError, wording
from ingest.build import CORPUS_DIR, INDEX_DIR, files_below
from ingest.catalogue import OWN_TABLE, SHIPPED_TABLE, CatalogueError, read_catalogue
from ingest.chosen import ChosenError, ChosenOptions, read_options
from ingest.compiled_rules import FOLDER as RULES
from ingest.domains import read_domains
from ingest.durable import stat_of
from ingest.lexicon import FOLDER as LEXICON
from ingest.lexicon import read_lexicon
from ingest.written_rules import RulesError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from assistant.confidence import Confidence
    from assistant.gloss import Lexicon
    from ingest.catalogue import Document
    from ingest.domains import Domains
    from ingest.phrase_trees import WordRules

Read = TypeVar("Read")


class CorpusFiles:
    """What a corpus says besides its documents; what comes with the program stands in where it has none of its own.

    Contacts, fixed words, word lists and the catalogue are read again when a file of theirs has changed, the rest once.
    May be shared by threads. index_dir is where copies of the rules of this corpus are.
    """

    def __init__(self, corpus_dir: Path, index_dir: Path = INDEX_DIR) -> None:
        self._corpus_dir, self._index_dir = corpus_dir, index_dir
        self._triage: dict[str, WordRules] = {}
        self._points: dict[str, WordPoints | None] = {}
        self._read_wording: tuple[object, dict[str, Wording]] = ((), {})
        self._read_known: tuple[object, tuple[Document, ...]] = ((), ())
        self._read_lexicons: dict[str, tuple[object, Lexicon]] = {}
        self._read_contacts: tuple[object, tuple[Contacts, tuple[str, ...]]] | None = None
        self._at_hand = local()

    @contextmanager
    def as_they_stand(self) -> Iterator[None]:
        """Look at the files once for all that this thread asks of them meanwhile, such as for one question.

        To look takes as long as to read a passage, and an answer asks for the words and contacts a dozen times. So all
        parts of an answer rest on the same files, too: one that changes meanwhile counts from the next question on.
        """
        if hasattr(self._at_hand, "read"):
            yield
            return
        self._at_hand.read = {}
        try:
            yield
        finally:
            del self._at_hand.read

    def _once(self, what: str, read: Callable[[], Read]) -> Read:
        """What is read, or was read already of the files as they stand."""
        at_hand: dict[str, Any] | None = getattr(self._at_hand, "read", None)
        if at_hand is None:
            return read()
        if what not in at_hand:
            at_hand[what] = read()
        found: Read = at_hand[what]
        return found

    def contacts(self) -> tuple[Contacts, tuple[str, ...]]:
        """Contacts and the problems of their files."""
        return self._once("contacts", self._contacts)

    def _contacts(self) -> tuple[Contacts, tuple[str, ...]]:
        corpus_dir = self._corpus_dir
        corpus_dir = corpus_dir if (corpus_dir / "contacts").is_dir() else CORPUS_DIR
        marks = _marks(corpus_dir / "contacts")
        read = self._read_contacts
        if read is None or read[0] != marks:
            self._read_contacts = read = (marks, read_contacts(corpus_dir, strict=False))
        return read[1]

    def wording(self, language: str) -> Wording:
        """The fixed words in a language, English where there are none."""
        return self._once(f"wording {language}", lambda: self._wording(language))

    def _wording(self, language: str) -> Wording:
        marks = [_marks(place / "wording") for place in dict.fromkeys((self._corpus_dir, CORPUS_DIR))]
        if self._read_wording[0] != marks:
            self._read_wording = (marks, {})
        used = language if any(f"{language}.toml" in names for names in marks) else DEFAULT_LANGUAGE
        read = self._read_wording[1]
        if used not in read:
            read[used] = self._own_or_shipped(lambda corpus_dir: wording(used, corpus_dir), WordingError)
        return read[used]

    def _own_or_shipped(self, read: Callable[[Path], Read], error: type[Exception]) -> Read:
        """What the corpus has, or, where it has none or a broken one, what comes with the program."""
        try:
            return read(self._corpus_dir)
        except error:
            return read(CORPUS_DIR)

    def rules_for(self, question: str) -> Iterator[tuple[str, WordRules]]:
        """The rules of every language that a question may be in and that has some; each is read once."""
        places = (self._corpus_dir, CORPUS_DIR)
        for language in languages_to_look_in(question):
            if language not in self._triage and any(has_triage(place, language) for place in places):
                self._triage[language] = self._triage_rules(language)
            if language in self._triage:
                yield language, self._triage[language]

    def _triage_rules(self, language: str) -> WordRules:
        return self._own_or_shipped(lambda corpus_dir: self._read_rules(corpus_dir, language), RulesError)

    def _read_rules(self, corpus_dir: Path, language: str) -> WordRules:
        read = _shipped_rules if corpus_dir == CORPUS_DIR else read_triage
        return read(corpus_dir, language, self._copies(corpus_dir))

    def _copies(self, corpus_dir: Path) -> Path:
        """Where a build of a corpus, or of what comes with the program, puts copies of its rules."""
        return (self._index_dir if corpus_dir == self._corpus_dir else INDEX_DIR) / RULES

    def points_for(self, language: str) -> WordPoints | None:
        """The points of a language whose rules have been read; None where it has none."""
        if language not in self._points:
            spelling = self._triage[language].spelling
            self._points[language] = self._own_or_shipped(
                lambda corpus_dir: read_points(corpus_dir, language, spelling), RulesError
            )
        return self._points[language]

    def lexicon(self, language: str) -> Lexicon:
        """The word list of a language, read when it is first needed and when it has changed; bad rows are left out."""
        return self._once(f"lexicon {language}", lambda: self._lexicon(language))

    def _lexicon(self, language: str) -> Lexicon:
        from assistant.gloss import Lexicon

        own = (self._corpus_dir / LEXICON / f"{language}.csv").is_file()
        place = self._corpus_dir if own else CORPUS_DIR
        mark = place, _mark(place / LEXICON / f"{language}.csv")
        read = self._read_lexicons.get(language)
        if read is None or read[0] != mark:
            self._read_lexicons[language] = read = (mark, Lexicon(read_lexicon(place, language).rows, language))
        return read[1]

    @cached_property
    def confidence(self) -> Confidence:
        """How surely the documents answer, from what is seen of a question."""
        from assistant.confidence import read_confidence

        return self._own_or_shipped(read_confidence, RulesError)

    @cached_property
    def for_contracts(self) -> ForContracts:
        """The paragraphs for each kind of contract."""
        return self._own_or_shipped(read_for_contracts, ChosenError)

    @cached_property
    def situations(self) -> Situations:
        """What only people can judge, the ways in, and the rules that bring a question there."""
        return self._own_or_shipped(
            lambda corpus_dir: read_situations(corpus_dir, DEFAULT_LANGUAGE, self._copies(corpus_dir)), RulesError
        )

    @cached_property
    def options(self) -> ChosenOptions:
        """The paragraphs of each option."""
        return self._own_or_shipped(read_options, ChosenError)

    def known(self) -> tuple[Document, ...]:
        """Every document of the catalogue, be its file here or not.

        () when the catalogue cannot be read.
        """
        return self._once("known", self._known)

    def _known(self) -> tuple[Document, ...]:
        marks = tuple(_mark(self._corpus_dir / name) for name in (SHIPPED_TABLE, OWN_TABLE))
        if self._read_known[0] != marks or not any(size for size, *_ in marks):  # without a table the files count
            try:
                self._read_known = (marks, read_catalogue(self._corpus_dir).known)
            except CatalogueError:
                self._read_known = (marks, ())
        return self._read_known[1]

    def domains(self) -> Domains:
        """The domains of the organisations. Raises DomainsError or OSError."""
        return read_domains(self._corpus_dir)


def _marks(folder: Path) -> dict[str, list[int]]:
    """What differs when a file of TOML in a folder, or in one below it, has changed, by its path in the folder.

    An editor's lock is a link that leads nowhere, and changes nothing.
    """
    return {name: _mark(path) for name, path in files_below(str(folder)) if name.endswith(".toml")}


def _mark(path: str | Path) -> list[int]:
    try:
        return stat_of(path)
    except OSError:
        return [0]


@cache
def _shipped_rules(corpus_dir: Path, language: str, copies: Path) -> WordRules:
    """What comes with the program does not change while it runs, and takes half a second to read."""
    return read_triage(corpus_dir, language, copies)
