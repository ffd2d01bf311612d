"""Text as a page gives it → text as it is shown, and text as it is compared."""

from __future__ import annotations

import re
import unicodedata

_SOFT_HYPHEN = re.compile("\u00ad(?:[^\\S\n]*\n\\s*)?")
_MENDED = re.compile(r"(?<=[^\W\d_])[-\u2010][^\S\n]*\n\s*(?=[^\W\d_])")
_KEPT = re.compile(r"(?<=\w[-\u2010])[^\S\n]*\n\s*(?=\w)")
_SPACE = re.compile(r"\s+")
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
    "management"); otherwise only the line end is dropped ("Secretary-⏎General", "2017-⏎18"). Nothing else changes.
    """
    text = _SOFT_HYPHEN.sub("", without_invisible(text))
    text = _MENDED.sub(lambda cut: "" if text[cut.end()].islower() else cut.group()[0], text)
    text = _KEPT.sub("", text)
    return _SPACE.sub(" ", text).strip()


def fold(text: str) -> str:
    """The text as it is compared: `tidy`, then Unicode NFKC, then single white space again.

    A quote is exact when its spans, joined by `join` and folded, equal its shown text folded.
    """
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", tidy(text))).strip()


def join(parts: list[tuple[int, str]]) -> str:
    """Join the raw text of spans, given as (page, text) in reading order.

    Spans of one page follow each other with nothing between (they hold their own white space); a line break stands
    where the page changes.
    """
    joined = ""
    for n, (page, text) in enumerate(parts):
        joined += ("\n" if n and parts[n - 1][0] != page else "") + text
    return joined
