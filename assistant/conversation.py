"""question and those before it → what is looked for: itself, or a follow-up with the topic that it leans on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from assistant.names import any_name
from assistant.passages import question_vector, read_ahead
from assistant.question import LONGEST_QUESTION, in_rule_words, plain
from assistant.several import sentence_that_asks, things_asked
from ingest.lexical import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.embeddings import QuestionVector
    from ingest.index import Index

_POLITE = r"(?:(?:ok(?:ay)?|yes|no|thanks?|thank you|right|now|well|alright|got it|i see|sure)\b\W*)*"
_POLITELY = re.compile(rf"\W*{_POLITE}", re.I)
_CHANGE = re.compile(
    rf"\W*{_POLITE}(?:"
    r"(?:(?:i have|here is|and|just)\W+)?(?:an?|one|the|my)?\s*(?:other|another|different|new|next|separate|unrelated)"
    r"\s+(?:question|thing|topic|subject|matter|issue|point)\b"
    r"|something (?:else|different|new)\b|(?:changing|change of|to change|switching)\s+(?:the )?(?:topic|subject)\b"
    r"|(?:forget|leave|leaving|never mind) (?:about )?(?:that|it)\b(?: aside)?|on another (?:note|matter|topic)\b"
    r"|by the way\b|btw\b)\W*",
    re.I,
)
_GOES_ON = re.compile(
    rf"\W*{_POLITE}(?:and|but|or|so|then|also|even|what about|how about|what if|in that case|otherwise|plus|meanwhile|"
    r"same|until|within|which ones?|is that|was that)\b",
    re.I,
)
_FRAGMENT = re.compile(r"\W*(?:without|with|for|to|in|at|by|from|during|after|before|only|also)\b", re.I)
_LEANS = re.compile(
    r"\b(?:it|its|that|this|they|them|their|he|she|him|her|his|there|these|those|one|ones|same|then|such|either|both|"
    r"afterwards|meanwhile|instead|too)\b",
    re.I,
)
_ASKS_ITSELF = re.compile(r"\b(?:how(?! about)|what(?! about| if))\b", re.I)
_ASKS_NOTHING = frozenset(  # what stands around a name where that alone is new
    "a about also am an and are as at be been but by even for from had here how i if in is it like me my now of or our "
    "same so that the then there this to too us was we well were what with would".split()
)
_WHO_IS = re.compile(r"WHO\s+(?i:is|are|was|were|would|had)\b")  # asks who, however it is written
_SAME = re.compile(r"\bthe same\b|\b(?:in )?(?:that|this|which) case\b", re.I)
_NAME = re.compile(r"(?<=\w )(?!I\b)[A-Z]\w|^\W*[A-Z]{3,}")  # of a place, body or person
_OF_ANY_TOPIC = frozenset(  # stems that say nothing of what is talked about
    "long much mani happen take know need want tell say cost thing way get go ask els next give make come let see like "
    "day case mean work time".split()
)
_ROLE = re.compile(
    r"\b(?:interns?|consultants?|contractors?|(?:un )?volunteers?|vendors?|suppliers?|managers?|supervisors?|"
    r"bystanders?|witness(?:es)?|former staff|non-staff|staff members?|staff|employees?|retirees?)\b",
    re.I,
)
_TOKEN = re.compile(r"[^\W_](?:[\w/'’.-]*\w)?")
# What tells a question that leans from one that stands alone, in topic words (docs/decisions/0038): what it has without
# any, that it points back, that it goes on, that it names something, and its cosine with the nearest asked question.
_PIECE, _POINTING, _GOING_ON, _NAMING, _ASKED_ALIKE = 5.8, 1.75, 2.6, 1.3, 6.0
_NOBODY_ASKS = 0.8  # that cosine, where no document has asked questions
_MOST_TOPICS = 6  # more say no more
_WHOLE = 2.0  # topic words between a question that stands alone and one that leans wholly
_MOST_TURNS = 3
_LEANS_ITSELF = 0.5  # from which a turn brings the one before it, too
_TOGETHER, _ALONE, _BEFORE = 1.0, 0.5, 0.5  # weights of the vectors: question with topic, question, turn before
_AGE = 0.5  # times the weight, for each turn further back


class LookedFor(NamedTuple):
    """The words that are looked for and their unit vectors; and the talk that it goes on with."""

    text: str
    vector: QuestionVector
    talk: Talk | None = None


class Talk(NamedTuple):
    """What a follow-up asks by itself, the turn that it leans on, and how much it does, 0 to 1."""

    alone: LookedFor
    before: LookedFor
    leans: float


def read_ahead_alone(index: Index, question: str) -> None:
    """Let the model begin with what a question without any before it is looked for by (`looked_for`)."""
    _read_ahead_alone(index, in_rule_words(_without_change(question)))


def _read_ahead_alone(index: Index, said: str) -> None:
    read_ahead(index, said, later=things_asked(said))


def looked_for(
    index: Index, question: str, history: Sequence[str], organisations: Sequence[str] = ()
) -> Iterator[LookedFor]:
    """What a question asks for after those before it, oldest first; then, where these counted, what it asks alone.

    One that changes the topic, says enough, or is near to what people ask, is taken alone. To others the topic words
    of the turns that they lean on are added, and the vectors mixed; an organisation or a role that such a question
    names stands in the place of the one before; else that one still holds. One that says nothing else asks the turn
    before of that organisation, first of all. organisations are the names that these have.
    """
    _read_ahead_alone(index, in_rule_words(_without_change(question)))  # first, as when it was begun before
    if same := _the_same_of(question, history, organisations):
        yield LookedFor(same, question_vector(index, same))
    leans = 0.0 if _CHANGE.match(question) or not history else _leans(index, question)
    turns = _turns(index, history) if leans else []
    question = _without_change(question)
    said = in_rule_words(question)
    if turns:
        kinds = (re.compile(any_name(organisations)), _ROLE) if organisations else (_ROLE,)
        for n, turn in enumerate(turns):  # the last to be named holds for all before it
            turns[n] = _swapped(turn, "\n".join((question, *turns[:n])), kinds)
        theirs = "" if _named(question, organisations) else _named("\n".join(turns), organisations)
        topic = _topic(turns, question, theirs)
        text = in_rule_words(f"{question.rstrip(' ?.!')} {topic}"[:LONGEST_QUESTION])
        read_ahead(index, text, question, said, *turns)
        vectors = _TOGETHER * question_vector(index, text) + _ALONE * question_vector(index, question)
        for age, turn in enumerate(turns):
            vectors += (_BEFORE * _AGE**age) * question_vector(index, turn)
        alone = LookedFor(said, question_vector(index, said))
        before = LookedFor(turns[0], question_vector(index, turns[0]))
        yield LookedFor(text, vectors.unit(), Talk(alone, before, leans))
        if theirs:
            said = _in(question, theirs)
            alone = LookedFor(said, question_vector(index, said))
        yield alone
    else:
        _read_ahead_alone(index, said)
        yield LookedFor(said, question_vector(index, said))


def _the_same_of(question: str, history: Sequence[str], organisations: Sequence[str]) -> str:
    """The last turn asked of the organisation that a question names, where it says nothing else; "" otherwise.

    "How long does it take in UNICEF?" and "and in UNDP?" → "How long does it take in UNDP?". A turn that says nothing
    else either is passed over. One that names several is asked of none.
    """
    if not organisations or _CHANGE.match(question) or not (named := _names_alone(question, organisations)):
        return ""
    for earlier in reversed(history):
        turn = plain(earlier[:LONGEST_QUESTION])
        if turn and not _names_alone(turn, organisations):
            theirs = set(re.findall(any_name(organisations), turn))
            if len(theirs) > 1:
                return ""
            return in_rule_words(turn.replace(theirs.pop(), named)) if theirs else _in(turn, named)
    return ""


def _in(question: str, organisation: str) -> str:
    """A question, asked of an organisation."""
    if sentence_that_asks(question):
        asked = f"In {organisation}: {question}"
    else:
        asked = f"{question.rstrip(' ?.!')} in {organisation}?"
    return in_rule_words(asked[:LONGEST_QUESTION])


def _named(text: str, organisations: Sequence[str]) -> str:
    """The organisation that a text names first, or ""."""
    found = re.search(any_name(organisations), text) if organisations else None
    return found.group() if found else ""


def _names_alone(question: str, organisations: Sequence[str]) -> str:
    """The organisation that a question names, where it asks nothing by itself, as in "and in UNDP?"; "" otherwise."""
    found = re.search(any_name(organisations), question)
    if not found or _WHO_IS.match(question, found.start()):
        return ""
    rest = _POLITELY.sub("", f"{question[: found.start()]} {question[found.end() :]}", count=1)
    said = {word.lower() for word in _TOKEN.findall(rest)}
    return "" if _ASKS_ITSELF.search(rest) or not said <= _ASKS_NOTHING else found.group()


def _without_change(question: str) -> str:
    """A question without the words before it that say that it is on something else."""
    changes = _CHANGE.match(question)
    return question[changes.end() :] or question if changes else question


def _swapped(turn: str, question: str, kinds: Sequence[re.Pattern[str]]) -> str:
    """A turn with the organisation or role that the question names in the place of its own."""
    for kind in kinds:
        if named := kind.search(question):
            turn = named.group().join(kind.split(turn))
    return turn


def _turns(index: Index, history: Sequence[str]) -> list[str]:
    """The turns that a follow-up leans on, the last one first; those before it where that leans on them in turn."""
    turns: list[str] = []
    for earlier in reversed(history):
        if len(turns) == _MOST_TURNS or (turns and _leans(index, turns[-1]) < _LEANS_ITSELF):
            break
        before = plain(earlier[:LONGEST_QUESTION])
        if before:
            turns.append(before)
    return turns


def _leans(index: Index, question: str) -> float:
    """How much a question leans on others, 0 to 1: it has few topic words, goes on, points back, and nobody asks it.

    Where no document has asked questions there is nothing to weigh it by: it leans wholly or not at all.
    """
    count = sum(any(letter.isalpha() for letter in word) for word in question.split())
    topics = min(len(set(words(question)) - _OF_ANY_TOPIC), _MOST_TOPICS)
    if not count or (count == 1 and topics) or _CHANGE.match(question):
        return 0.0
    goes_on = _GOES_ON.match(question) or _FRAGMENT.match(question) or _SAME.search(question)
    says = topics + _NAMING * bool(_NAME.search(question))
    lacks = _PIECE + _POINTING * bool(_LEANS.search(question)) + _GOING_ON * bool(goes_on) - says
    if not index.asked.places:
        return float(lacks > _ASKED_ALIKE * _NOBODY_ASKS)
    if lacks + _WHOLE <= 0:
        return 0.0
    lacks -= _ASKED_ALIKE * index.asked.likeness(question_vector(index, question).asked)
    return min(max(1 + lacks / _WHOLE, 0.0), 1.0)


def _topic(turns: Sequence[str], question: str, organisation: str = "") -> str:
    """The words of turns that say what they are about, but for those that the question has; and an organisation."""
    said, topic = set(words(question)) | _OF_ANY_TOPIC, []
    for turn in reversed(turns):
        for token in _TOKEN.findall(turn):
            stems = set(words(token))
            if stems - said:
                topic.append(token)
                said |= stems
    said_of_them = [organisation] if organisation and organisation not in " ".join(topic) else []  # "WHO" is a word
    return " ".join((*topic, *said_of_them))
