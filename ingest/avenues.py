"""one table of a contacts file → Avenue; the only module that knows what a contact line must look like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ingest.contact_tables import (
    contact_in_text_problem,
    date_problem,
    hygiene_problem,
    is_id,
    key_problems,
    tables,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROLES = (
    "emergency",  # only in an office's own overlay, for urgent text
    "helpline",
    "counsellor",
    "victim_support",
    "ombudsman",
    "legal",
    "medical",
    "security",
    "focal_point",
    "ethics",
    "information",  # a page to read; nobody is told
    "report",
)
SCOPES = ("sexual_harassment", "exploitation_and_abuse", "retaliation")
TELLING = ("", "no", "may become one", "yes")
SHOW = ("number", "page_only")

_REQUIRED = ("id", "role", "name", "scope", "telling_is_a_report", "source_url", "show")
_FREE_TEXT = ("name", "who_may_use", "hours", "anonymous", "confidential", "note", "verified_by")
_LINKS = ("url", "source_url")
_FULL_DATES = ("verified_on", "source_read_on")
_OTHER = ("phone", "email", "source_page_date")
_KNOWN = frozenset((*_REQUIRED, *_FREE_TEXT, *_LINKS, *_FULL_DATES, *_OTHER))
REACH = ("phone", "email", "url")
CORRECTS = "corrects"  # of an overlay's line only: how the line that it corrects was reached at that time

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_PHONE = re.compile(r"\+[1-9][0-9 ()-]*[0-9]")
_LOCAL_PHONE = re.compile(r"\+?[0-9(][0-9 ()./-]*[0-9]( ext\.? [0-9]+)?")
_LOCAL_FORMS = ", or as it is dialled there, like 999, 0800 123 456 or 0800 123 456 ext 12"
_HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_LINK = re.compile(r"[!#-;=?-\[\]_a-z~]+")  # visible ASCII without quotes, <, >, \, ^, `, {, |, }
_OLD = "2020"  # an unconfirmed number from a page dated before this year is not shown


@dataclass(frozen=True)
class Avenue:
    """One way to reach one office: what may be shown of it, and where and when it was read.

    scope holds one or more of SCOPES. telling_is_a_report is one of TELLING; every text is "" where nothing
    is known. source_page_date is YYYY, YYYY-MM or YYYY-MM-DD; verified_on and source_read_on are YYYY-MM-DD.
    show is ``number`` (phone or e-mail is shown) or ``page_only`` (neither is on file; the link is shown).
    entity is the id of the file that the line comes from.
    """

    id: str
    role: str
    name: str
    scope: tuple[str, ...]
    who_may_use: str
    telling_is_a_report: str
    phone: str
    email: str
    url: str
    hours: str
    anonymous: str
    confidential: str
    note: str
    source_url: str
    source_page_date: str
    verified_on: str
    verified_by: str = ""
    source_read_on: str = ""
    show: str = "number"
    entity: str = ""

    @property
    def confirmed(self) -> bool:
        """Whether the deploying office confirmed this line; if not, it is shown with a warning and a link."""
        return bool(self.verified_on)

    @property
    def official_page(self) -> str:
        """The page to check the line on: where its number was read, else the office's own link; "" if none is known."""
        return self.source_url if self.show == "number" else self.url


def make_avenue(table: Mapping[str, Any], entity: str) -> Avenue:
    """Build an Avenue from a table for which ``avenue_problems`` found nothing."""
    texts = {key: table.get(key, "") for key in Avenue.__dataclass_fields__ if key not in ("scope", "entity")}
    return Avenue(**texts, scope=tuple(table["scope"]), entity=entity)


def avenue_problems(table: Mapping[str, object], local: bool = False) -> list[str]:
    """Say everything that is wrong with one avenue's table, each as "what. What to do."; empty if nothing is.

    local is True for an office's own overlay: short local numbers, the role ``emergency`` and ``corrects`` are
    allowed, and a line that the office itself answers for needs no source_url.
    """
    required = tuple(key for key in _REQUIRED if not (local and key == "source_url"))
    known = _KNOWN | {CORRECTS} if local else _KNOWN
    shape = [*key_problems(table, required, known), *_type_problems(table)]
    texts = {key: value for key, value in table.items() if key in _KNOWN and isinstance(value, str)}
    found = [*shape, *_choice_problems(texts, local)]
    for key in texts:
        found += _text_problems(key, texts[key], local)
    if not shape:
        found += _reach_problems(texts, local)
    return found


def field_problems(key: str, text: str) -> list[str]:
    """Say what is wrong with one text of an office's own line; whether fields go together is not looked at."""
    empty = ['"name" is empty. Give the name that the office uses.'] if key == "name" and not text else []
    return [*empty, *_choice_problems({key: text}, local=True), *_text_problems(key, text, local=True)]


