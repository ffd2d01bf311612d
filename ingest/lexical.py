"""Texts → a BM25 index, question → a score for each text; the only module that knows bm25s and the stemmer."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

# k1 and b of BM25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework"); b low: chunks are alike long
K1, B = 1.2, 0.5
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
STOP_WORDS = frozenset(
    "a about after again all also am an and any are as at be because been before being but by can could d did do does "
    "doing don for from further had has have having he her here hers him his how i if in into is it its itself just "
    "ll m me more most my myself no nor not now of off on once only or other our ours out over own re s same she "
    "should so some such t than that the their theirs them then there these they this those through to too under "
    "until up us ve very was we were what when where which while who whom why will with would you your yours".split()
)


@cache
def _stemmer() -> Any:  # Stemmer.Stemmer, which has no type stubs
    import Stemmer

    return Stemmer.Stemmer("english")


def words(text: str) -> list[str]:
    """The stemmed words of a text in order, without stop words; numbers and symbols' parts are words too."""
    plain = [word.removesuffix("'s").removesuffix("’s") for word in _WORD.findall(text.lower())]
    stems: list[str] = _stemmer().stemWords([word for word in plain if word not in STOP_WORDS])
    return stems


def write_lexical(folder: Path, texts: Sequence[str]) -> None:
    """Index texts and write the index to a folder."""
    import bm25s

    index = bm25s.BM25(method="lucene", k1=K1, b=B)
    index.index([words(text) or ["\u2205"] for text in texts], show_progress=False)
    index.save(str(folder))


class Lexical:
    """A BM25 index read from a folder."""

    def __init__(self, folder: Path) -> None:
        import bm25s
        import numpy as np

        self._index = bm25s.BM25.load(str(folder), load_corpus=False)
        self._texts = int(self._index.scores["num_docs"])
        counts = np.diff(np.asarray(self._index.scores["indptr"]))
        idf = np.log(1 + (self._texts - counts + 0.5) / (counts + 0.5))
        self._weights = {word: float(idf[n]) for word, n in self._index.vocab_dict.items() if n < len(idf)}
        self._unseen = float(np.log(1 + (self._texts + 0.5) / 0.5))

    def scores(self, question: str) -> NDArray[np.float32]:
        """The BM25 score of each text for a question, shape (texts,), 0 where no word is shared; higher is better."""
        import numpy as np

        known = [word for word in words(question) if word in self._index.vocab_dict]
        if not known:
            return np.zeros(self._texts, dtype=np.float32)
        return np.asarray(self._index.get_scores(known), dtype=np.float32)

    def coverage(self, question: str, text: str) -> float:
        """The share of a question's weight that a text's words cover, 0 to 1; rare words weigh more.

        The weight is the inverse document frequency of BM25; a word that no text holds weighs as much as the rarest.
        """
        asked = set(words(question))
        if not asked:
            return 0.0
        weights = {word: self._weights.get(word, self._unseen) for word in sorted(asked)}
        held = asked.intersection(words(text))
        return sum(weights[word] for word in sorted(held)) / sum(weights.values())
