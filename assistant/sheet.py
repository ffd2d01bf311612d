"""contacts for one entity → a sheet of one A4 page to print, or the same as plain text."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from assistant import contact_text as say
from assistant.contacts_on_file import UsageError
from ingest.typesetting import FROM_THE_RIGHT, GREY, PALE, TEAL, Layout, Style, Words, typeset, unprintable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from assistant.contacts_on_file import OnFile, Shown
    from assistant.wording import Wording
    from ingest.avenues import Avenue

_MARGIN = 40  # points, about 1.4 cm
_WARNED = "#f7ede2"
BEGINS = frozenset({"Title", "Entity", "Alert", "Text", "Name", "Box", "BoxName", "Foot"})  # after an empty line


class Fit(NamedTuple):
    """How a sheet is made to fit on one page: size of its type in points, which notes go, and whether lines join."""

    size: float
    without: frozenset[str] = frozenset()
    joined: bool = False  # what telling them means, how to reach them and who confirmed it stand on one line


_NOTES = ("note", "anonymous", "confidential", "who_may_use")  # those that one can best do without come first
# Smaller type first, then notes go, then lines are joined. No name, number, address or link is ever left out, nor
# whether telling them is a report, nor whether the line was confirmed.
_FITS = (
    *(Fit(size) for size in (10.5, 10, 9.5, 9, 8.5, 8)),
    *(Fit(8, frozenset(_NOTES[:many])) for many in range(1, len(_NOTES) + 1)),
    Fit(8, frozenset((*_NOTES, "hours")), joined=True),
)


def print_sheets(
    here: OnFile, entities: Sequence[str], words: Wording, day: date, out: Path | None, force: bool
) -> Iterator[str]:
    """Write a PDF for each entity, and say which; the sheets' plain text instead where out is None.

    out is a file for one entity, and a folder for more, or where it is a folder already. Raises UsageError, before
    anything is written, when a file is there and force is not given, when the contact files have problems, or when a
    sheet cannot be made.
    """
    if here.reading.problems:
        raise UsageError(
            "The contact files have problems, so a sheet could lack lines. Run: contacts check\n"
            + "\n".join(here.reading.problems)
        )
    shown = {name: here.shown(name, words.language) for name in entities}
    if out is None:
        yield from (sheet_text(sheet, words, day) for sheet in shown.values())
        return
    folder = len(entities) > 1 or out.is_dir()
    paths = {name: out / f"contacts-{name}.pdf" if folder else out for name in entities}
    if there := [str(path) for path in paths.values() if path.exists() and not force]:
        raise UsageError(f"{there[0]} is there already. Give another place with --out, or write over it with --force.")
    made = {paths[name]: sheet_pdf(sheet, words, day) for name, sheet in shown.items()}
    for path, pdf in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(pdf)
        os.replace(part, path)  # noqa: PTH105  one step: a printed sheet is never half a sheet
        yield f"Wrote {path}."


def sheet_pdf(shown: Shown, words: Wording, day: date) -> bytes:
    """The sheet as a PDF of one page; the same bytes for the same contacts, words and day.

    Raises UsageError when it does not fit on one page at 8 points and without notes, or when the typeface of the PDF
    lacks a character.
    """
    parts = list(_parts(shown, words, day, _FITS[0]))
    if missing := unprintable("".join(part.text for part in parts), words.language):
        raise UsageError(
            f"{shown.name}: the PDF has no letters for {' '.join(missing)}. Write these names in Latin letters, "
            "or use --text and print that."
        )
    for fit in _FITS:
        made = typeset(_parts(shown, words, day, fit), layout(fit.size, words.language))
        if made.pages == 1:
            return made.pdf
    raise UsageError(f"{shown.name}: there are too many lines for one page. Use --text and print that.")


def sheet_text(shown: Shown, words: Wording, day: date) -> str:
    """The sheet as plain text, whole."""
    lines: list[str] = []
    for part in sheet_parts(shown, words, day):
        text = "- " * (part.style in {"Name", "BoxName"}) + part.text
        lines += ["", *map(say.wrapped, text.split("\n"))] if part.style in BEGINS else [say.wrapped(text, "    ")]
    return "\n".join(lines[1:]) + "\n"


def sheet_parts(shown: Shown, words: Wording, day: date) -> Iterator[Words]:
    """All that stands on a sheet where there is room for it, from top to bottom, each part with its style."""
    return _parts(shown, words, day, _FITS[0])


def _parts(shown: Shown, words: Wording, day: date, fit: Fit) -> Iterator[Words]:
    """All that stands on a sheet, from top to bottom."""
    yield Words("Title", words["sheet.title"])
    yield Words("Entity", shown.name)
    yield Words("Alert", alert_text(shown, words))
    for text in (*say.referral_texts(shown.referral), *shown.notices):
        yield Words("Text", text)
    for line in shown.referral.avenues:
        yield from line_parts(line, words, fit, "")
    if shown.for_communities:
        yield Words("Box", words["notice.for_communities"])
        for line in shown.for_communities:
            yield from line_parts(line, words, fit, "Box")
    foot = (
        words.filled("sheet.printed", date=day.isoformat()),
        words["sheet.trimmed"] if fit.without else "",
        "" if words.reviewed else words["sheet.not_reviewed"],
    )
    yield Words("Foot", " ".join(part for part in foot if part))


def alert_text(shown: Shown, words: Wording) -> str:
    """What to do in danger: the emergency lines of the office, or the words where it has entered none."""
    alert = [words["sheet.emergency" if shown.emergency else "sheet.emergency_none"]]
    for line in shown.emergency:
        about = " · ".join(part for part in (say.reach(line), line.hours, line.who_may_use) if part)
        alert.append(f"{line.name}: {about} ({say.standing_with_page(line, words)})")
    return "\n".join(alert)


def line_parts(line: Avenue, words: Wording, fit: Fit, box: str = "") -> Iterator[Words]:
    """One contact: name, what telling them means, how to reach them, who confirmed it, and the notes that fit."""
    yield Words(f"{box}Name", line.name)
    told, reached, stands = say.telling(line, words), say.reach(line), say.standing_with_page(line, words)
    if fit.joined:
        yield Words(f"{box}Reach", " · ".join(part for part in (told, reached, stands) if part))
        return
    if told:
        yield Words(f"{box}Telling", told)
    yield Words(f"{box}Reach", reached)
    notes = {
        "who_may_use": line.who_may_use,
        "hours": line.hours,
        "confidential": say.confidential(line, words),
        "anonymous": say.anonymous(line, words),
        "note": line.note,
    }
    if kept := [text for key, text in notes.items() if text and key not in fit.without]:
        apart = "\n" if words.language in FROM_THE_RIGHT else " "  # two languages on one line are hard to read there
        yield Words(f"{box}Small", apart.join(text if text[-1] in ".!?" else f"{text}." for text in kept))
    yield Words(f"{box}Standing", stands)


def layout(size: float, language: str) -> Layout:
    """The sheet's styles, all in step with one size of type; metadata says nothing of what the sheet is about."""
    small, lead = max(size - 1, 8), 1.2
    styles = {
        "Title": Style(size + 7, (size + 7) * lead, bold=True, colour=TEAL, after=1),
        "Entity": Style(size + 2, (size + 2) * lead, bold=True, after=4),
        "Alert": Style(
            size, size * lead, bold=True, background=_WARNED, padding=3, before=4, after=5, cut_long_words=True
        ),
        "Text": Style(size, size * lead, before=3),
        "Box": Style(size, size * lead, bold=True, background=PALE, before=8),
        "Foot": Style(small, small * lead, before=6, colour=GREY),
    }
    for box, paper in (("", None), ("Box", PALE)):
        gap, indent = (0, 0) if box else (4, 10)  # a box has no white in it
        line = Style(small, small * lead, indent=indent, background=paper)
        styles |= {
            f"{box}Name": Style(size, size * lead, bold=True, before=gap, background=paper, cut_long_words=True),
            f"{box}Telling": Style(size, size * lead, colour=TEAL, indent=indent, background=paper),
            f"{box}Reach": Style(size, size * lead, bold=True, indent=indent, background=paper, cut_long_words=True),
            f"{box}Small": line,
            f"{box}Standing": replace(line, colour=GREY, cut_long_words=True),
        }
    about = {"title": "Contacts", "subject": "", "author": "Avenues", "creator": "Avenues", "lang": language}
    return Layout(styles, _MARGIN, top=36, bottom=30, about=about)
