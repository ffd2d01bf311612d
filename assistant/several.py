"""question → the sentence that asks; the things asked for, where several, each with what is told beside it."""

from __future__ import annotations

import re

from assistant.intent import needed_number

_ASKS = (
    r"(?:(?:at|by|for|from|in|to|under|until|with|within|since|after) )?"
    r"(?:who|whom|whose|what|which|when|where|why|how|whether|if"
    r"|is|are|am|was|were|can|could|do|does|did|will|would|may|must|should|has|have)\b"
)
_JOINED = r"(?:(?:and|or|but|also|then) )*"
_JOINING = re.compile(_JOINED, re.I)
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")
_CUT = re.compile(rf"(?<=[.?!;])\s+|(?<=[,:])\s+(?={_JOINED}{_ASKS})|\s+(?=(?:and|or) {_ASKS})", re.I)
_ASKING = re.compile(rf"{_JOINED}{_ASKS}", re.I)
_CONDITION = re.compile(rf"{_JOINED}if\b", re.I)
_LEANS = re.compile(r"\b(?:it|its|they|them|their|there|that|this|these|those|latter)\b", re.I)
_LEANS_ON_A_THING = re.compile(r"\b(?:it|its|that|this|these|those|latter)\b", re.I)  # and not on who was told of
_FEWEST_WORDS, _MOST = 3, 4


def things_asked(question: str) -> tuple[str, ...]:
    """What is looked for, for each thing that a question asks for; () where it asks for one, or nobody can tell.

    "I am an intern. Can I report, and who will know?" → "I am an intern. Can I report?", "I am an intern. who will
    know?": each is found better by itself, but not without what the person tells, nor without the thing before that
    it leans on. Each is a sentence of its own, so that it counts as much as all that stands before it
    (`assistant.passages.question_vector`).
    """
    told, asked = list[str](), list[str]()
    for part in (part.strip(" ,") for part in _CUT.split(question)):
        if asked and _CONDITION.match(asked[-1]) and not asked[-1].endswith("?"):  # "if I stay anonymous, can they …"
            asked[-1] += f", {part}"
        elif part.endswith("?") or (_ASKING.match(part) and not part.endswith(".")):
            asked.append(part)
        else:
            told.append(part)
    asked = [_sentence(part, "?") for part in asked if len(part.split()) >= _FEWEST_WORDS]
    if not 2 <= len(asked) <= _MOST:
        return ()
    told = [_sentence(part, ".") for part in told]
    leans = _LEANS_ON_A_THING if told else _LEANS
    return tuple(
        " ".join((*told, *(asked[:1] if n and leans.search(part) else ()), part)) for n, part in enumerate(asked)
    )


def _sentence(part: str, mark: str) -> str:
    """A part of a question as a sentence, with a mark at its end and no "and" at its beginning."""
    said = _JOINING.sub("", part, count=1)
    return said if said.endswith((".", "?", "!")) else f"{said.rstrip(' ,;:')}{mark}"


def sentence_that_asks(question: str) -> str:
    """The last of a question's sentences that asks, with or without its mark; "" where there is no other sentence.

    "he sent me pictures. what can i do" asks as "He sent me pictures. What can I do?" does. Where one has its mark, it
    is the last that has.
    """
    sentences = _SENTENCE_END.split(question)
    asking = [one for one in sentences if one.endswith("?")] or [one for one in sentences if _asks_unmarked(one)]
    return _sentence(asking[-1], "?") if asking and asking[-1] != question else ""


def _asks_unmarked(sentence: str) -> bool:
    """Whether a sentence begins as one that asks, and does not end as one that tells."""
    return bool(_ASKING.match(sentence)) and not sentence.endswith(".") and len(sentence.split()) >= _FEWEST_WORDS


def needed_for_all(question: str) -> re.Pattern[str] | None:
    """What every quote must hold that answers a question: a number, where all that it asks for are numbers.

    "How many times must I tell it, and can my friend come with me?" has an answer without one.
    """
    needed = needed_number(question)
    return needed if needed and all(needed_number(thing) for thing in things_asked(question)) else None
