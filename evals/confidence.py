"""questions of which it is known whether the documents answer them → weights of signals, and two thresholds."""

from __future__ import annotations

import shutil
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from assistant import Assistant
from assistant.confidence import ASKED, FILE, LEARNED_WITH, PLAIN, SENSE, SIGNALS, Signals
from assistant.sense import FILE as SENSE_FILE
from assistant.sense import sense_file
from evals import statistics
from evals.asking import build_index
from evals.errors import EvalError
from evals.questions import DEVELOPMENT, LEARNED, QUESTIONS, SEEN, read_set, read_sets, set_names
from evals.sensing import learn
from ingest.build import BuildSettings
from ingest.facts import ASKED as ASKED_FILE
from ingest.facts import ASKED_COLUMNS, QUESTION_COLUMNS, read_asked
from ingest.facts import QUESTIONS as QUESTIONS_FILE
from ingest.opening import open_index

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from assistant.sense import Sense
    from evals.questions import Question

FITTING: Final = (*sorted((QUESTIONS / "fitting").glob("knowing*.jsonl")), *LEARNED)  # to learn from, counted nowhere
_MADE: Final = tuple(path.stem for path in FITTING)
# Who wrote a set, where one wrote several: each writer's questions are told by what was learned from others' alone.
_WRITERS: Final = {
    **dict.fromkeys(("lay", "follow_up"), "cards"),
    **dict.fromkeys(("adversarial", "formal", "frightening", "keyword", "several", "unanswerable"), "guides"),
    **dict.fromkeys(("presentation", "presentation_second", "unverified", "varied"), "first"),
}
MOST_WRONG: Final = 0.05  # of the unanswerable, answered without a mark
MOST_QUOTED: Final = 0.25  # of the unanswerable, with a quote at all, marked or not
_STRENGTH: Final = 8.0  # of the L2 penalty on weights of signals scaled to spread 1
_HEAD: Final = """\
# How surely the documents answer a question, as a probability: a logistic regression over what is seen of the question
# and of the quotes that are nearest (assistant/confidence.py says what each signal is). From `enough` on the quotes are
# the answer; from `nearest` on they are shown as the nearest, under words that say that this may not be it. [asked] is
# for a paragraph of which corpus/asked.csv says what people ask of it, [plain] for a sentence of any other document.
# nearest_plain is what nearest is, for [plain]: the guides asked without that table, at the same share of wrong ones.
# "sense", of [asked], is what the vector of a question says by itself (sense.toml); the weights hold for the one that
# sense_sha256 names alone, as both are learned together.
# Made by `python -m evals confidence`, and data from then on: nothing is learned while people ask. [plain] stays as it
# is unless `--plain` is said: the questions are on the guides, and tell little of an office's own documents.
"""


class Fitted(NamedTuple):
    """A logistic regression: base and a weight for each signal, for the signals as they are."""

    base: float
    weights: NDArray[np.float64]

    def sure(self, signals: NDArray[np.float64]) -> NDArray[np.float64]:
        """The probabilities, 0 to 1, for rows of signals."""
        found: NDArray[np.float64] = 1 / (1 + np.exp(-self.base - signals @ self.weights))
        return found


@dataclass(frozen=True)
class Heard:
    """One question, and what was seen of it and its quotes."""

    question: Question
    signals: Signals

    @property
    def answerable(self) -> bool:
        """Whether it must be answered."""
        return self.question.expect == ("answered",)


def told_questions(corpus_dir: Path) -> list[Question]:
    """English questions of the development half that must, or must not, be answered, and those made for this.

    Those that people ask of the corpus by its own tables are left out: each is as near to itself as no other is.
    """
    questions = [*read_sets(set_names(), DEVELOPMENT), *(one for path in FITTING for one in read_set(path))]
    asked = {question for each in read_asked(corpus_dir).values() for question in each}
    told = [q for q in questions if q.language == "en" and q.expect in {("answered",), ("unanswerable",)}]
    return [q for q in told if q.history or " ".join(q.question.split()) not in asked]


