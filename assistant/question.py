"""what a person typed → what is looked for: plain, without markup, in the words that rules have."""

from __future__ import annotations

import re
import unicodedata

LONGEST_QUESTION = 2000  # characters
LONGEST_LOOKED_AT = 20_000  # characters; as much as can be typed in the page
# Taken out of what is searched for; words of danger are looked for before.
_MARKUP = re.compile(r"!?\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)|</?[a-zA-Z][^<>]{0,500}>|https?://\S{1,500}|[*_`#|~]+")
_ASKS_FOR_TIME = re.compile(r"\bhow long (do|does|can|may|have) (i|we|one|staff|you)\b|\btoo late\b|\bby when\b", re.I)
_WITHOUT_A_REPORT = re.compile(
    r"\bwithout (?:(?:making|filing|starting|doing|having|it becoming|it being) )?(?:(?:a|an|any|the) )?(?:formal )?"
    r"(?:reports?|reporting|complaints?|complaining|case)\b",
    re.I,
)


def both_ends(text: str) -> str:
    """What is looked at for words of danger: all of a text, or the two ends of a book; everybody waits meanwhile."""
    half = LONGEST_LOOKED_AT // 2
    return text if len(text) <= LONGEST_LOOKED_AT else f"{text[:half]} … {text[-half:]}"


def plain(question: str) -> str:
    """A question without control, invisible and bidirectional characters; white space made single."""
    if question.isascii() and question.isprintable():
        return " ".join(question.split())
    visible = (c for c in question if unicodedata.category(c) != "Cf")  # they stand inside words
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in visible)
    return " ".join(kept.split())


def without_markup(question: str) -> str:
    """A question without links, tags and signs of emphasis."""
    return " ".join(_MARKUP.sub(" ", question).split())


def in_rule_words(question: str) -> str:
    """A question with the words that rules have for how long something may take, and for talking without a report.

    Words and vectors do not see the "without": who asks for it would be told where to report.
    """
    timed = f"{question} (time limit)" if _ASKS_FOR_TIME.search(question) else question
    return _WITHOUT_A_REPORT.sub("who keeps it secret", timed)
