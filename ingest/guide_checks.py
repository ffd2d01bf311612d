"""Guides and facts → what a guide says that its facts do not carry; what a reader would call an invented rule."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.guide_text import Guide, GuideParagraph

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ingest.facts import Fact

_FIGURE = re.compile(r"[A-Z/]*[0-9](?:[0-9A-Za-z/.,\-+]*[0-9A-Za-z])?")  # 90, 70, 24-hour, ST/SGB/2019/8
_NUMBER_WORD = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|dozens?|hundreds?|thousands?|millions?|half|thirds?|"
    r"quarters?|twice|double)\b",
    re.I,
)
_MONTH = (
    "January|February|March|April|May|June|July|August|September|October|November|December"  # with a day or year only
)
_DATED = re.compile(rf"[0-9]{{1,2}} (?:{_MONTH})\b|\b(?:{_MONTH}) [0-9]{{1,4}}\b")
_REACH = re.compile(r"@|\+\s?[0-9]|(?!(?:19|20)\d\d-(?:19|20)\d\d)[0-9](?:[ .()-]?[0-9]){6,}")  # e-mail or phone
_BLAME = ("alleged", "claims to", "false report", "how to prove", "tell us what happened", "you must report")


def figures(text: str) -> set[str]:
    """Every number, symbol, number word and dated month of a text; "undocs.org/" before a symbol is left out."""
    plain = text.replace("undocs.org/", " ")
    months = {word for date in _DATED.findall(plain) for word in date.split() if word.isalpha()}
    return set(_FIGURE.findall(plain)) | {word.casefold() for word in _NUMBER_WORD.findall(plain)} | months


def guide_problems(guide: Guide, facts: Mapping[str, Fact]) -> Iterator[str]:
    """Everything that a guide states without one of its facts, or says as it must not, as "paragraph N: …"."""
    for part in guide.parts:
        if isinstance(part, GuideParagraph):
            for problem in _paragraph_problems(part, facts):
                yield f"paragraph {part.number}: {problem}"


def _paragraph_problems(paragraph: GuideParagraph, facts: Mapping[str, Fact]) -> Iterator[str]:
    known = [facts[name] for name in paragraph.facts if name in facts]
    carried = figures(" ".join(f"{fact.statement} {fact.document}" for fact in known))
    for figure in sorted(figures(paragraph.text) - carried):
        yield f'none of its facts says "{figure}". Take it out, or name the fact that does.'
    if _REACH.search(paragraph.text):
        yield "it holds a phone number or an e-mail address. Those belong in contacts/."
    for words in _BLAME:
        if words in paragraph.text.casefold():
            yield f'it says "{words.strip()}". Choose words that neither doubt nor order.'