def avenues_in(
    table: Mapping[str, Any], entity: str, where: str, problems: list[str], local: bool = False
) -> tuple[Avenue, ...]:
    """Give the sound [[avenues]] of a file; every other is left out and named in problems, with where before it."""
    kept = []
    for number, line in enumerate(tables(table, "avenues", where, problems), start=1):
        label = line["id"] if is_id(line.get("id")) else f"number {number}"
        found = avenue_problems(line, local)
        problems += [f"{where}, avenue {label}: {problem}" for problem in found]
        if not found:
            kept.append(make_avenue(line, entity))
    return tuple(kept)


def _type_problems(table: Mapping[str, object]) -> Iterator[str]:
    for key, value in table.items():
        if key == "scope":
            if not isinstance(value, list) or not value or any(not isinstance(entry, str) for entry in value):
                yield '"scope" is not a list of words. Write for example ["sexual_harassment"].'
            elif unknown := [entry for entry in value if entry not in SCOPES]:
                yield f'"scope" holds "{unknown[0]}". Use only: {", ".join(SCOPES)}.'
        elif key == CORRECTS:
            if (
                not isinstance(value, dict)
                or {*value} != {*REACH}
                or not all(isinstance(v, str) for v in value.values())
            ):
                yield f'"{CORRECTS}" is not {{ phone = "…", email = "…", url = "…" }}. Write it so, or remove it.'
        elif key in _KNOWN and not isinstance(value, str):
            yield f'"{key}" is not text. Put it between quotation marks.'


def _choice_problems(texts: Mapping[str, str], local: bool) -> Iterator[str]:
    roles = ROLES if local else tuple(role for role in ROLES if role != "emergency")
    for key, allowed in (("role", roles), ("telling_is_a_report", TELLING), ("show", SHOW)):
        if key in texts and texts[key] not in allowed:
            words = ", ".join(word or "(empty)" for word in allowed)
            yield f'"{key}" is "{texts[key]}". Use one of: {words}.'
    if "id" in texts and not is_id(texts["id"]):
        yield f'"id" is "{texts["id"]}". Use small letters, digits and single hyphens.'
    if bool(texts.get("verified_on")) != bool(texts.get("verified_by")):
        yield '"verified_on" and "verified_by" go together. Fill both, or neither.'


def _text_problems(key: str, text: str, local: bool) -> list[str]:
    found = [hygiene_problem(key, text)]
    if key in _FREE_TEXT:
        found.append(contact_in_text_problem(key, text))
    elif key in _LINKS and text:
        found.append(_link_problem(key, text))
    elif key in _FULL_DATES or key == "source_page_date":
        found.append(date_problem(key, text, full=key in _FULL_DATES))
    elif key == "email" and text and not _EMAIL.fullmatch(text):
        found.append(f'"email" is "{text}". Write one address, like name@example.org.')
    elif key == "phone" and text:
        found.append(_phone_problem(text, local))
    return [problem for problem in found if problem]


def _phone_problem(text: str, local: bool) -> str:
    digits = sum(character.isdigit() for character in text)
    if local and _LOCAL_PHONE.fullmatch(text) and 2 <= digits <= 20:
        return ""
    if _PHONE.fullmatch(text) and 7 <= digits <= 15:
        return ""
    one = "Write one number with + and the country code, like +1 212 555 0100"
    return f'"phone" is "{text}". {one}{_LOCAL_FORMS if local else ""}.'


def _link_problem(key: str, text: str) -> str:
    wrong = f'"{key}" is "{text}". Write one plain https (or http) link.'
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return wrong
    plain = parts.scheme in ("https", "http") and _LINK.fullmatch(text.lower()) and "@" not in parts.netloc
    # A host in another script can look like an official one.
    return "" if plain and port is None and _HOST.fullmatch(host) and "xn--" not in host else wrong


def _reach_problems(texts: Mapping[str, str], local: bool) -> Iterator[str]:
    phone_or_email = texts.get("phone") or texts.get("email")
    if not texts["name"]:
        yield '"name" is empty. Give the name that the office uses.'
    if not texts.get("source_url") and not (local and texts.get("verified_by")):
        yield '"source_url" is empty. Give the official page where the line was read.'
    if not (phone_or_email or texts.get("url")):
        yield 'there is no way to reach it. Fill "phone", "email" or "url", or remove the avenue.'
    elif texts["show"] == "page_only" and (phone_or_email or not texts.get("url")):
        yield '"show" is page_only. Give a "url", and leave "phone" and "email" empty.'
    elif texts["show"] == "number" and not phone_or_email:
        yield '"show" is number, but "phone" and "email" are empty. Write page_only.'
    old = "" < texts.get("source_page_date", "") < _OLD
    if old and phone_or_email and not texts.get("verified_on"):
        yield f"the page is from before {_OLD} and the number is unconfirmed. Write page_only, without it."
