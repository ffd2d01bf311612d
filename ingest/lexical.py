"""Texts → a BM25 index, question → a score for each text; the only module that knows bm25s and the stemmer."""

from __future__ import annotations

import json
import math
import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ingest.folding import CHINESE, searchable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

# k1 and b of BM25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework"); b low: chunks are alike long
K1, B = 1.2, 0.5
_STOP_WORD = 0.5  # its weight in a question; that of others is 0.8 to 3
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_IN_SCRIPTS = re.compile(f"[{CHINESE}]+|(?:(?![{CHINESE}])[^\\W_])+(?:'(?:(?![{CHINESE}])[^\\W_])+)?")
_CHINESE = re.compile(f"[{CHINESE}]")
_ELIDED = re.compile(
    r"(?:[cdjlmnst]|qu|un|[dns]?[aeu]ll)'(?=\w{3})"
)  # French and Italian: "l'agente" is found by "agente"
_STEMMERS = (("\u0600", "\u06ff", "arabic"), ("\u0400", "\u052f", "russian"))  # by the first letter of a word
STOP_WORDS = frozenset(
    "a about after again all also am an and any are as at be because been before being but by can could d did do does "
    "doing don for from further had has have having he her here hers him his how i if in into is it its itself just "
    "ll m me more most my myself no nor not now of off on once only or other our ours out over own re s same she "
    "should so some such t than that the their theirs them then there these they this those through to too under "
    "until up us ve very was we were what when where which while who whom why will with would you your yours".split()
)


@cache
def _stemmer(language: str) -> Any:  # Stemmer.Stemmer, which has no type stubs
    import Stemmer

    return Stemmer.Stemmer(language)


def words(text: str) -> list[str]:
    """The stemmed words of a text in order, without stop words; numbers and symbols' parts are words too.

    The text is folded (`ingest.folding.searchable`). Chinese, which has no blanks between words, gives every two signs
    that follow each other. Arabic and Russian words have stems of their own languages, all others those of English.
    """
    text = searchable(text)
    if text.isascii():
        return _stemmed(_WORD.findall(text), "english")
    return [stem for word in _IN_SCRIPTS.findall(text) for stem in _of_script(word)]


def spoken(text: str) -> list[str]:
    """The words of a text in order, folded (`ingest.folding.searchable`), stop words too."""
    return _IN_SCRIPTS.findall(searchable(text))


def stems(found: Sequence[str], language: str) -> list[str]:
    """The stem of each folded word of a language, by its name in English, stop words too."""
    stemmed: list[str] = _stemmer(language).stemWords(list(found))
    return stemmed


def _of_script(word: str) -> list[str]:
    if _CHINESE.match(word):
        return [word[n : n + 2] for n in range(max(len(word) - 1, 1))]
    return _stemmed([word], next((name for first, last, name in _STEMMERS if first <= word[0] <= last), "english"))


def _stemmed(found: list[str], language: str) -> list[str]:
    plain = [_ELIDED.sub("", word).removesuffix("'s") if "'" in word else word for word in found]
    stems: list[str] = _stemmer(language).stemWords([word for word in plain if word not in STOP_WORDS])
    return stems


def _terms(found: Sequence[str]) -> list[str]:
    return [*found, *_pairs(found)]


def _pairs(found: Sequence[str]) -> list[str]:
    """Each two words that follow each other, stop words left out; no word holds a blank."""
    return [f"{first} {second}" for first, second in pairwise(found)]


def write_lexical(folder: Path, texts: Sequence[str]) -> None:
    """Index texts and write the index to a folder."""
    import bm25s

    index = bm25s.BM25(method="lucene", k1=K1, b=B)
    index.index([_terms(words(text)) or ["\u2205"] for text in texts], show_progress=False)
    index.save(str(folder))


class Lexical:
    """A BM25 index read from a folder.

    bm25s has done the scoring when the index was written (each word's share of each text's score, by columns), so
    that asking is a sum over the words of a question; importing bm25s for it would take longer than asking.
    """

    def __init__(self, folder: Path) -> None:
        import numpy as np

        read = {name: np.load(folder / f"{name}.csc.index.npy") for name in ("data", "indices", "indptr")}
        self._shares, self._rows, self._columns = read["data"], read["indices"], read["indptr"]
        self._vocabulary: dict[str, int] = json.loads((folder / "vocab.index.json").read_text(encoding="utf-8"))
        self._texts = int(json.loads((folder / "params.index.json").read_text(encoding="utf-8"))["num_docs"])
        self._unseen = self._idf(0)

    def scores(self, question: str) -> NDArray[np.float32]:
        """The BM25 score of each text for a question, shape (texts,), 0 where no word is shared; higher is better.

        Two words that follow each other in both count as a word too.
        """
        import numpy as np

        scores, asked = np.zeros(self._texts, dtype=np.float32), words(question)
        for term in (*asked, *dict.fromkeys(_pairs(asked))):
            column = self._column(term)
            if column is not None:
                scores[self._rows[column]] += self._shares[column]
        return scores

    def holds(self, word: str) -> bool:
        """Whether any text holds this word, in whatever form."""
        return all(stem in self._vocabulary for stem in words(word))

    def coverage(self, question: str) -> Callable[[Collection[str]], float]:
        """What says of words which share of a question's weight they cover, 0 to 1; rare words weigh more.

        The weight is the inverse document frequency of BM25; a word that no text holds weighs as much as the rarest.
        """
        weights = {word: self._weight(word) for word in sorted(set(words(question)))}
        total = sum(weights.values()) or 1.0

        def covered(held: Collection[str]) -> float:
            return sum(weight for word, weight in weights.items() if word in held) / total

        return covered

    def weights(self, found: Sequence[str]) -> NDArray[np.float32]:
        """How much each word of a question says, shape (words,), above 0: the root of its inverse document frequency.

        A stop word says little, not nothing: "who", "when" and "not" tell questions apart.
        """
        import numpy as np

        stems = (words(word) for word in found)
        says = [math.sqrt(sum(map(self._weight, each)) / len(each)) if each else _STOP_WORD for each in stems]
        return np.array(says, dtype=np.float32)

    def _column(self, word: str) -> slice | None:
        number = self._vocabulary.get(word)
        if number is None or number + 1 >= len(self._columns):
            return None
        return slice(int(self._columns[number]), int(self._columns[number + 1]))

    def _weight(self, word: str) -> float:
        column = self._column(word)
        return self._unseen if column is None else self._idf(column.stop - column.start)

    def _idf(self, texts_with_word: int) -> float:
        return math.log(1 + (self._texts - texts_with_word + 0.5) / (texts_with_word + 0.5))
