"""text → its words as the rules made of words read them: small letters, no accents, words as they are meant."""

from __future__ import annotations

import functools
import re
import unicodedata
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_ADULT = 18
_SENTENCE_END = re.compile(r"[.!?;…؟。！？]+|\n\s*\n")
_WORD = re.compile(  # Chinese writes no spaces: each sign is a word
    r"#year|#number|#under18|[\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3400-\u9fff\uf900-\ufaff]+(?:['*]+[^\W_\u3400-\u9fff\uf900-\ufaff]+)*"
)
_STEM = re.compile(rf"~?(?:{_WORD.pattern})~?")  # in a rule: "kill~" is any word that begins so, "~kill~" any with it
_SAME_LETTERS = str.maketrans(
    {"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ٱ": "ا", "ـ": None}
)  # no accents tell them apart
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}")  # s.a. → sa
_SPACED = re.compile(r"\b(?:[a-z][ .*-]){2,}[a-z]\b")  # k i l l → kill
_FIGURES = re.compile(r"(?<=[a-z])[01345@$](?=[a-z])")  # k1ll → kill
_MEANT = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "@": "a", "$": "s"}
_DOUBLED = re.compile(r"([a-z])\1+|([^\W\d_])\2{2,}")


def _plain(text: str) -> str:
    """Small letters, no accents, one kind of apostrophe, nothing invisible, and words as they are meant.

    People write "k1ll", "s.a.", "r a p e" so that no machine should read it.
    """
    if text.isascii():
        text = text.lower().replace("`", "'")
    else:
        text = unicodedata.normalize("NFKD", re.sub("[’‘`´ʼ′＇]", "'", text)).lower()
        if not text.isascii():
            unseen = {c for c in set(text) if unicodedata.category(c) in {"Mn", "Cf"}}
            text = text.translate(_SAME_LETTERS | dict.fromkeys(map(ord, unseen)))
    text = _DOTTED.sub(lambda found: found.group().replace(".", ""), text)
    text = _SPACED.sub(lambda found: re.sub(r"[^a-z]", "", found.group()), text)
    return _FIGURES.sub(lambda found: _MEANT[found.group()], text)


def words_by_sentence(text: str, spelling: Mapping[str, str]) -> Iterator[list[str]]:
    """The words of each sentence of a text, read as spelling says, in the order of the text."""
    for sentence in _SENTENCE_END.split(_plain(text)):
        yield _words(sentence, spelling)


def _is_plain(text: str) -> bool:
    """Whether _plain and _WORD would leave the words of a text as they are; most phrases of the rules are so."""
    return text.isascii() and text.islower() and text.replace(" ", "").isalpha() and not _SPACED.search(text)


def _words(text: str, spelling: Mapping[str, str]) -> list[str]:
    return [word for written in _WORD.findall(text) for word in _read_as(written, spelling)]


def _read_as(written: str, spelling: Mapping[str, str]) -> tuple[str, ...]:
    """The words that one written word is read as."""
    word = _squeezed(written)
    start, apostrophe, rest = word.partition("'")
    if rest and word not in spelling and start + apostrophe in spelling:  # French: l'enfant, m'a
        return _read_as(start + apostrophe, spelling) + _read_as(rest, spelling)
    return tuple(map(_squeezed, spelling.get(word, word).replace("'", "").replace("*", " ").split()))


def _squeezed(word: str) -> str:
    if word.isdecimal():
        if len(word) == 4 and int(word) // 100 in {19, 20}:
            return "#year"
        return "#under18" if 0 < int(word[:4]) < _ADULT else "#number"
    return _DOUBLED.sub(r"\1\2", word) if _DOUBLED.search(word) else word


def phrase_reader(spelling: Mapping[str, str], stems: set[str]) -> Callable[[str], tuple[str, ...]]:
    """What reads a phrase of the rules as words; it adds the stems that it comes upon."""
    # Lives as long as the rules are read and sees their words only: a person's words are never kept.
    word = functools.cache(lambda written: _read_as(written, spelling))
    plain: dict[str, tuple[str, ...]] = {}  # words of small letters; nearly all phrases are made of such alone

    def read(text: str) -> tuple[str, ...]:
        if not _SPACED.search(text):
            try:
                return tuple(chain.from_iterable([plain[written] for written in text.split()]))
            except KeyError:
                pass
        if _is_plain(text):
            plain.update((written, word(written)) for written in text.split())
            return tuple(one for written in text.split() for one in plain[written])
        found = _STEM.findall(_plain(text))
        stems.update(_squeezed(written) for written in found if "~" in written)
        return tuple(one for written in found for one in ((_squeezed(written),) if "~" in written else word(written)))

    return read


def spellings(written: Mapping[str, str]) -> dict[str, str]:
    """Spellings as a file of rules writes them → the same, found by a word as it is read."""
    return {_squeezed(_plain(one)): read for one, read in written.items()}
