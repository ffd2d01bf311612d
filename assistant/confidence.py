"""question, candidates, quotes → how surely the documents answer, by the weights and thresholds of one file."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from assistant.answer import ANSWERED, NEAREST, NOT_SAID
from assistant.beyond import SIGNS, signs
from assistant.intent import names_a_stranger, needed_number
from assistant.sense import FILE as SENSE_FILE
from assistant.sense import NO_SENSE, Sense, read_sense
from assistant.several import needed_for_all
from ingest.lexical import words
from ingest.written_rules import RulesError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from assistant.conversation import LookedFor
    from assistant.passages import Passage
    from assistant.selection import Selected
    from ingest.index import Index

FILE: Final = "confidence.toml"
# Which weights hold: where a paragraph that people ask for comes first, or a sentence of any other document.
ASKED, PLAIN = KINDS = ("asked", "plain")
SIGNALS: Final = (
    "covered", "likeness", "score", "asked alike", "passage", "open words", "year not quoted", "names not quoted",
    "stranger", "number", *SIGNS
)  # fmt: skip
SENSE: Final = "sense"  # what the question's vector says; a signal of ASKED alone
LEARNED_WITH: Final = "sense_sha256"  # the key under which the weights name the sense that they were learned with
_ALIKE: Final = 0.50  # of a plain sentence's own measure (`candidates`), from which it may answer
_FOR_STRANGERS: Final = 1.5  # times that much for a question that names something which no document holds
_ENOUGH_GLOSSED: Final = 0.94  # instead of enough, where a question was looked up word by word (decisions 0036, 0045)
_MOST_WORDS, _MOST_NAMES = 8, 3  # words and names that no quote holds; more say no more
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
_NAME: Final = re.compile(r"(?<![.?!] )(?<!^)\b[A-Z][\w-]{2,}|\b[A-Z]{3,}\b|\b\d[\d.,/]*\b")


@dataclass(frozen=True)
class Signals:
    """What was seen of a question and its quotes: kind is one of KINDS, values has one of each of SIGNALS, 0 to 1.

    vector is the unit vector of the question for what people ask, by the model with these weights (SHA-256).
    """

    kind: str
    values: Mapping[str, float]
    vector: NDArray[np.float32] | None = None
    model: str = ""


@dataclass(frozen=True)
class Confidence:
    """Weights of signals, a table for each of KINDS, and the probabilities from which there are quotes.

    From enough on, the quotes are the answer; from nearest on they are shown as the nearest, which may not be it. That
    is nearest_plain for PLAIN, and nearest where it is 0.
    sense (`assistant.sense`) counts for ASKED alone, by the weight named SENSE: what other documents answer, the
    questions that it was learned from cannot tell.
    """

    enough: float
    nearest: float
    weights: Mapping[str, Mapping[str, float]]
    sense: Sense = NO_SENSE
    nearest_plain: float = 0.0

    def sure(self, signals: Signals) -> float:
        """The probability that the documents answer, 0 to 1: a logistic regression over the signals."""
        weights = self.weights[signals.kind]
        total = weights["base"] + sum(weights.get(name, 0.0) * value for name, value in signals.values.items())
        if SENSE in weights:
            total += weights[SENSE] * self.sense.of(signals.vector, signals.model)
        return round(1 / (1 + math.exp(-max(min(total, 50.0), -50.0))), 6)

    def status(self, sure: float, signals: Signals, selected: Selected, question: str, *, glossed: bool = False) -> str:
        """What a question gets. One for a number is never met with what is only near, nor by what would frighten.

        But what says that a number is not known may be near, by itself: no other number stands in it for the answer.

        A sentence of a document for which nobody wrote down what people ask answers from there on, where it is near
        by its own measure too: the guides, on which the weights were set, say little of how such sentences score.
        What is glossed is not in the words of the person (`assistant.gloss`): more must speak for an answer to it.
        """
        nearest = self.nearest if signals.kind == ASKED else self.nearest_plain or self.nearest
        if selected.first is None or sure < nearest:
            return NOT_SAID
        alike = _ALIKE * (_FOR_STRANGERS if signals.values["stranger"] else 1.0)
        enough = max(self.enough, _ENOUGH_GLOSSED) if glossed else self.enough
        if sure >= enough if signals.kind == ASKED else selected.first.confidence >= alike:
            return ANSWERED
        unknown = selected.first.flag == "alone" and len(selected.quotes) == 1
        near = (unknown or needed_for_all(question) is None) and not selected.first.not_first
        return NEAREST if near else NOT_SAID


def signals(
    index: Index, asked: LookedFor, last: str, passages: Sequence[Passage], selected: Selected, *, names_somebody: bool
) -> Signals:
    """What tells a question that the documents answer from others.

    last is what was asked now, asked that with the turns before, as it is searched for. names_somebody says that
    names were taken out of it: that is a stranger too.

    - covered, likeness, score: those of the first candidate (`candidate.Candidate`)
    - asked alike: the cosine with the nearest of all questions that people ask
    - passage: the cosine of the best passage
    - open words: words of the question that neither the nearest paragraphs nor their headings hold, of at most 8
    - year not quoted: a year is named, and none of those named stands in the quotes
    - names not quoted: names and numbers that the quotes and titles do not hold, of at most 3
    - stranger: something is named that no document holds; number: a number is asked for
    - what it asks for (`assistant.beyond`); of a plain sentence, what the quotes do not speak of
    """
    first, quoted = selected.first, " ".join(quote.text for quote in selected.near)
    titles = [quote.title for quote in selected.near]
    around = " ".join([quoted, *(first.first.heading if first else ()), *titles])
    open_words = set(words(asked.text)) - set(words(around))
    years, named = set(_YEAR.findall(last)), {name.casefold() for name in _NAME.findall(last)}
    not_quoted = [name for name in named if name not in around.casefold()]
    values = {
        "covered": first.covered if first else 0.0,
        "likeness": first.likeness if first else 0.0,
        "score": first.score if first else 0.0,
        "asked alike": index.asked.likeness(asked.vector.asked),
        "passage": passages[0].cosine if passages else 0.0,
        "open words": min(len(open_words), _MOST_WORDS) / _MOST_WORDS,
        "year not quoted": float(bool(years) and not years & set(_YEAR.findall(quoted))),
        "names not quoted": min(len(not_quoted), _MOST_NAMES) / _MOST_NAMES,
        "stranger": float(names_somebody or names_a_stranger(index, last)),
        "number": float(needed_number(last) is not None),
    }
    kind = ASKED if first is not None and (first.card.id, first.first.number) in index.asked.sentences else PLAIN
    found = signs(last, "" if kind == ASKED else around)  # the guides speak of courts, too, but answer nothing on them
    values |= {name: float(yes) for name, yes in found.items()}
    return Signals(kind, values, asked.vector.asked, index.embedder.card.weights_sha256)


def read_confidence(corpus_dir: Path) -> Confidence:
    """Read confidence.toml of a corpus, and its sense.toml. Raises RulesError with every problem at once."""
    try:
        content = tomllib.loads((corpus_dir / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RulesError([f"{FILE}: the file is missing. Put it back."]) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RulesError([f"{FILE}: cannot be read ({error}). Correct it."]) from None
    problems = _problems(content)
    if problems:
        raise RulesError([f"{FILE}: {problem}" for problem in problems])
    weights, sense = {kind: content[kind] for kind in KINDS}, read_sense(corpus_dir)
    if SENSE in weights[ASKED] and sense is NO_SENSE:
        raise RulesError([f"{SENSE_FILE}: the file is missing, and {FILE} weighs what it says. Put it back."])
    if SENSE in weights[ASKED] and content.get(LEARNED_WITH) != sense.sha256:
        apart = f"its weights were learned with another {SENSE_FILE} than the one beside it, which is {sense.sha256}"
        raise RulesError([f"{FILE}: {apart}. Put back both, or make both anew by `python -m evals confidence`."])
    return Confidence(content["enough"], content["nearest"], weights, sense, content.get("nearest_plain", 0.0))


def _problems(content: Mapping[str, Any]) -> list[str]:
    limits: list[Any] = [content.get(name) for name in ("nearest", "enough")]
    in_order = all(_is_number(limit) for limit in limits) and 0 < limits[0] <= limits[1] <= 1
    problems = [] if in_order else ["nearest and enough must be numbers above 0 and up to 1, nearest not the greater."]
    plain: Any = content.get("nearest_plain", 0.0)
    if not _is_number(plain) or not 0 <= plain <= 1:
        problems.append("nearest_plain must be a number from 0 to 1.")
    for kind in KINDS:
        table = content.get(kind)
        known = (*SIGNALS, SENSE) if kind == ASKED else SIGNALS
        if not isinstance(table, dict) or "base" not in table or not set(table) <= {"base", *known}:
            problems.append(f"[{kind}] must hold base, and weights of {', '.join(known)} alone.")
        elif not all(map(_is_number, table.values())):
            problems.append(f"[{kind}] holds a weight that is no number.")
    return problems


def _is_number(value: object) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool) and math.isfinite(value)
