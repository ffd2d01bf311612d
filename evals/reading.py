"""Text → the school grade that it asks of a reader."""

import re

_WORD = re.compile(r"[A-Za-z'’]+")
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)")
_VOWELS = re.compile(r"[aeiouy]+")


def reading_grade(text: str) -> float:
    """The Flesch–Kincaid grade: 0.39 words a sentence + 11.8 syllables a word − 15.59 (Kincaid et al. 1975).

    About 0 to 20, lower is easier; a line that ends without a full stop, as the items of a list do, counts as a
    sentence. Syllables are counted by groups of vowels, for English only; 0.0 for a text without words.
    """
    words = _WORD.findall(text)
    if not words:
        return 0.0
    lines = [line for line in text.splitlines() if _WORD.search(line)]
    sentences = sum(max(1, len(_SENTENCE_END.findall(line))) for line in lines)
    return 0.39 * len(words) / sentences + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


def _syllables(word: str) -> int:
    word = word.lower()
    silent = word.endswith("e") and not word.endswith("le")
    return max(1, len(_VOWELS.findall(word)) - silent)
