"""Corpus → what the presentation's things and the open numbers get: a quote that answers, or an honest pointer."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from evals.asking import QUESTIONS, EvalError, Row, ask_all, build_index, read_questions
from evals.check import write_json
from evals.scores import Score
from ingest.folding import fold
from ingest.guide_text import guide_paragraphs

NAMED, OPEN = QUESTIONS.with_name("presentation.jsonl"), QUESTIONS.with_name("unverified.jsonl")
SECOND = QUESTIONS.with_name("presentation_second.jsonl")  # written later by somebody who saw no result; not gated
ENOUGH = 54  # of the questions on what the presentation names
_SEED = 1
_AMOUNT = re.compile(
    r"\b(?:[0-9]+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|"
    r"forty-five|sixty|ninety)"
    r"[ -](?:working |calendar )?(?:hour|day|week|month|year)s?\b",
    re.I,
)
_DUTY = re.compile(
    r"\b(?:duty to report|must report|obliged to report|obligation to report|required to report)\b", re.I
)


def coverage(corpus_dir: Path, index_dir: Path, out: Path | None) -> int:
    """Ask both sets, and print what was answered and every miss.

    1 when fewer than ENOUGH got their quote, when a number or duty was stated that nobody verified, or when an
    answer came without pointer or referral; else 0. Raises EvalError when nothing could be asked.
    """
    named, second, unverified = (read_questions(path) for path in (NAMED, SECOND, OPEN))
    lost = list(evidence_problems(corpus_dir, [*named, *second]))
    if lost:
        raise EvalError("The evidence of a question stands in no guide.\n" + "\n".join(lost))
    build_index(corpus_dir, index_dir)
    answers = {
        path.stem: ask_all(questions, corpus_dir, index_dir, _SEED)
        for path, questions in ((NAMED, named), (SECOND, second), (OPEN, unverified))
    }
    scores = [
        *named_scores("first set", named, answers[NAMED.stem]),
        *named_scores("second set", second, answers[SECOND.stem]),
        *open_scores(answers[OPEN.stem]),
    ]
    _print(scores, {"first set": named, "second set": second})
    if out:
        rows = [{"name": score.name, "passed": score.passed, "n": score.n, "misses": score.faults} for score in scores]
        write_json(out, {"scores": rows, "answers": answers})
    return int(scores[0].passed < ENOUGH or any(score.failed for score in scores))


def evidence_problems(corpus_dir: Path, questions: Sequence[Row]) -> Iterator[str]:
    """The questions without evidence that should have some, or whose evidence no paragraph of its guide holds."""
    texts = {
        path.stem: [fold(paragraph.text) for paragraph in guide_paragraphs(path)]
        for path in (corpus_dir / "guides").glob("*.md")
    }
    for question in questions:
        if bool(question["evidence"]) == (question["kind"] == "none"):
            yield f"{question['id']}: is {question['kind']} with {len(question['evidence'])} pieces of evidence"
        for evidence in question["evidence"]:
            if not any(fold(evidence["text"]) in text for text in texts.get(evidence["document"], ())):
                yield f"{question['id']}: {evidence['document']} does not say “{evidence['text'][:60]}”"


def named_scores(name: str, questions: Sequence[Row], answers: Sequence[Row]) -> list[Score]:
    """How many got a quote that holds a piece of their evidence, and how many of those got it first."""
    given = {answer.get("id"): answer.get("quotes", ()) for answer in answers}
    missed = [
        question for question in questions if not any(_answers(question, q) for q in given.get(question["id"], ()))
    ]
    later = [
        question for question in questions if not any(_answers(question, q) for q in given.get(question["id"], ())[:1])
    ]
    return [
        Score(f"{name}: a quote that answers", len(questions), _faults(missed, answers), required=False),
        Score(f"{name}: the first quote does", len(questions), _faults(later, answers), required=False),
    ]


def open_scores(answers: Sequence[Row]) -> list[Score]:
    """No amount of time, no duty, always a pointer to the official text, always the referral."""
    checks = (
        ("no number for an open question", lambda answer: not _says(answer, _AMOUNT)),
        ("no duty for an open question", lambda answer: not _says(answer, _DUTY)),
        ("a pointer to the official text", _points),
        ("the referral", _refers),
    )
    return [
        Score(name, len(answers), tuple(f"{a.get('id')}: {a.get('question')}" for a in answers if not holds(a)))
        for name, holds in checks
    ]


def _answers(question: Row, quote: Row) -> bool:
    return any(
        quote["document"] == evidence["document"] and fold(evidence["text"]) in fold(quote["text"])
        for evidence in question["evidence"]
    )


def _says(answer: Row, what: re.Pattern[str]) -> bool:
    return any(what.search(quote["text"]) for quote in answer.get("quotes", ()))


def _points(answer: Row) -> bool:
    """Whether a quote names an official text with its address, or the answer lists where to look."""
    named = any("undocs.org/" in quote["text"] for quote in answer.get("quotes", ()))
    return named or bool(answer.get("look_in"))


def _refers(answer: Row) -> bool:
    referral = answer.get("referral", {})
    return bool(referral.get("text") and referral.get("avenues"))


def _faults(questions: Sequence[Row], answers: Sequence[Row]) -> tuple[str, ...]:
    said = {answer.get("id"): answer for answer in answers}
    return tuple(f"{q['id']} ({q['topic']}, {_got(said.get(q['id'], {}))}): {q['question']}" for q in questions)


def _got(answer: Row) -> str:
    quotes = [f"{quote['document']} {quote['paragraph']}" for quote in answer.get("quotes", ())]
    return "; ".join(quotes) or str(answer.get("status", "no answer"))


def _print(scores: Sequence[Score], sets: Mapping[str, Sequence[Row]]) -> None:
    for score in scores:
        verdict = "" if not score.required else "FAILED" if score.failed else "ok"
        print(f"{score.name:<36} {score.passed:>3} of {score.n:<3} {verdict}")
    for name, questions in sets.items():
        kinds = Counter(question["kind"] for question in questions)
        print(
            f"{name}: {kinds['answer']} have an answer, {kinds['pointer']} only an honest pointer, {kinds['none']} none"
        )
    if scores[0].passed < ENOUGH:
        print(f"FAILED: fewer than {ENOUGH} of the first set got a quote that answers")
    for score in scores:
        if score.faults:
            print(f"\nmissed in “{score.name}”")
            print("\n".join(f"  {fault}" for fault in score.faults))
