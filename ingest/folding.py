"""Text as a page gives it → text as it is shown, as it is compared, and as it is searched."""

from __future__ import annotations

import re
import unicodedata

_SOFT_HYPHEN = re.compile("\u00ad(?:[^\\S\n]*\n\\s*)?")
_MENDED = re.compile(r"(?<=[^\W\d_])[-\u2010][^\S\n]*\n\s*(?=[^\W\d_])")
_KEPT = re.compile(r"(?<=\w[-\u2010])[^\S\n]*\n\s*(?=\w)")
_SPACE = re.compile(r"\s+")
CHINESE = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_WIDE = f"{CHINESE}\u3000-\u303f\uff00-\uff60"  # with the punctuation that goes with it
_UNBROKEN = re.compile(f"(?<=[{_WIDE}])[^\\S\n]*\n\\s*(?=[{_WIDE}])")
# What Unicode calls default ignorable, and control characters: nothing of it can be seen, all of it can carry words.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
_JOINED = "\u0600-\u08ff\u0900-\u0dff\ufb50-\ufdff\ufe70-\ufefc"  # between these letters a joiner is spelling
_JOINER = re.compile(f"(?<![{_JOINED}\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?![{_JOINED}])")


def without_invisible(text: str) -> str:
    """The text without characters that nobody sees: control, tag and bidirectional ones, zero-width ones, fillers.

    A joiner stays between letters of scripts that are spelled with it; soft hyphens are left to `tidy`.
    """
    return _JOINER.sub("", _INVISIBLE.sub("", text))


def tidy(text: str) -> str:
    """The text as it is shown: white space made single, words cut at a line end joined again, nothing invisible.

    A hyphen at a line end is dropped with the line end when a lower-case letter follows ("manage-⏎ment" →
    "management"); otherwise only the line end is dropped ("Secretary-⏎General", "2017-⏎18"). Between Chinese signs,
    which stand without blanks, a line end is dropped. Nothing else changes.
    """
    if not (text.isascii() and text.replace("\n", "").isprintable()):  # else everything in it can be seen
        text = _SOFT_HYPHEN.sub("", without_invisible(text))
    if "\n" in text:
        text = _MENDED.sub(lambda cut: "" if text[cut.end()].islower() else cut.group()[0], text)
        text = _UNBROKEN.sub("", _KEPT.sub("", text))
    return " ".join(text.split())


def fold(text: str) -> str:
    """The text as it is compared: `tidy`, then Unicode NFKC, then single white space again.

    A quote is exact when its spans, joined by `join` and folded, equal its shown text folded.
    """
    text = tidy(text)
    return text if text.isascii() else _SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip()


# Marks that people leave out when they type: accents, Arabic vowel signs and hamza, Hebrew points.
_MARK = re.compile(
    "(?<![\u0400-\u052f])[\u0300-\u036f]+|[\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]+"
)
_ALIKE = str.maketrans({
    "\u0640": "", "\u0649": "\u064a", "\u06cc": "\u064a", "\u0629": "\u0647", "\u0671": "\u0627", "\u06a9": "\u0643",
    "ё": "е",
})  # fmt: skip
_TYPED = str.maketrans(
    "\u2018\u2019\u02bc\u2032`\u201c\u201d\u2013\u2014\u2011\u2026\u2022\u00a0\u00b7", "'''''\"\"---.-  "
)


def searchable(text: str) -> str:
    """The text as it is searched, and as a question is: what people type in several ways is written in one.

    Unicode NFKC (presentation forms, ligatures and wide letters are plain ones), small letters, nothing invisible,
    no accents, no Arabic vowel signs or tatweel; the forms of alef, of yeh, of apostrophes and dashes are one each.
    Never shown.
    """
    text = text.translate(_TYPED)
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", _SOFT_HYPHEN.sub("", without_invisible(text))).casefold()
    bare = _MARK.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFKC", bare).translate(_ALIKE)


def join(parts: list[tuple[int, str]]) -> str:
    """Join the raw text of spans, given as (page, text) in reading order.

    Spans of one page follow each other with nothing between (they hold their own white space); a line break stands
    where the page changes.
    """
    joined = ""
    for n, (page, text) in enumerate(parts):
        joined += ("\n" if n and parts[n - 1][0] != page else "") + text
    return joined