def listen(questions: Sequence[Question], corpus_dir: Path, index_dir: Path) -> list[Heard]:
    """The signals of each question that is looked for in the documents."""
    assistant, heard, told = Assistant(corpus_dir, index_dir), list[Signals](), list[Heard]()
    assistant.hears = heard.append
    try:
        for question in questions:
            heard.clear()
            assistant.ask(question.question, question.entity or None, history=question.history, urgent_seen=True)
            told += [Heard(question, signals) for signals in heard[-1:]]
    finally:
        assistant.close()
    return told


def fit(signals: NDArray[np.float64], answerable: NDArray[np.bool_], strength: float = _STRENGTH) -> Fitted:
    """A logistic regression by Newton's method, with an L2 penalty on the weights of the signals scaled to spread 1.

    signals has a row a question.
    """
    middle, spread = signals.mean(axis=0), signals.std(axis=0)
    spread[spread < 1e-6] = 1.0  # a signal that is always the same
    rows = np.column_stack([np.ones(len(signals)), (signals - middle) / spread])
    penalty = np.eye(rows.shape[1]) * strength
    penalty[0, 0] = 1e-9
    weights = np.zeros(rows.shape[1])
    for _ in range(100):
        sure = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (sure - answerable) + penalty @ weights
        step = np.linalg.solve((rows * (sure * (1 - sure))[:, None]).T @ rows + penalty, slope)
        weights -= step
        if np.abs(step).max() < 1e-10:
            break
    scaled = weights[1:] / spread
    return Fitted(float(weights[0] - scaled @ middle), scaled)


def levelled(sure: NDArray[np.float64], answerable: NDArray[np.bool_]) -> Fitted:
    """What makes probabilities as high as these questions are often answered: base and a weight for their log-odds.

    The questions that were made to learn from are harder than what people ask, so that what is learned from all is too
    low (Platt 1999, Probabilistic outputs for support vector machines).
    """
    return fit(_log_odds(sure), answerable, strength=1e-6)


def _log_odds(sure: NDArray[np.float64]) -> NDArray[np.float64]:
    """The log-odds of probabilities, as rows of one signal."""
    inside = np.clip(sure, 1e-9, 1 - 1e-9)
    return np.log(inside / (1 - inside))[:, None]


def out_of_fold(table: Table, strength: float = _STRENGTH) -> NDArray[np.float64]:
    """The probability of each question by weights that were set without any of its writer's; those made for it too."""
    found = np.zeros(len(table.signals))
    for writer in sorted(set(table.writers)):
        own = table.writers == writer
        fitted = fit(table.signals[~own], table.answerable[~own], strength)
        found[own] = fitted.sure(table.signals[own])
    return found


def _writer(question: Question) -> str:
    return _WRITERS.get(question.set, question.set)


class Table(NamedTuple):
    """What was heard, a row a question: its signals, in the order of names, if it is answerable, and its writer."""

    names: tuple[str, ...]
    signals: NDArray[np.float64]
    answerable: NDArray[np.bool_]
    writers: NDArray[np.str_]


def table_of(told: Sequence[Heard]) -> Table:
    """The table of what was heard."""
    signals = np.array([[one.signals.values[name] for name in SIGNALS] for one in told], dtype=np.float64)
    answerable = np.array([one.answerable for one in told])
    return Table(SIGNALS, signals, answerable, np.array([_writer(one.question) for one in told]))


def with_sense(told: Sequence[Heard], asked: NDArray[np.float64]) -> tuple[Table, Sense]:
    """The table with what the vectors say beside the signals, and what is learned from all of them.

    In the table, each question has what was learned without its writer's. asked are the vectors of what people ask.
    """
    table, found = table_of(told), [one.signals.vector for one in told]
    vectors = np.array([vector for vector in found if vector is not None], dtype=np.float64)
    sense, says = learn(vectors, table.answerable, table.writers, asked, told[0].signals.model)
    return table._replace(names=(*SIGNALS, SENSE), signals=np.column_stack([table.signals, says])), sense


