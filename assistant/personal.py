"""text of a person → the same text without e-mails, phones, staff numbers and names; places and offices stay.

Nothing here needs them: an answer rests on documents. What is taken out is searched for nowhere and shown nowhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from assistant.question import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

LEFT_OUT = "[…]"

_EMAIL = re.compile(
    r"[^\W_][\w.+-]{0,63}\s?(?:@|\(at\)|\[at\]|\{at\})\s?(?:[\w-]{1,63}\s?(?:\.|\(dot\)|\[dot\])\s?){1,4}[^\W\d_]{2,24}",
    re.I,
)
_NUMBERED = re.compile(  # staff number 123456, index no. 123456, passport AB 123456
    r"\b(?P<what>"
    r"(?:staff|index|employee|personnel|badge|id|identity|passport|laissez[- ]?passer|unlp|file|case|matricule)"
    r"(?:\s+(?:card|id))?(?:\s+(?:number|numero|numéro|nr|num|no)\b\.?)?\s*(?:is|:|#|n°|№)?\s*)"
    r"(?P<number>[A-Z]{0,3}[ -]?\d[\d -]{3,14}\d)(?![\w/])",
    re.I,
)
_PHONE = re.compile(r"(?<![\w/.,-])(?:\+|00)?\(?\d[\d ().\-\u2010-\u2013/]{5,24}\d(?![\w/]|[.,]\d)")
_LONG_NUMBER = re.compile(r"(?<![\w/.,-])\d{6,}(?![\w/]|[.,]\d)")
_NO_PHONE = re.compile(  # two years, a number of a law, or a date and perhaps the hour
    r"(?:19|20)\d\d(?:\s?[-\u2010-\u2013/]\s?|\s)(?:19|20)\d\d|\d{1,4}/(?:19|20)\d\d"
    r"|(?:\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)\d\d|(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2})(?: \d{1,2})?"
)
_TITLES = (
    r"mr|mrs|ms|mx|miss|mister|mssrs|dr|doctor|prof|professor|eng|engr|sir|lady|madam|sister|brother|father|rev|reverend|"
    r"sheikh|imam|capt|captain|col|colonel|lt|lieutenant|maj|major|sgt|sergeant|brig|brigadier|cpl|corporal|gen|amb|"
    r"ambassador|judge|mme|mlle|mademoiselle|monsieur|sr|sra|srta|señor|señora|senor|senora|don|doña|herr|frau|г-н|г-жа|"
    r"господин|госпожа|товарищ|السيد|السيدة|الدكتور|الدكتورة|الأستاذ|الأستاذة"
)
_MILD = frozenset(  # titles that are words too: only a name with a capital letter makes them one
    "doctor lady madam miss monsieur mister sister brother father col maj major gen eng sir judge don sr ambassador "
    "captain professor imam corporal lieutenant colonel sergeant rev".split()
)
_SHORTENED = frozenset("col eng gen maj rev sr".split())  # of these, a full stop ends no sentence
_NAME_PART = r"[^\W\d_][\w'’\u2010-]*\.?"
_TITLED = re.compile(
    rf"\b(?P<title>{_TITLES}|(?-i:M(?=\.)))\b(?P<dot>\.?)\s+(?P<names>{_NAME_PART}(?:\s+{_NAME_PART}){{0,4}})", re.I
)
_NAMED = re.compile(
    rf"\b(?P<title>(?:my|his|her|their|whose|the)\s+(?:\w+['’]s\s+)?(?:full\s+|first\s+|last\s+)?name\s+is|i\s+am\s+called|"
    rf"(?:he|she)\s+is\s+called|is\s+named|a\s+(?:man|woman|colleague|person)\s+(?:named|called)|je\s+m['’]appelle|"
    rf"me\s+llamo|меня\s+зовут|اسمي)(?P<dot>)\s+(?P<names>{_NAME_PART}(?:\s+{_NAME_PART}){{0,3}})",
    re.I,
)
_CHINESE = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{1,3})(?=先生|女士|小姐|教授|博士|主任|经理|經理)|(?<=我叫)(?P<own>[\u4e00-\u9fff]{2,4})"
)
_NAMES_WITHOUT_CAPITALS = 2
_INITIAL = 2  # characters: "K."
_VERB = re.compile(r"(?:ed|ing)$")
_PARTICLES = frozenset("de da di del della der den van von bin ibn al el la le abu abd ben du dos das y st".split())
_NO_NAMES = frozenset(  # what follows "dr" or "mr" in a sentence and is no name
    "a also always an and are as ask asked asks at beat beats because but by came can could did do does dr for "
    "from gave general goes got had has hate hates have he her him his hit hits i in is it just keeps kept kiss "
    "kisses knows likes looks made me messages mr my never no not of office on only or our right said saw says "
    "sent she should so still take tells texts that the their them then there they this to told touch touches "
    "tried us used wants was we went were what when where which who who's will with word would wrote you your".split()
)
_NO_CHINESE = frozenset("有 这 那 某 一 老 的 各 些 位 该 本 女 男 总 副".split())


class WithoutPersonal(NamedTuple):
    """The text with "[…]" in the place of each personal detail, and whether there was any."""

    text: str
    found: bool


def without_personal(text: str) -> WithoutPersonal:
    """Take out e-mail addresses, phone and staff numbers, and names that follow a title or "my name is".

    Years, dates, sums, symbols of documents, places and duty stations stay. A text without any is given back as it is.
    """
    left = _EMAIL.sub(LEFT_OUT, text)
    left = _NUMBERED.sub(lambda found: f"{found['what']}{LEFT_OUT}", left)
    left = _PHONE.sub(lambda found: LEFT_OUT if _is_phone(found.group()) else found.group(), left)
    left = _LONG_NUMBER.sub(LEFT_OUT, left)
    left = _without_names(_without_names(left, _TITLED), _NAMED)
    left = _CHINESE.sub(_without_chinese_name, left)
    return WithoutPersonal(left, left != text)


def as_shown(question: str) -> str:
    """A question without personal details, also those with hidden characters in them; as it is where it has none."""
    left = without_personal(plain(question))
    return left.text if left.found else question


def _is_phone(number: str) -> bool:
    digits = sum(sign.isdigit() for sign in number)
    return 7 <= digits <= 16 and not _NO_PHONE.fullmatch(number.strip("()."))


def _without_names(text: str, before: re.Pattern[str]) -> str:
    """Leave out the names that stand after a title, or after what else the pattern looks for."""
    kept, at = "", 0
    while found := before.search(text, at):
        names = _name_length(found["names"], found["title"]) if not _ends_sentence(found) else 0
        end = found.start("names") + names
        kept += text[at : found.start("names")] + (LEFT_OUT if names else "")
        at = end
    return kept + text[at:]


def _ends_sentence(found: re.Match[str]) -> bool:
    """Whether what looked like a title is a word at the end of a sentence: "I never told a doctor. Now …"."""
    return bool(found["dot"]) and found["title"].casefold() in _MILD - _SHORTENED


def _name_length(after: str, title: str) -> int:
    """How many characters of what follows a title are a name; 0 when none is."""
    if title == "miss":  # "I miss Geneva"
        return 0
    mild = title.casefold() in _MILD or " " in title
    places = list(re.finditer(r"\S+", after))
    words, end = [place.group() for place in places], 0
    for number, place in enumerate(places):
        if not _is_name(words, number, mild=mild):
            break
        ends = place.group().endswith(".") and len(place.group()) > _INITIAL  # the sentence does, and the name with it
        end = place.end() - ends
        if ends:
            break
    return end


def _is_name(words: Sequence[str], place: int, *, mild: bool) -> bool:
    """Whether a word after a title belongs to the name, by its letters and those that follow."""
    word = words[place]
    bare = word.strip(".'’").casefold()
    if not (word[0].isupper() or word[0].islower()):  # Arabic has no capital letters
        return place < _NAMES_WITHOUT_CAPITALS and bare not in _NO_NAMES
    if len(word) == _INITIAL and word[0].isupper() and word[1] == ".":
        return True
    if bare in _PARTICLES and place + 1 < len(words) and words[place + 1][0].isupper():
        return True
    if bare in _NO_NAMES or (mild and len(word) > 1 and word.isupper()):  # "the doctor UNHCR sent"
        return False
    return word[0].isupper() or (place == 0 and not mild and not _VERB.search(bare))


def _without_chinese_name(found: re.Match[str]) -> str:
    name = found["own"] or found["name"]
    surname = name[-1] if found["name"] else name
    return found.group() if surname in _NO_CHINESE else found.group().replace(surname, LEFT_OUT)
