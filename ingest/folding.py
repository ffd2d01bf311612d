"""Text as a page gives it → text as it is shown, and text as it is compared."""

from __future__ import annotations

import re
import unicodedata

_SOFT_HYPHEN = re.compile("\u00ad(?:[^\\S\n]*\n\\s*)?")
_MENDED = re.compile(r"(?<=[^\W\d_])[-\u2010][^\S\n]*\n\s*(?=[^\W\d_])")
_KEPT = re.compile(r"(?<=\w[-\u2010])[^\S\n]*\n\s*(?=\w)")
_SPACE = re.compile(r"\s+")


def tidy(text: str) -> str:
    """The text as it is shown: white space made single, soft hyphens out, words cut at a line end joined again.

    A hyphen at a line end is dropped with the line end when a lower-case letter follows ("manage-⏎ment" →
    "management"); otherwise only the line end is dropped ("Secretary-⏎General", "2017-⏎18"). Nothing else changes.
    """
    text = _SOFT_HYPHEN.sub("", text)
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
