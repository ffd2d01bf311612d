"""text → what in it looks like a way to reach somebody, however it is written; and whether that is on file.

Numbers of paragraphs, years, dates, sums and symbols of documents are none. Where it is doubtful it counts as one:
then it is shown with a warning, while one that is missed is shown without.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ingest.domains import Domains, link_problem
from ingest.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ingest.avenues import Avenue

LEFT_OUT = "[…]"
_FEWEST, _MOST = 7, 15  # digits of a phone number that no word announces; 15 is the most that a number can have
_MOST_GROUPS = 5
_LONGEST_DATE = 8  # digits
_FEWEST_SPACED = 10  # digits that stand one by one; fewer are the row of a table
_MOST_BEHIND = 7  # digits after a whole number: an extension, or other words
_LONGEST_COUNTRY = 3  # digits
_DIGIT_LIKE = str.maketrans("OoIl", "0011")
_DASHES = re.compile("[\u2010-\u2015\u2043\u2212\u30fc\ufe58\ufe63\uff0d]")
_BRACKETED_DOT = r"\s?[(\[{<]\s?(?:dot|point|punto|ponto|точка|\.)\s?[)\]}>]\s?"
_DOT = rf"(?:\.|{_BRACKETED_DOT})"
_SPOKEN_DOT = r"\s+(?:dot|point|punto|ponto|точка)\s+"
_AT = r"(?:\s?@\s?|\s?[(\[{<]\s?(?:at|@|arobase|arroba|собака)\s?[)\]}>]\s?)"
_SPOKEN_AT = r"\s+(?:at|arobase|arroba|собака)\s+"
_LAST = r"(?:com|org|net|int|edu|gov|info|biz|io|me|ch|uk|fr|eu|us|de|ru|cn)"
_LABEL = r"[\w-]{1,63}"  # what a part of an address may hold; bounded, so that no text takes long
_HOLDS_AT, _HOLDS_SPOKEN_AT = re.compile(_AT, re.I), re.compile(_SPOKEN_AT, re.I)
_HOLDS_BRACKETED_DOT, _HOLDS_SPOKEN_DOT = re.compile(_BRACKETED_DOT), re.compile(_SPOKEN_DOT, re.I)
_EMAIL = re.compile(
    rf"[\w.%+'-]{{1,64}}(?:{_AT}{_LABEL}(?:\s?{_DOT}\s?{_LABEL}|{_SPOKEN_DOT}{_LABEL}){{1,8}}"
    rf"|{_SPOKEN_AT}{_LABEL}(?:{_SPOKEN_DOT}{_LABEL}){{0,8}}{_SPOKEN_DOT}{_LAST}\b)",
    re.I,
)
_HANDLE = re.compile(r"[\w.+-]{0,64}\s?@\s?[\w.-]{0,64}\w")
_SCHEMES = ("http", "hxxp", "ftp", "www")
_PATH = r"[!#-;=?-~]*"  # visible ASCII without quotes and angles
_ADDRESS = re.compile(rf"\b(?:(?:h(?:tt|xx)ps?|ftps?)\s?:\s?/\s?/|www\d?\s?\.)\s?[\w.@-]+{_PATH}", re.I)
_SMALL = r"[a-zа-яёα-ωά-ώ]"
_DOMAIN = re.compile(
    rf"(?<![\w@.,/-])(?:[^\W_](?:[\w-]{{0,61}}[^\W_])?{_DOT}){{1,8}}"
    rf"(?:{_SMALL}{{2,24}}|xn--[\w-]{{1,59}}|COM|ORG|NET|INT|EDU|GOV|INFO|BIZ|Com|Org|Net)(?![\w@-])(?:/{_PATH})?"
    rf"|\b{_LABEL}{_SPOKEN_DOT}{_LAST}\b"
)
_HOLDS_DOT = re.compile(rf"\.(?:{_SMALL}|[A-Z])")
_FILES = frozenset("pdf doc docx xls xlsx csv html htm txt ppt pptx jpg png zip json md".split())
_CLOSING = ".,;:!?)]}'’*_"
_NUMBER_WORDS = "zero nil oh one two three four five six seven eight nine double triple".split()
_NUMBER_WORD = rf"(?:{'|'.join(_NUMBER_WORDS)})"
_FEWEST_DIALLED = 3  # digits, or words for them, that are a number where a word announces it
# What stands before a number that is dialled, be it as short as 112.
_DIALLED = re.compile(
    r"(?:\b(?:call(?:ing|s)?|phone|telephone|tel|dial(?:l?ing|s)?|ring(?:ing)?|text(?:ing)?|sms|fax|mobile|cell|"
    r"whatsapp|viber|telegram|signal|hotline|helpline|ext|extension|appele[rz]|téléphone[rz]?|llam[ae]r?|marque|"
    r"звоните|телефон|тел|اتصل|هاتف|电话|致电|拨打)\b\.?|[☎☏✆📞📱📲🕿])"
    r"[^\w(]{0,3}(?:(?:us|me|them|him|her|on|at|to|the|this|number|line|no|nr|toll|free|is|now|our|confidential|"
    r"au|le|al|по|номер|на|رقم|(?-i:[A-Z]{2,12}) to)\b[^\w(]{0,3}){0,4}"
    rf"(?!\(?24/7)(\+?\(?\d(?:[ ().\-/]{{0,3}}\d){{2,16}}|{_NUMBER_WORD}(?:[\s,-]+{_NUMBER_WORD}){{2,}})(?![\w%])",
    re.I,
)
_ABROAD = re.compile(
    r"(?:\+\s?\(?\s?|(?<![\w.,/-])00\s?(?=[1-9])(?=(?:\D{0,3}\d){9}))\d(?:[ ().\-/]{0,3}[\dOolI]){5,18}(?!\w)"
)
_RUN = re.compile(
    r"(?<![\w.,/$€£¥%+*-])(?:\(\d{1,5}\)[ .\-/]{0,2}\d|\d)(?:[ .\-/]{0,2}\d){5,24}(?![\w%*]|[.,/]\d|[ -]?\()"
)
_LETTERED = re.compile(r"\b(?:\+?1[- ])?8(?:00|[3-8]{2})[- ](?:[A-Z\d]{2,}[- ]?){1,3}[A-Z]\b")
_SPELLED = re.compile(rf"\b{_NUMBER_WORD}(?:[\s,.-]+{_NUMBER_WORD}){{6,}}\b", re.I)
_SPELLED_OUT = re.compile(r"[^\W\d_]{3}")
_YEAR = r"(?:1[89]|20)\d\d"
_NO_PHONE = re.compile(
    rf"(?:{_YEAR}\W{{1,3}})*{_YEAR}"  # years
    rf"|(?:\d{{1,2}}[-./ ]){{2}}{_YEAR}|{_YEAR}(?:[-./ ]\d{{1,2}}){{2}}(?: \d{{1,2}})?|(?:\d\d[./]){{2}}\d\d"  # dates
    rf"|{_YEAR}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])"
    r"|[1-9]\d{0,2}(?:[ .]\d{3})+"  # sums
    r"|(?:\d{1,2}\.){1,5}\d{1,2}"  # numbers of paragraphs
)
_NUMBERED = re.compile(
    r"(?:\b(?:isbn|issn|iban|doi|sales no|paras?|resolutions?|decisions?)\b\.?|[$€£¥]|\b(?:usd?|eur|chf)) ?:? ?$", re.I
)
# How many digits stand between blanks, dots or dashes where a number is written without its country.
_GROUPED = frozenset(
    {(3, 3, 4), (1, 3, 3, 4), (3, 4), (4, 4), (2, 4, 4), (3, 4, 4), (4, 3, 3), (4, 3, 4), (2, 3, 4), (2, 3, 2, 2),
     (3, 3, 2, 2), (3, 2, 2), (3, 3, 3), (2, 7), (2, 8), (3, 7), (3, 8), (4, 6), (4, 7), (5, 5), (5, 6), (1, 10)}
)  # fmt: skip


class ContactLike(NamedTuple):
    """One string that looks like a contact: its kind (``phone``, ``email``, ``handle`` or ``link``), where it stands.

    start and end count characters of the visible text; text is that slice of it; plain is its bare form: the digits
    of a phone, small letters without tricks of anything else.
    """

    kind: str
    start: int
    end: int
    text: str
    plain: str


@dataclass(frozen=True)
class Reaches:
    """Every way to reach somebody that is on file: digits of phones, e-mails, links, and domains of official pages."""

    phones: frozenset[str]
    emails: frozenset[str]
    links: frozenset[str]
    domains: frozenset[str]

    def hold(self, found: ContactLike) -> bool:
        """Whether what was found is on file."""
        if found.kind == "phone":
            spelled = not found.plain or _SPELLED_OUT.search(found.text)  # its letters dial too
            return not spelled and self._dials(found.plain, abroad=found.text.lstrip(" (")[:1] in {"+", "＋"})
        if found.kind == "email":
            return found.plain in self.emails
        if found.kind == "handle":
            return False
        official = Domains(self.domains, frozenset())  # somebody else's form lies on a provider's domain too
        return _bare(found.plain) in self.links or not link_problem(_whole(found.plain), official)

    def _dials(self, digits: str, *, abroad: bool) -> bool:
        """With its country or as dialled at home; a number on file with other digits behind it still leads there."""
        whole = digits if abroad else digits.removeprefix("00") if digits.startswith("00") else ""
        if whole:
            return any(
                len(phone) >= _FEWEST and whole.startswith(phone) and len(whole) - len(phone) <= _MOST_BEHIND
                for phone in self.phones
            )
        at_home = digits.removeprefix("0")
        return digits in self.phones or any(
            at_home and phone.endswith(at_home) and 1 <= len(phone) - len(at_home) <= _LONGEST_COUNTRY
            for phone in self.phones
        )


def reaches(avenues: Iterable[Avenue], links: Iterable[str], domains: Domains) -> Reaches:
    """What lines on file hold, with further links that may be shown."""
    lines = tuple(avenues)
    return Reaches(
        frozenset(_digits(line.phone) for line in lines if line.phone),
        frozenset(line.email.casefold() for line in lines if line.email),
        frozenset(_bare(link) for link in (*links, *(url for line in lines for url in (line.url, line.source_url)))),
        domains.official,
    )


def contact_like(text: str) -> tuple[ContactLike, ...]:
    """Everything in a text that looks like a contact, in the order in which it stands; no two overlap."""
    shown = visible(text)
    plain, places = _plain(shown)
    taken = bytearray(len(plain))
    found = []
    for kind, start, end in _candidates(plain):
        if start < end and not any(taken[start:end]):
            taken[start:end] = b"1" * (end - start)
            at, to = places[start], places[end - 1] + 1
            found.append(ContactLike(kind, at, to, shown[at:to], _kept(kind, plain[start:end])))
    return tuple(sorted(found, key=lambda one: one.start))


def unconfirmed(text: str, on_file: Reaches) -> tuple[str, ...]:
    """What looks like a contact in a text and is not on file, each once, as it stands in the visible text."""
    return tuple(dict.fromkeys(found.text for found in contact_like(text) if not on_file.hold(found)))


def without_contacts(text: str) -> str:
    """A visible text with everything left out that looks like a contact."""
    shown = visible(text)
    for found in reversed(contact_like(text)):
        shown = f"{shown[: found.start]}{LEFT_OUT}{shown[found.end :]}"
    return shown


def _plain(text: str) -> tuple[str, range | list[int]]:
    """A text in plain signs (NFKC, digits of any script, one dash, one blank), and where each of its signs stands."""
    if text.isascii():
        return text, range(len(text))
    plain, places = [], []
    for place, sign in enumerate(text):
        for one in sign if sign.isascii() else unicodedata.normalize("NFKC", sign):
            if one.isspace():
                one = " "
            elif not one.isascii():
                if unicodedata.category(one) in {"Mn", "Me", "Cf"}:
                    continue
                one = str(unicodedata.decimal(one)) if one.isdecimal() else _DASHES.sub("-", one)
            plain.append(one)
            places.append(place)
    return _ideographic_stops("".join(plain)), places


def _ideographic_stops(plain: str) -> str:
    """A full stop of Chinese between Latin letters is read as a dot of an address, as browsers do."""
    return re.sub("(?<=[A-Za-z0-9])\u3002(?=[A-Za-z])", ".", plain)


def _candidates(plain: str) -> Iterator[tuple[str, int, int]]:
    """What may be a contact, the surest kinds first.

    Each kind is looked for only in a text that holds what none of its findings is without: most texts do not.
    """
    small = plain.replace("\u0130", "i").replace("\u0131", "i").lower()  # as expressions that ignore case take them
    spoken = _HOLDS_SPOKEN_DOT.search(plain)
    bracketed = any(sign in plain for sign in "([{<")
    at = ("@" in plain or bracketed) and _HOLDS_AT.search(plain)
    if at or (spoken and _HOLDS_SPOKEN_AT.search(plain)):
        for email in _EMAIL.finditer(plain):
            yield "email", email.start(), _end(plain, email)
    if any(scheme in small for scheme in _SCHEMES):
        for address in _ADDRESS.finditer(plain):
            yield "link", address.start(), _end(plain, address)
    if spoken or _HOLDS_DOT.search(plain) or (bracketed and _HOLDS_BRACKETED_DOT.search(plain)):
        for domain in _DOMAIN.finditer(plain):
            if _is_domain(domain[0]):
                yield "link", domain.start(), _end(plain, domain)
    if "@" in plain:
        for handle in _HANDLE.finditer(plain):
            yield "handle", handle.start(), _end(plain, handle)
    yield from _numbers(plain, small)


def _is_domain(found: str) -> bool:
    """Whether words with dots are an address: not the name of a file, and not an abbreviation such as "d.lgs"."""
    *labels, last = re.split(rf"{_DOT}|{_SPOKEN_DOT}", found.partition("/")[0])
    return "/" in found or (
        last not in _FILES and (len(max(labels, key=len)) > 1 or re.fullmatch(_LAST, last) is not None)
    )


def _numbers(plain: str, small: str) -> Iterator[tuple[str, int, int]]:
    digits, words = len(_digits(plain)), sum(small.count(word) for word in _NUMBER_WORDS)
    announced, spelled = max(digits, words) >= _FEWEST_DIALLED, words >= _FEWEST
    for pattern, may_be_there, is_one, part in (
        (_ABROAD, "+" in plain or "00" in plain, _is_abroad, 0),
        (_LETTERED, "8" in plain, bool, 0),
        (_DIALLED, announced, _is_dialled, 1),
        (_RUN, digits >= _FEWEST, _is_phone, 0),
        (_SPELLED, spelled, bool, 0),
    ):
        for found in pattern.finditer(plain) if may_be_there else ():
            if is_one(found):
                yield "phone", found.start(part), found.end(part)


def _is_abroad(found: re.Match[str]) -> bool:
    return len(_digits(found[0])) >= _FEWEST and len(re.findall(r"\w+", found[0])) <= 2 * _MOST_GROUPS


def _is_dialled(found: re.Match[str]) -> bool:
    return not _NO_PHONE.fullmatch(found[1]) or len(_digits(found[1])) > _LONGEST_DATE


def _is_phone(found: re.Match[str]) -> bool:
    """Whether digits that nothing announces are a phone: not years, a date, a sum, numbering or the row of a table."""
    run, before = found[0], found.string[max(0, found.start() - 12) : found.start()]
    digits, groups = _digits(run), re.findall(r"\d+", run)
    if not _FEWEST <= len(digits) <= _MOST or _NO_PHONE.fullmatch(run) or _NUMBERED.search(before):
        return False
    if run.startswith("("):
        return True
    if run.startswith("0"):
        return len(groups[0]) > 1 and len(groups) <= _MOST_GROUPS and len(digits) > _FEWEST
    if "/" in run:
        return False
    sizes = tuple(map(len, groups))
    if set(sizes) == {1}:
        return len(groups) >= _FEWEST_SPACED and len(set(re.findall(r"\D+", run))) == 1
    if len(groups) == 1:
        return True
    years = any(re.fullmatch(_YEAR, group) for group in groups)
    return sizes in _GROUPED and not (years and sizes != (3, 3, 4)) and not (sizes == (3, 4) and "." in run)


def _end(plain: str, found: re.Match[str]) -> int:
    return found.start() + len(found[0].rstrip(_CLOSING))


def _kept(kind: str, plain: str) -> str:
    if kind == "phone":
        return _digits(plain.translate(_DIGIT_LIKE) if plain.startswith("+") else plain)
    shut = plain.casefold()
    if kind != "link":
        shut = re.sub(rf"{_SPOKEN_DOT}|{_DOT}", ".", re.sub(rf"{_SPOKEN_AT}|{_AT}", "@", shut))
    return re.sub(r"\s", "", shut)


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _whole(link: str) -> str:
    return link if "://" in link else f"https://{link}"


def _bare(link: str) -> str:
    """A link in small letters, without its scheme and last slash."""
    return re.sub(r"^https?://", "", link.casefold()).rstrip("/")
