"""corpus/wording/<language>.toml → Wording; the only module that reads the fixed words a person is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ingest.chosen import ChosenError, read_toml
from ingest.reviewed import hidden_characters, review_problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

DEFAULT_LANGUAGE = "en"
KEYS = frozenset(
    f"{section}.{name}"
    for section, names in {
        "lead": "answered answered_nearest unanswerable_not_in_documents unanswerable_language clarification_empty"
        " clarification_bare clarification_help clarification_too_long referred_urgent referred_answered"
        " error_no_index error_index_damaged error_no_documents error_internal error_busy",
        "situation": "meaning choices fair_process happened talk options told manage saw not_exactly",
        "need": "happened talk options told manage saw",
        "option": "talk talk_said support support_said report report_said informal informal_said nothing nothing_said"
        " silent",
        "notice": "guide_quotes no_official_documents index_not_current index_previous superseded"
        " unconfirmed_contacts some_unconfirmed_contacts quotes_other_language contacts_unreadable"
        " entity_nothing_on_file for_communities personal_left_out clause_not_here clause_goes_on"
        " phrase_not_here for_contract word_by_word",
        "difference": "number duty",
        "referral": "text text_no_entity text_report_first text_none other other_not_known other_none",
        "urgent": "danger self_harm minor assault others perhaps safe_for_now",
        "cli": "argument_refused prompt",
        "label": "page paragraph our_guide in_force superseded status_unknown check_official_page confirmed_by"
        " telling_is_not_a_report telling_is_a_report telling_may_become_a_report confidential anonymous rests_on"
        " where_to_get_it look_in not_confirmed recognised recognised_confidence of_other",
        "sheet": "title emergency emergency_none options silent not_policy more printed trimmed not_reviewed",
    }.items()
    for name in names.split()
)
# What a text leaves open, to be filled when it is shown: {office} and so on, each exactly once.
PLACEHOLDERS = {
    "label.confirmed_by": ("office", "date"),
    "notice.entity_nothing_on_file": ("entity",),
    "label.recognised_confidence": ("percent",),
    "situation.not_exactly": ("words",),
    "sheet.printed": ("date",),
    "referral.other": ("entity",),
    "referral.other_none": ("entity",),
}
# Sections with the words of the page. Their keys are those of the English file, and a word that is missing or broken
# costs no more than itself: it is shown in English.
PAGE_SECTIONS = frozenset({"page", "texts", "quality", "shell"})
# A contact belongs in corpus/contacts, where an office confirms it. Nothing like one may stand here.
_CONTACT_LIKE = re.compile(r"@|https?:|www\.|\+\d|\d(?:[ .()/-]?\d){4}", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


class WordingError(ValueError):
    """A wording file cannot be used, or no such key exists; problems holds one line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Wording:
    """The fixed words of one language, looked up by dotted key: ``wording["lead.answered"]``.

    language is the one that is in fact used ("en" when the wanted one has no file). reviewed_by is "" while
    nobody who reads the language has reviewed the file. texts maps every one of KEYS to plain text.
    """

    language: str
    file: str
    reviewed_by: str
    reviewed_on: date
    texts: Mapping[str, str]

    @property
    def reviewed(self) -> bool:
        """True once somebody has put their name to the file."""
        return bool(self.reviewed_by)

    def __getitem__(self, key: str) -> str:
        if key not in self.texts:
            raise WordingError([f"{self.file}: there is no key {key}. Check its spelling."])
        return self.texts[key]

    def filled(self, key: str, **values: str) -> str:
        """Give a text of PLACEHOLDERS with its {names} replaced; what is put in is never looked at again."""
        return fill(self[key], values)

    def not_exactly(self, key: str) -> str:
        """The text of a key, those of a situation after the words that exactly what was asked was not found."""
        return self.filled("situation.not_exactly", words=self[key]) if key.startswith("situation.") else self[key]


