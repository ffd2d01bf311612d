"""text of any origin → what a person can see of it: nothing that hides, turns text around or steers a terminal."""

from __future__ import annotations

import re
from typing import Final

from ingest.folding import without_invisible

# What may stand in raw text, where it means something, and in nothing that is shown: soft hyphens, returns and feeds,
# halves of characters, and what is no character.
_RAW: Final = re.compile("[\x0b-\x0d\x1c-\x1f\x85\u00ad\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U00013430-\U0001343f]")
_BREAK: Final = re.compile("[\u2028\u2029]")


def visible(text: str) -> str:
    """A text without what cannot be seen; breaks of lines and paragraphs that are no line ends become blanks.

    Emoji and every script stay readable. For showing only: a quote is held against its page as it is.
    """
    if text.isascii() and text.isprintable():
        return text
    return without_invisible(_RAW.sub("", _BREAK.sub(" ", text)))
