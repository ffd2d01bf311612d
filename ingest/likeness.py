"""Texts → which of them are the same or nearly the same, by the runs of words that they share.

Likeness is containment after Broder (1997), "On the resemblance and containment of documents": of the runs of eight
words of the shorter text, the share that stands in the longer one too. One in eight runs is kept, chosen by its hash.
"""

from __future__ import annotations

import re
import zlib
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from ingest.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NEARLY_SAME = 0.8  # of the runs of the shorter text
_RUN = 8  # words
_ONE_IN = 8
_FEWEST = 12  # runs that are kept of a text; fewer say nothing


class Alike(NamedTuple):
    """Two texts by their names, and how much of the shorter one stands in the longer one, 0 to 1."""

    one: str
    other: str
    share: float


def alike(texts: Mapping[str, str]) -> Iterator[Alike]:
    """Pairs of texts that are nearly the same, each once, in the order of the texts. Time grows with their square."""
    sketches = {name: _sketch(text) for name, text in texts.items()}
    for one, other in combinations(texts, 2):
        shorter = min(len(sketches[one]), len(sketches[other]))
        if shorter < _FEWEST:
            continue
        share = len(sketches[one] & sketches[other]) / shorter
        if share >= NEARLY_SAME:
            yield Alike(one, other, share)


def _sketch(text: str) -> frozenset[int]:
    words = re.findall(r"\w+", fold(text).casefold())
    runs = (zlib.crc32(" ".join(words[n : n + _RUN]).encode("utf-8", "replace")) for n in range(len(words) - _RUN + 1))
    return frozenset(run for run in runs if run % _ONE_IN == 0)
