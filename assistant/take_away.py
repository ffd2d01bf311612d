"""contacts and options of an organisation → one A4 page to take along, which tells nothing of who made it or why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from assistant import contact_text as say
from assistant.citing import citation
from assistant.sheet import Fit, alert_text, layout, line_parts
from ingest.arabic import VOWELS
from ingest.typesetting import Layout, Words, typeset, unprintable
from ingest.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.contacts_on_file import Shown
    from assistant.options import Option, SideBySide
    from assistant.quotes import Quote
    from assistant.wording import Wording
    from ingest.avenues import Avenue

FILE_NAME: Final = "information.pdf"  # says nothing of what is in it
_SHORT: Final = 320  # characters; a longer quote is named by its place alone, and never cut


class NotPrintableError(ValueError):
    """The typeface of the PDF lacks a letter of a contact; a browser can print it."""


class _Fit(NamedTuple):
    """How all is made to fit on one page; quotes and rest say whether short quotes and the further contacts stay."""

    first: Fit
    quotes: bool = True
    rest: bool = True


_NOTES: Final = ("note", "anonymous", "who_may_use", "confidential")  # those that one can best do without come first
_BARE: Final = Fit(8, frozenset(_NOTES))
_COMPACT: Final = Fit(8, frozenset((*_NOTES, "hours")), joined=True)
# Smaller type first, then notes go, then the words of quotes, then the contacts behind the first ones, which is said.
# No name, number, address, link or citation is ever cut, nor whether telling somebody is a report.
_FITS: Final = (
    *(_Fit(Fit(size)) for size in (10.5, 10, 9.5, 9, 8.5)),
    *(_Fit(Fit(size, frozenset(_NOTES[:many]))) for many in (1, 2) for size in (8.5, 8)),
    *(_Fit(Fit(8, frozenset(_NOTES[:many]))) for many in (3, 4)),
    *(_Fit(Fit(8, frozenset(_NOTES[:many])), quotes=False) for many in (2, 3, 4)),  # room for notes again
    _Fit(_COMPACT, quotes=False),
    _Fit(_BARE, quotes=False, rest=False),
    _Fit(_COMPACT, quotes=False, rest=False),
)


def can_be_set(words: Wording) -> bool:
    """Whether the typeface of the PDF has every letter of a language's fixed words."""
    return not unprintable("".join(words.texts.values()), words.language)


def _can_be_quoted(text: str, words: Wording) -> bool:
    """Whether the exact words of a quote can stand in the PDF, every sign of them."""
    return not unprintable(visible(text), words.language) and not set(text) & set(VOWELS)


def take_away(shown: Shown, found: SideBySide, words: Wording) -> bytes:
    """The PDF: the same bytes for the same contacts, options and words, whoever asked whatever, on any day.

    One page; only where not even the first contacts fit on it at 8 points is there another, and then nothing is left
    out. Raises NotPrintableError when the typeface lacks a letter of a contact or an option.
    """
    parts = list(_parts(shown, found, words, _FITS[0]))
    if missing := unprintable("".join(part.text for part in parts), words.language):
        raise NotPrintableError(f"The PDF has no letters for {' '.join(missing)}.")
    for fit in _FITS:
        made = typeset(_parts(shown, found, words, fit), _layout(fit.first.size, words.language))
        if made.pages == 1:
            return made.pdf
    return typeset(_parts(shown, found, words, _FITS[0]), _layout(8, words.language)).pdf


def _parts(shown: Shown, found: SideBySide, words: Wording, fit: _Fit) -> Iterator[Words]:
    """All that stands on the page, from top to bottom, without what cannot be seen or turns text around."""
    for part in _told(shown, found, words, fit):
        yield replace(part, text=visible(part.text))


def _told(shown: Shown, found: SideBySide, words: Wording, fit: _Fit) -> Iterator[Words]:
    referral = shown.referral
    first, rest = referral.avenues[: referral.first], referral.avenues[referral.first :]
    yield Words("Title", words["sheet.title"])
    if shown.entity:
        yield Words("Entity", shown.name)
    yield Words("Alert", alert_text(shown, words))
    for text in (*say.referral_texts(referral), *shown.notices):
        yield Words("Text", text)
    for line in first:
        yield from _contact(line, words, fit.first)
    if rest and fit.rest:
        for line in rest:
            yield from _contact(line, words, _COMPACT)
    if found.options:
        yield Words("Options", words["sheet.options"])
    for option in found.options:
        yield from _option(option, [found.quotes[place] for place in option.quotes], words, whole=fit.quotes)
    trimmed = fit.first.without or (rest and not fit.rest) or not fit.quotes
    more = words["sheet.more"] if rest and not fit.rest else words["sheet.trimmed"] if trimmed else ""
    unread = "" if words.reviewed else words["sheet.not_reviewed"]
    yield Words("Foot", " ".join(part for part in (words["sheet.not_policy"], more, unread) if part))


def _contact(line: Avenue, words: Wording, fit: Fit) -> Iterator[Words]:
    """A contact as on the printed sheet; a number stays on one line."""
    whole = line.phone.replace(" ", "\N{NO-BREAK SPACE}")
    for part in line_parts(line, words, fit):
        yield replace(part, text=part.text.replace(line.phone, whole)) if whole else part


def _option(option: Option, quotes: Sequence[Quote], words: Wording, *, whole: bool) -> Iterator[Words]:
    """An option with what is said of it; each quote by its place, a short one in its words too."""
    yield Words("Name", option.title)
    yield Words("Small", " ".join(part for part in (option.said, option.silent and words["sheet.silent"]) if part))
    for quote in quotes:
        text = " […] ".join(quote.parts or (quote.text,))
        if whole and len(text) <= _SHORT and _can_be_quoted(text, words):
            yield Words("Small", f"“{text}”")
        yield Words("Standing", _where(quote, words))


def _where(quote: Quote, words: Wording) -> str:
    """Where a quote stands, and what it is: a guide of ours, a text that was replaced, or one not known to hold."""
    if quote.official:
        status = {"in_force": "label.in_force", "superseded": "label.superseded"}
        return f"{citation(quote)} · {words[status.get(quote.document_status, 'label.status_unknown')]}"
    rests = "; ".join(basis.document for basis in quote.rests_on)
    return f"{citation(quote)} · {words['label.our_guide']}" + (
        f" · {words['label.rests_on']}: {rests}" if rests else ""
    )


def _layout(size: float, language: str) -> Layout:
    """The sheet's looks; every word that is wider than the page goes on in the next line."""
    sheet = layout(size, language)
    options = replace(sheet.styles["Entity"], before=8, after=0)
    styles = {
        name: replace(style, cut_long_words=True) for name, style in (*sheet.styles.items(), ("Options", options))
    }
    return replace(sheet, styles=styles, about={"lang": language}, anonymous=True)