def threshold(sure: Sequence[float], most: float) -> float:
    """The least probability, to three places, that at most this share of these have; these are the unanswerable."""
    ordered = sorted(sure, reverse=True)
    return float(np.ceil((ordered[int(len(ordered) * most)] + 1e-9) * 1000) / 1000)


class Plain(NamedTuple):
    """What stands in the file of PLAIN: from what, the threshold, and the weights with "base"."""

    source: str
    nearest: float
    weights: dict[str, float]


def set_confidence(corpus_dir: Path, index_dir: Path, *, plain: bool) -> int:
    """Ask every question of which it is known, set weights and thresholds, print what they are worth; 0.

    The questions are asked of the corpus as it is, which sets the weights of ASKED. Where plain is wanted they are
    asked again of one without asked.csv, where every document is found by its sentences, as an office's own are;
    that sets the weights of PLAIN, which stay as they are else. All thresholds are those of the development sets'
    unanswerable questions, by weights that were set without any of their writer's; those that were made for this alone
    are learned from and not counted.
    """
    questions = told_questions(corpus_dir)
    kept = None if plain else plain_of(corpus_dir / FILE)
    build_index(corpus_dir, index_dir)
    asked = listen(questions, corpus_dir, index_dir)
    index = open_index(BuildSettings(corpus_dir, index_dir)).index
    try:
        vectors, _ = index.asked.learned_from()
    finally:
        index.close()
    of_plain = kept or _without_asked(questions, corpus_dir)
    text, sense = confidence_files(asked, vectors.astype(np.float64), of_plain)
    (corpus_dir / FILE).write_text(text, encoding="utf-8")
    (corpus_dir / SENSE_FILE).write_text(sense, encoding="utf-8")
    print(f"\nWritten to {corpus_dir / FILE} and {corpus_dir / SENSE_FILE}")
    return 0


def _without_asked(questions: Sequence[Question], corpus_dir: Path) -> Plain:
    """Ask the questions of a corpus without asked.csv; what they say of PLAIN."""
    with tempfile.TemporaryDirectory(prefix="avenues-confidence-") as scratch:
        without = Path(scratch) / "corpus"
        shutil.copytree(corpus_dir, without)
        for name, columns in ((ASKED_FILE, ASKED_COLUMNS), (QUESTIONS_FILE, QUESTION_COLUMNS)):
            (without / name).write_text(f"{','.join(columns)}\n", encoding="utf-8")
        build_index(without, Path(scratch) / "index")
        return learned_plain(listen(questions, without, Path(scratch) / "index"))


def plain_of(file: Path) -> Plain:
    """What a confidence.toml says of PLAIN. Raises EvalError."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        return Plain(content["source_plain"], content["nearest_plain"], content[PLAIN])
    except (OSError, ValueError, KeyError) as error:
        raise EvalError(
            f"{file}: what it says of [{PLAIN}] cannot be kept ({type(error).__name__}: {error}). Put the file back as "
            "it was shipped, or learn that too, with --plain."
        ) from None


def learned_plain(told: Sequence[Heard]) -> Plain:
    """What is learned of PLAIN, from what was heard of the corpus without asked.csv; printed too."""
    table = table_of(told)
    level, sure = _told(told, table)
    wrong = _wrong(told, sure)
    nearest = threshold(wrong, MOST_QUOTED)
    print(f"\n[{PLAIN}], quoted from {nearest}")
    _print(told, sure, nearest, nearest)
    source = (
        f"Told by what other writers asked of the guides without asked.csv, at most {MOST_QUOTED:.0%} of {len(wrong)} "
        f"unanswerable questions of the development sets reach nearest_plain; learned from {len(told)} questions."
    )
    return Plain(source, nearest, _weights(table, level))


def confidence_files(told: Sequence[Heard], asked: NDArray[np.float64], plain: Plain) -> tuple[str, str]:
    """The texts of both files, from what was heard of the corpus as it is, and what stands there of PLAIN; printed too.

    asked are the vectors of what people ask.
    """
    table, sense = with_sense(told, asked)
    level, sure = _told(told, table)
    wrong = _wrong(told, sure)
    enough, nearest = threshold(wrong, MOST_WRONG), threshold(wrong, MOST_QUOTED)
    print(f"\n[{ASKED}], answered from {enough}, marked as the nearest from {nearest}")
    _print(told, sure, enough, nearest)
    source = (
        f"Told by what other writers asked, at most {MOST_WRONG:.0%} of {len(wrong)} unanswerable questions of the "
        f"development sets reach enough, at most {MOST_QUOTED:.0%} nearest; learned from {len(told)} questions."
    )
    lines = [
        f'{_HEAD}\nsource = "{source}"',
        f'source_plain = "{plain.source}"',
        f"enough = {enough}",
        f"nearest = {nearest}",
        f"nearest_plain = {plain.nearest}",
        f'{LEARNED_WITH} = "{sense.sha256}"',
    ]
    for kind, weights in ((ASKED, _weights(table, level)), (PLAIN, plain.weights)):
        lines += ["", f"[{kind}]", f"base = {weights['base']:.3f}"]
        lines += [f'"{name}" = {weight:.3f}' for name, weight in weights.items() if name != "base"]
    learned = f"Learned from {len(told)} questions of which it is known, and from {len(asked)} that people ask."
    return "\n".join(lines) + "\n", sense_file(sense, learned)


def _wrong(told: Sequence[Heard], sure: NDArray[np.float64]) -> list[float]:
    """The probabilities of the development sets' unanswerable questions."""
    return [float(p) for one, p in zip(told, sure, strict=True) if not one.answerable and one.question.set not in _MADE]


