"""Referral, avenues → plain text; the words that the page, the terminal and the printed sheet say of a contact."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from ingest.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assistant.referral import Avenue, Referral
    from assistant.wording import Wording

_WIDTH = 96  # characters
_TELLING = {
    "no": "label.telling_is_not_a_report",
    "yes": "label.telling_is_a_report",
    "may become one": "label.telling_may_become_a_report",
}


def plain(text: str) -> str:
    """Leave out what would steer a terminal or turn text around, on one line; a file must not do either."""
    return visible(text).replace("\n", " ").replace("\t", " ")


def wrapped(text: str, indent: str = "") -> str:
    """Lines of at most 96 characters; a link or a number is never cut."""
    return textwrap.fill(
        plain(text),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def telling(avenue: Avenue, words: Wording) -> str:
    """What telling them means; "" where nobody knows."""
    key = _TELLING.get(avenue.telling_is_a_report)
    return words[key] if key else ""


def standing(avenue: Avenue, words: Wording) -> str:
    """Which office confirmed the line, and when; else that it has to be checked."""
    if avenue.confirmed:
        return words.filled("label.confirmed_by", office=avenue.verified_by, date=avenue.verified_on)
    return words["label.check_official_page"]


def confidential(avenue: Avenue, words: Wording) -> str:
    """What stays private, with its label; "" where nothing is known."""
    return f"{words['label.confidential']}: {avenue.confidential}" if avenue.confidential else ""


def anonymous(avenue: Avenue, words: Wording) -> str:
    """Whether one can stay unnamed, with its label; "" where nothing is known."""
    return f"{words['label.anonymous']}: {avenue.anonymous}" if avenue.anonymous else ""


def reach(avenue: Avenue) -> str:
    """Phone, e-mail and link on one line; "" only for a line that has none."""
    return " · ".join(part for part in (avenue.phone, avenue.email, avenue.url) if part)


def standing_with_page(avenue: Avenue, words: Wording) -> str:
    """Who confirmed the line, or that it has to be checked, and the page for that where it is not named already."""
    said, page = standing(avenue, words), avenue.official_page
    return said if avenue.confirmed or page in ("", avenue.url) else f"{said}: {page}"


def avenue_lines(avenue: Avenue, words: Wording) -> tuple[str, ...]:
    """All that is said of a contact below its name, in the order in which the page says it."""
    said = (
        telling(avenue, words),
        avenue.who_may_use,
        reach(avenue),
        standing_with_page(avenue, words),
        avenue.hours,
        confidential(avenue, words),
        anonymous(avenue, words),
        avenue.note,
    )
    return tuple(line for line in said if line)


def avenue_text(avenue: Avenue, words: Wording, mark: str = "") -> str:
    """One contact as a block of lines; mark stands after its name."""
    name = wrapped(f"- {avenue.name}{mark}")
    return "\n".join((name, *(f"    {plain(line)}" for line in avenue_lines(avenue, words))))


def avenues_text(avenues: Iterable[Avenue], words: Wording, *, ids: bool = False) -> Iterator[str]:
    """Blocks of text, one for each contact; ids puts each line's id in brackets after its name."""
    for avenue in avenues:
        yield avenue_text(avenue, words, f" [{avenue.id}]" if ids else "")


def referral_texts(referral: Referral) -> tuple[str, ...]:
    """What stands before the contacts: the fixed words, who must pass on what they hear, the entity's note."""
    return tuple(text for text in (referral.text, referral.passing_on, referral.entity_note) if text)


def referral_text(referral: Referral, words: Wording, *, ids: bool = False) -> Iterator[str]:
    """Blocks of text, in the order in which a person reads them, to be parted by empty lines."""
    yield from (wrapped(text) for text in referral_texts(referral))
    yield from avenues_text(referral.avenues, words, ids=ids)