def fill(text: str, values: Mapping[str, str]) -> str:
    """A text with its {names} replaced by values; what is put in is never looked at again."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def languages(corpus_dir: Path) -> tuple[str, ...]:
    """List the languages that have a wording file, in alphabetical order; () when the folder is missing."""
    names = (path.stem for path in (corpus_dir / "wording").glob("*.toml"))
    return tuple(sorted(name for name in names if _LANGUAGE.fullmatch(name)))


def wording(language: str, corpus_dir: Path) -> Wording:
    """Read the words of one language ("fr"), or English where that language has no file.

    Raises WordingError with every problem of the file at once: unreadable, a missing, unknown or empty key,
    hidden characters, something that looks like a phone number, an e-mail or a link, or no review date.
    """
    used = language if language in languages(corpus_dir) else DEFAULT_LANGUAGE
    file = f"wording/{used}.toml"
    content = _read(used, corpus_dir)
    problems = review_problems(content)
    found = _flatten({name: part for name, part in content.items() if name not in PAGE_SECTIONS}, problems)
    problems += [f"key {key} is missing. Add it." for key in sorted(KEYS - set(found))]
    problems += [f"key {key} is not known. Remove it or correct its spelling." for key in sorted(set(found) - KEYS)]
    for key, value in found.items():
        problems += _text_problems(key, value, PLACEHOLDERS.get(key, ()))
    if problems:
        raise WordingError(f"{file}: {problem}" for problem in problems)
    return Wording(
        language=used,
        file=file,
        reviewed_by=content["reviewed_by"],
        reviewed_on=content["reviewed_on"],
        texts=MappingProxyType({key: str(value) for key, value in found.items()}),
    )


def page_words(language: str, places: Sequence[Path]) -> Mapping[str, str]:
    """The words of the page by dotted key ("page.clear") in a language; each in English where it has no sound one.

    places are corpus folders, the one that counts most first and the one that came with the program last. Nothing is
    raised: what cannot be read or used is passed over; page_problems and page_missing name it.
    """
    english: dict[str, str] = {}
    for place in reversed(places):
        english.update(_sound(_page_texts(DEFAULT_LANGUAGE, place), english or None))
    found = dict(english)
    for place in reversed(places) if language != DEFAULT_LANGUAGE else ():
        found.update(_sound(_page_texts(language, place), english))
    return MappingProxyType(found)


def page_problems(language: str, corpus_dir: Path) -> list[str]:
    """Which words of the page cannot be used in a language, held against the English ones; [] when all can."""
    english, found = _page_texts(DEFAULT_LANGUAGE, corpus_dir), _page_texts(language, corpus_dir)
    problems = [
        f"key {key} is not known. Remove it or correct its spelling." for key in sorted(set(found) - set(english))
    ]
    for key in sorted(set(found) & set(english)):
        problems += _text_problems(key, found[key], _left_open(english[key]))
    return [f"wording/{language}.toml: {problem}" for problem in problems]


def page_missing(language: str, corpus_dir: Path) -> list[str]:
    """The keys of the page that a language has no words for, though English has; [] when none is missing."""
    return sorted(set(_page_texts(DEFAULT_LANGUAGE, corpus_dir)) - set(_page_texts(language, corpus_dir)))


def _page_texts(language: str, corpus_dir: Path) -> dict[str, object]:
    """The sections of the page of one file as they stand; {} where there is none that can be read."""
    try:
        content = _read(language, corpus_dir)
    except WordingError:
        return {}
    return _flatten({name: part for name, part in content.items() if name in PAGE_SECTIONS}, [])


def _sound(found: Mapping[str, object], english: Mapping[str, str] | None) -> dict[str, str]:
    """The texts that can be shown; held against English ones, those that leave the same open."""
    return {
        key: str(value)
        for key, value in found.items()
        if (english is None or key in english)
        and not _text_problems(key, value, _left_open(english[key] if english else value))
    }


def _left_open(text: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(text))) if isinstance(text, str) else ()


def _read(language: str, corpus_dir: Path) -> dict[str, Any]:
    """One file as it stands. Raises WordingError."""
    try:
        return read_toml(corpus_dir, f"wording/{language}.toml")
    except ChosenError as error:
        raise WordingError(error.problems) from None


def _flatten(content: Mapping[str, Any], problems: list[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for section, entries in content.items():
        if section in {"reviewed_by", "reviewed_on"}:
            continue
        if not isinstance(entries, dict):
            problems.append(f"key {section} is not known. Remove it or move it into a section.")
            continue
        found.update({f"{section}.{name}": value for name, value in entries.items()})
    return found


def _text_problems(key: str, value: object, names: Sequence[str]) -> list[str]:
    if not isinstance(value, str) or not value.strip():
        return [f"key {key} is not a text. Write one between quotation marks."]
    problems = []
    if hidden := hidden_characters(value):
        problems.append(f"key {key} has hidden characters ({hidden}). Remove them.")
    if _CONTACT_LIKE.search(value) or (key.startswith("urgent.") and re.search(r"\d", value)):
        problems.append(f"key {key} holds a number, an e-mail or a link. Contacts belong in contacts/.")
    if sorted(_PLACEHOLDER.findall(value)) != sorted(names):
        wanted = " and ".join(f"{{{name}}}" for name in names) or "no {name}"
        problems.append(f"key {key} must hold {wanted}, once. Correct it.")
    return problems