def _weights(table: Table, level: Fitted) -> dict[str, float]:
    """The weights of signals that are learned from a table, levelled, with their "base"."""
    fitted, scale = fit(table.signals, table.answerable), float(level.weights[0])
    return {
        "base": level.base + scale * fitted.base,
        **dict(zip(table.names, (scale * fitted.weights).tolist(), strict=True)),
    }


def _told(heard: Sequence[Heard], table: Table) -> tuple[Fitted, NDArray[np.float64]]:
    """The probabilities of questions, told without their writers' and levelled; and what levelled them."""
    sure = out_of_fold(table)
    counted = np.array([one.question.set not in _MADE for one in heard])
    level = levelled(sure[counted], table.answerable[counted])
    return level, level.sure(_log_odds(sure))


def _print(told: Sequence[Heard], sure: NDArray[np.float64], enough: float, nearest: float) -> None:
    """What the probabilities are worth, by set; then, of the development sets, risk by coverage, and reliability."""
    answerable = np.array([one.answerable for one in told])
    sets = np.array([one.question.set for one in told])
    development, new = ~np.isin(sets, _MADE), ~np.isin(sets, (*SEEN, *_MADE))
    print(
        f"\n{'told by others':<24}{'n':>5}{'AUROC':>24}   answerable: unmarked, quoted   unanswerable: unmarked, quoted"
    )
    groups = [("development", development), ("… not seen before", new), ("made for this", ~development)]
    groups += [(name, sets == name) for name in sorted(set(sets[development]))]
    for name, inside in groups:
        area = statistics.auroc(answerable[inside].tolist(), sure[inside].tolist())
        told_area = "–" if area.value is None else f"{area.value:.3f} ({area.low:.3f}–{area.high:.3f})"
        cells = "".join(
            f"{_share(sure[inside & kind] >= enough):>25}{_share(sure[inside & kind] >= nearest):>6}"
            for kind in (answerable, ~answerable)
        )
        print(f"{name:<24}{inside.sum():>5}{told_area:>24}{cells}")
    right, found = answerable[development].tolist(), sure[development].tolist()
    points = statistics.risk_coverage(right, found, len(found))
    steps = [min(points, key=lambda point: abs(point.x - part / 10)) for part in range(1, 11)]
    print("risk at coverage: " + "  ".join(f"{point.y:.3f} at {point.x:.2f}" for point in steps))
    print("reliability: " + "  ".join(f"{x:.2f}→{y:.2f} (n {n})" for x, y, n in statistics.reliability(right, found)))


def _share(reached: NDArray[np.bool_]) -> str:
    return f"{reached.mean():.2f}" if len(reached) else "–"
