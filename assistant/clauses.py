"""question → the document, clauses and exact words that it names, to be looked up as they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from ingest.identity import NamesIn
from ingest.lexical import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_KINDS = {  # how people write what a text is divided into
    "section": r"sections?|sect?s?\.|sect?(?=\s?\d)|§{1,2}",
    "paragraph": r"(?:sub-?)?paragraphs?|paras?\.?|pars?\.|¶{1,2}|clauses?|provisions?|points?|items?",
    "article": r"articles?|arts?\.",
    "rule": r"rules?|regulations?",
    "chapter": r"chapters?|parts?",
    "annex": r"annex(?:es)?|appendix|appendices",
}
_KIND = "|".join(f"(?P<{kind}>{spelling})" for kind, spelling in _KINDS.items())
_ITEMS = r"(?:\s?\((?:[a-z]{1,2}|[ivxl]{1,5}|\d{1,2})\)){0,4}"
_NUMBER = rf"\d{{1,3}}(?:\.\d{{1,3}}){{0,3}}(?![\d/]){_ITEMS}"
_LABEL = rf"(?:{_NUMBER}|(?-i:[IVXL]{{1,6}})\b(?!\.?[A-Za-z/]))"
_AND = r"\s?(?:,\s?(?:and|or)?|and|or|&|to|–|-)\s?"
_CITED = re.compile(
    rf"(?:(?<!\w)(?:{_KIND})(?:\s?(?:no|number|nr)\.?)?\s?)(?P<labels>{_LABEL}(?:{_AND}{_LABEL}){{0,5}})(?![\w/])", re.I
)
_BARE = re.compile(
    rf"(?<![\w./(-])(\d{{1,3}}(?:\.\d{{1,3}}){{1,3}}(?![\d/]){_ITEMS}|\d{{1,3}}{_ITEMS[:-5]}{{1,4}})(?![\w/%])"
)
_ONE = re.compile(rf"({_AND})?({_LABEL})", re.I)
_RANGE = re.compile(r"\s?(?:to|–|-)\s?", re.I)
_MOST = 12  # clauses of one question
_SYMBOL = re.compile(
    r"(?<![\w/.])(?-i:[A-Z]{1,8})(?:\s?/\s?[A-Za-z0-9](?:[A-Za-z0-9.]*[A-Za-z0-9])?){1,6}(?:\s?\((?:Part|Sect|Vol)[^)]{1,12}\))?"
)
_QUOTED = re.compile(r"“([^“”]{3,300})”|\"([^\"]{3,300})\"|«([^«»]{3,300})»|‘([^‘’]{3,300})’(?!\w)")
_FOREIGN = re.compile(r"\s*(?:of|in|under|from|to)\s+(?:the\s+)?(?P<name>[^?!,;]{2,80})", re.I)
_SAME = re.compile(  # "of this policy" names no document
    r"(?:this|that|these|those|same|our|my|it|its|full|whole|said|above)\b"
    r"|(?:policy|document|documents|text|guide|bulletin|circular|instruction|rules?|book|manual|report|pdf)\b\W*$",
    re.I,
)
_STAFF_RULE = re.compile(r"\bstaff\s+(?:rules?|regulations?)\b", re.I)
_ASKS = re.compile(
    r"\b(?:what|who|whom|whose|when|where|why|how|which|is|are|was|does|do|did|can|may|must|should)\b", re.I
)
_BESIDE = 1  # stems that may stand beside the name of a text that nobody knows
_FILLER = frozenset(  # stems of what people say around the name of a text
    "show give quot read cite find look open text full whole entir exact precis word verbatim word say state state "
    "contain provid document polici guid bulletin circular instruct paragraph section claus articl rule regul point "
    "item annex appendix chapter part provis number no para pleas tell want need see me titl symbol stand written "
    "write print phrase sentenc passag content standard official un current latest".split()
)
_LOOKS = re.compile(
    r"\b(?:where|which|what|who) (?:\w+ ){0,4}?(?:says?|said|states?|stands?|written|words?|reads?|uses?|contains?|"
    r"find|phrase)\b|\b(?:find|look for|look up|search|quote|cite|exact words|phrase|verbatim|wording)\b",
    re.I,
)


class Known(Protocol):
    """What a document is named by; a row of the catalogue and a card of the index both are."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def symbol(self) -> str: ...  # noqa: D102
    @property
    def issuer(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Clause:
    """A place of a text as people cite it: kind says how it is divided, or "", label is such as "2.4 (b)" or "II"."""

    kind: str
    label: str


@dataclass(frozen=True)
class Named:
    """What a question names. documents are ids; by_symbol says that they are named by it, not by their titles.

    strange says that it names a text that nobody here knows; rest are the stems of all else that it says, and alone
    that it says nothing else and asks nothing.
    """

    documents: tuple[str, ...] = ()
    by_symbol: bool = False
    clauses: tuple[Clause, ...] = ()
    phrase: str = ""
    strange: bool = False
    rest: frozenset[str] = frozenset()
    alone: bool = False


def asks(text: str) -> bool:
    """Whether a text asks something, in words that ask."""
    return bool(_ASKS.search(text))


def named(question: str, known: Sequence[Known]) -> Named:
    """What a question names, of the documents that are known."""
    documents, by_symbol, left = _documents(question, known)
    unknown = [found for found in _SYMBOL.findall(left) if re.search(r"\d", found)]
    for symbol in unknown:
        left = left.replace(symbol, " ")
    clauses, left, after = _clauses(left, bare=bool(documents or unknown))
    phrase, left = _phrase(left, in_document=bool(documents))
    rest = frozenset(words(left)) - _FILLER
    strange = bool(unknown) and not documents
    name = "" if documents or strange or not clauses else _name(question, after)
    if name:
        documents = _loosely(name, known)
        beside = rest - set(words(name))
        strange = not documents and len(beside) <= _BESIDE and any(word[0].isupper() for word in name.split())
        rest = beside if documents else rest
    alone = not rest and (by_symbol or strange or not asks(left))
    return Named(documents, by_symbol, clauses, phrase, strange, rest, alone)


def _documents(question: str, known: Sequence[Known]) -> tuple[tuple[str, ...], bool, str]:
    """The documents that a question names, whether by symbol, and the question without their names."""
    left, names = question, NamesIn(question)
    by_symbol = [one for one in known if one.symbol and names.symbol(one.symbol)]
    for one in by_symbol:
        left = re.sub(r"\s*".join(map(re.escape, one.symbol.replace(" ", ""))), " ", left, flags=re.I)
    if by_symbol:
        return tuple(dict.fromkeys(one.id for one in by_symbol)), True, left
    found = [(title, one) for one in known for title in _titles(one.title) if names.title(title)]
    longest = max((len(title) for title, _ in found), default=0)
    titled = [(title, one) for title, one in found if len(title) == longest]
    for title in {title for title, _ in titled}:
        left = re.sub(r"\W*".join(map(re.escape, re.findall(r"\w+", title))), " ", left, flags=re.I)
    return tuple(dict.fromkeys(one.id for _, one in titled)), False, left


def _titles(title: str) -> Iterator[str]:
    """A title, and the part before its colon where that says enough to name it."""
    yield title
    short = title.split(":")[0]
    if len(short.split()) > 1:
        yield short


def _loosely(name: str, known: Sequence[Known]) -> tuple[str, ...]:
    """The documents whose issuer, title and symbol hold every word of a name: "the UNDP policy", "staff rules"."""
    wanted = set(words(name))
    found = (one for one in known if wanted <= _stems(f"{one.issuer} {one.title} {one.symbol}"))
    return tuple(dict.fromkeys(one.id for one in found)) if len(wanted) > 1 else ()


@lru_cache(maxsize=8192)
def _stems(of_document: str) -> frozenset[str]:
    """The stems of what a document is called; the same for every question."""
    return frozenset(words(of_document))


def _name(question: str, after: str) -> str:
    """How a clause's text is called where it is: "article 8 of the European Convention", "Staff Rule 1.2"."""
    found = _FOREIGN.match(after)
    if found and not _SAME.match(found["name"].strip()):
        return found["name"].strip()
    staff = _STAFF_RULE.search(question)
    return staff.group() if staff else ""


def _clauses(text: str, *, bare: bool) -> tuple[tuple[Clause, ...], str, str]:
    """The clauses that are cited, the text without them, and what follows the last one."""
    clauses, after, left = [], "", text
    for found in _CITED.finditer(text):
        kind = next(name for name in _KINDS if found[name])
        clauses += [Clause(kind, label) for label in _labels(found["labels"])]
        after, left = text[found.end() :], left.replace(found.group(), " ", 1)
    alone = re.fullmatch(rf"\W*{_BARE.pattern}\W*", text)
    if not clauses and (bare or alone or re.match(rf"\W*{_BARE.pattern}\s+(?:of|in)\b", text)):
        for number in _BARE.finditer(text):
            clauses.append(Clause("", _tidy(number[1])))
            after, left = text[number.end() :], left.replace(number.group(), " ", 1)
    return tuple(dict.fromkeys(clauses))[:_MOST], left, after


def _labels(cited: str) -> Iterator[str]:
    """Each of "4", "4 and 5", "4, 5 (a)"; every number of "4 to 6"."""
    last = ""
    for joint, label in _ONE.findall(cited):
        tidy = _tidy(label)
        if joint and _RANGE.fullmatch(joint) and last.isdigit() and tidy.isdigit():
            yield from (str(n) for n in range(int(last) + 1, min(int(tidy), int(last) + _MOST) + 1))
        else:
            yield tidy
        last = tidy


def _tidy(label: str) -> str:
    """A label as it stands in citations: "2.4(b)(ii)" → "2.4 (b) (ii)"."""
    number, *items = re.split(r"\s*(?=\()", label.strip())
    return " ".join([number.strip(), *(item.lower() for item in items if item)])


def _phrase(text: str, *, in_document: bool) -> tuple[str, str]:
    """The words in quotation marks that are looked for, and the text without them; "" when none are."""
    found = _QUOTED.search(text)
    if not found:
        return "", text
    phrase = next(group for group in found.groups() if group).strip(" .,;:!?…")
    around = text.replace(found.group(), " ")
    looked_for = in_document or _LOOKS.search(around) or set(words(around)) <= _FILLER
    return (phrase, around) if looked_for and len(phrase.split()) > 1 else ("", text)
