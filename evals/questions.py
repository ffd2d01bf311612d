"""`questions/*.jsonl` → questions with what must happen; which half each belongs to is fixed by its id."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.errors import EvalError
from evals.jsonl import Row, read_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

QUESTIONS = Path(__file__).resolve().parent / "questions"
DEVELOPMENT, TEST = HALVES = ("development", "test")
# Sets that were looked at or tuned on: all development, and left out unless named.
SEEN = (
    "follow_up_second", "follow_up_third", "fresh", "presentation", "presentation_second", "translated",
    "unseen_eighth", "unseen_ninth", "unseen_seventh", "unseen_sixth", "unverified", "varied",
)  # fmt: skip
# Sets that nobody looked at or tuned on, whole: all test.
UNSEEN = (
    "unseen_tenth",
    "unseen_eleventh",
    "unseen_twelfth",
    "unseen_thirteenth",
    "unseen_fourteenth",
    "unseen_fifteenth",
)
# Sets whose questions stand in corpus/questions.csv where the guides answer them: nothing can be measured on them.
LEARNED = tuple(sorted((QUESTIONS / "learned").glob("*.jsonl")))
FAMILIES = ("answered", "unanswerable", "clarification", "referred")
STYLES = ("lay", "formal", "keyword", "follow-up", "several")
AUDIENCES = ("personnel", "manager", "focal_point", "hr", "community", "evaluator")
STAND_FOR = ("<amount>", "<duty>", "<pointer>")
_REQUIRED = ("id", "question", "expect")
_LISTS = ("history", "expect", "must", "must_not", "roles")


@dataclass(frozen=True)
class Evidence:
    """Exact words of one document that answer a question, or one part of it; paragraph is "" where it has no number."""

    document: str
    text: str
    paragraph: str = ""


@dataclass(frozen=True)
class Question:
    """One question and what must happen to it.

    expect holds the status families that are right. gold holds a tuple for each thing that is asked, of pieces of
    evidence any one of which answers it; () where nothing does. must and must_not are words of the quotes, small
    letters; `<amount>`, `<duty>` and `<pointer>` stand for a length of time, a duty to report, and the address of an
    official text. roles are those that the referral must hold.
    """

    id: str
    question: str
    expect: tuple[str, ...]
    set: str = ""
    language: str = "en"
    style: str = "lay"
    audience: str = "personnel"
    persona: str = ""
    topic: str = ""
    entity: str = ""
    history: tuple[str, ...] = ()
    gold: tuple[tuple[Evidence, ...], ...] = ()
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    note: str = field(default="", compare=False)

    @property
    def half(self) -> str:
        """``development`` or ``test``: the parity of the SHA-256 of the id; a set of SEEN or UNSEEN is all of one."""
        if self.set in SEEN:
            return DEVELOPMENT
        if self.set in UNSEEN:
            return TEST
        return HALVES[hashlib.sha256(self.id.encode()).digest()[-1] % 2]

    def to_row(self) -> Row:
        """The question as one JSON object."""
        return asdict(self)

    @classmethod
    def from_row(cls, row: Row, name: str = "") -> Question:
        """The question of one JSON object, of the set of this name. Raises EvalError that says what is wrong."""
        problems = list(_problems(row))
        if problems:
            raise EvalError("\n".join(f"{name}: {row.get('id', '?')}: {problem}" for problem in problems))
        given: dict[str, Any] = {key: row[key] for key in cls.__dataclass_fields__ if key in row}
        given |= {key: tuple(given[key]) for key in _LISTS if key in given}
        gold = tuple(tuple(Evidence(**evidence) for evidence in need) for need in row.get("gold", ()))
        return cls(**{**given, "set": name or row.get("set", ""), "gold": gold})


def _problems(row: Row) -> Iterator[str]:
    for key in _REQUIRED:
        if key not in row or not (row[key] or key == "question"):
            yield f"has no {key}"
    unknown = sorted(set(row) - set(Question.__dataclass_fields__))
    if unknown:
        yield f"has the unknown field {', '.join(unknown)}"
    for key in Question.__dataclass_fields__:
        if key not in _LISTS and key != "gold" and not isinstance(row.get(key, ""), str):
            yield f"{key} is no text"
    yield from _list_problems(row)
    yield from _gold_problems(row.get("gold", []))


def _list_problems(row: Row) -> Iterator[str]:
    for key in _LISTS:
        found = row.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            yield f"{key} is no list of texts"
        elif key in {"must", "must_not"}:
            odd = [repr(phrase) for phrase in found if not phrase.strip() or _is_odd(phrase)]
            if odd:
                yield f"{key} holds {', '.join(odd)}, which says nothing"
    for key, known in (("expect", FAMILIES), ("style", STYLES), ("audience", AUDIENCES)):
        found = row.get(key, [])
        told = [found] if isinstance(found, str) else found if isinstance(found, list) else []
        strange = sorted({str(one) for one in told} - set(known))
        if strange:
            yield f"{key} {', '.join(strange)} is none of {', '.join(known)}"


def _gold_problems(gold: object) -> Iterator[str]:
    if not isinstance(gold, list) or not all(isinstance(need, list) for need in gold):
        yield "gold is no list of lists of evidence"
    elif not all(_is_evidence(evidence) for need in gold for evidence in need):
        yield "a piece of gold has other fields than the texts document, paragraph and text"
    elif any(not need for need in gold):
        yield "a need without evidence"


def _is_odd(phrase: str) -> bool:
    """Whether a phrase looks like one of those that stand for others, and is none."""
    return re.fullmatch("<[a-z]{3,}>", phrase) is not None and phrase not in STAND_FOR


def _is_evidence(evidence: object) -> bool:
    if not isinstance(evidence, dict) or not all(isinstance(value, str) for value in evidence.values()):
        return False
    return {"document", "text"} <= set(evidence) <= {"document", "paragraph", "text"}


def set_names() -> tuple[str, ...]:
    """The names of all sets, in order."""
    return tuple(sorted(path.stem for path in QUESTIONS.glob("*.jsonl")))


def read_sets(names: Sequence[str] = (), half: str = "") -> list[Question]:
    """The questions of these sets, or of all that are not SEEN, of one half or both. Raises EvalError.

    A name that ends in .jsonl is a file of somebody's own, taken whole whatever the half.
    """
    known, own = set_names(), [Path(name) for name in names if name.endswith(".jsonl")]
    unknown = sorted({name for name in names if not name.endswith(".jsonl")} - set(known))
    if unknown:
        raise EvalError(
            f"There is no set {', '.join(unknown)}. The sets are: {', '.join(known)}. Or name a .jsonl file."
        )
    chosen = [name for name in known if (name in names if names else name not in SEEN)]
    questions = [q for name in chosen for q in read_set(QUESTIONS / f"{name}.jsonl") if not half or q.half == half]
    questions += [question for path in own for question in read_set(path)]
    twice = sorted(name for name, count in Counter(q.id for q in questions).items() if count > 1)
    if twice:
        raise EvalError(f"Two questions have the id {', '.join(twice)}. Give each its own.")
    return questions


def read_set(path: Path) -> list[Question]:
    """The questions of one file; the set is named after it. Raises EvalError with every problem of the file."""
    questions, problems = [], []
    for row in read_lines(path):
        try:
            questions.append(Question.from_row(row, path.stem))
        except EvalError as error:
            problems.append(str(error))
    if problems:
        raise EvalError("\n".join(problems))
    return questions
