"""Text of a page → its language: by its script, and for Latin letters by small words of each language."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

OTHER: Final = "other"
_SMALL_WORDS: Final = {  # that no other of these languages has much use for, and some that several have
    "en": "the of and to in for is that on with be by as are it or not this from was at an which have has will "
    "their should all may any its been can who must you your if",
    "fr": "le la les de des du et à au aux en un une est que qui dans pour par sur ce cette ces ne pas plus il elle "
    "son sa ses leur avec ou sont être doit peut nous vous",
    "es": "el la los las de del y a al en un una es que por para con no se su sus lo como más o este esta son ser "
    "sobre entre debe puede si también ha",
    "pt": "o a os as de do da dos das e em no na nos nas um uma é que por para com não se ao à mais ou como ser são "
    "pelo pela deve pode também sua seu",
    "it": "il lo la i gli le di del della dei degli delle e in nel nella un una è che per con non si al alla da dal "
    "dalla sono o come più deve può anche suo sua ai agli alle",
    "de": "der die das und in zu den von mit ist des für im dem nicht ein eine auf als auch es an werden aus er hat "
    "dass sie nach bei oder sind wird durch einer einem über",
    "nl": "de het een en van in is te dat op voor met zijn niet aan er door als ook of worden bij uit deze dit kan "
    "naar wordt heeft hun",
}
_WORD: Final = re.compile(r"[^\W\d_]+")
_LEAST_SHARE: Final = (
    0.12  # of its words that are small words of the language; pages of whole sentences have 0.2 to 0.55
)
_FEWEST_SMALL: Final = 3  # different ones
_FEWEST_LETTERS: Final = 8
_ARABIC_OTHER: Final = frozenset("پچژگکیٹڈڑےہ")  # Persian, Urdu, Kurdish write these; Arabic does not
_CYRILLIC_OTHER: Final = frozenset("іїєґўјљњћђџѓќәғқңөұүһ")  # Ukrainian, Serbian, Kazakh and others; Russian does not
_A_FEW: Final = 0.02  # of the letters: names and misprints


@lru_cache(maxsize=4096)
def script(letter: str) -> str:
    """The script of a letter by its Unicode name: "LATIN", "ARABIC", "CYRILLIC", "HAN", "HIRAGANA" and so on."""
    name = unicodedata.name(letter, "")
    return "HAN" if name.startswith("CJK") else name.split(" ", 1)[0]


def script_language(found: str, letters: Mapping[str, int], scripts: Mapping[str, int], least: float = 0.0) -> str:
    """The language of a text in a script that is not Latin: "ar", "ru" or "zh", or "other" for any further one.

    letters and scripts say how often each stands in the text; letters of other languages that are rarer than the share
    `least` are passed over.
    """
    total = sum(letters.values())

    def any_of(others: frozenset[str]) -> bool:
        return sum(letters.get(letter, 0) for letter in others) > least * total

    if found == "ARABIC":
        return OTHER if any_of(_ARABIC_OTHER) else "ar"
    if found == "CYRILLIC":
        return OTHER if any_of(_CYRILLIC_OTHER) else "ru"
    if found == "HAN":
        return OTHER if scripts.get("HIRAGANA", 0) + scripts.get("KATAKANA", 0) > least * total else "zh"
    return OTHER


def page_language(text: str) -> str:
    """The language of a page: one of "en fr es pt it de nl ar ru zh other", or "" where it does not tell.

    A page in two languages has the one that more of it is written in. One of Latin letters does not tell when it is
    short, a list of names, or in a language that is not known here.
    """
    text = unicodedata.normalize("NFKC", text).lower()
    letters = Counter(letter for letter in text if letter.isalpha())
    scripts: Counter[str] = Counter()
    for letter, count in letters.items():
        scripts[script(letter)] += count
    weight = scripts + Counter({"HAN": scripts["HAN"]})  # one Chinese sign says as much as two letters at least
    if letters.total() < _FEWEST_LETTERS:
        return ""
    most = max(weight, key=lambda name: (weight[name], name))
    return _latin(text) if most == "LATIN" else script_language(most, letters, scripts, _A_FEW)


def _latin(text: str) -> str:
    words = _words(text)
    language, share = _best(words)
    return language if share >= _LEAST_SHARE and len(_SMALL[language] & set(words)) >= _FEWEST_SMALL else ""


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())


def _best(words: list[str]) -> tuple[str, float]:
    """The language that most of these words are small words of, and their share; the first of equal ones."""
    counts = Counter(words)
    shares = {language: sum(counts[word] for word in small) / max(len(words), 1) for language, small in _SMALL.items()}
    best = max(shares, key=lambda language: shares[language])
    return best, shares[best]


_SMALL: Final = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}
