"""two editions of a document → their clauses: same, changed (word by word), new, gone, moved or renumbered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from assistant.pasted import Change, changes, strict
from assistant.shelf import Run, without_letter
from assistant.signs import words_of
from ingest.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.shelf import DocumentText

KINDS: Final = ("changed", "new", "gone", "moved", "same")
_SAME_NUMBER, _OTHER_NUMBER = 0.3, 0.6  # share of words that two clauses must have in common to be one that changed
_MOST_PAIRS: Final = 4_000_000  # of clauses that are compared word by word


class Clause(NamedTuple):
    """A numbered paragraph or list item, without its number, or sentences without one that stand together.

    label is the number, "" where there is none.
    """

    label: str
    text: str
    run: Run


@dataclass(frozen=True)
class Compared:
    """One clause in both editions. kind is one of `KINDS`; before is None for a new one, after for one that is gone.

    changes goes through both texts word by word, for ``changed`` only.
    """

    kind: str
    before: Clause | None
    after: Clause | None
    changes: tuple[Change, ...] = ()

    @property
    def renumbered(self) -> bool:
        """Whether the clause has another number now."""
        return bool(self.before and self.after and self.before.label != self.after.label)


def clauses(document: DocumentText) -> list[Clause]:
    """The clauses of a document in reading order; what was left out of it is in none."""
    found: list[Clause] = []

    def key(n: int) -> tuple[str, int, bool]:
        sentence = document.sentences[n]
        return sentence.paragraph, -1 if sentence.paragraph else sentence.block, sentence.kind == "heading"

    numbers = (n for n, sentence in enumerate(document.sentences) if sentence.text)
    for (label, _, _), group in groupby(numbers, key=key):
        members = list(group)
        run = Run(members[0], members[-1])
        found.append(Clause(label, " ".join(without_letter(document.sentences[n].text) for n in members), run))
    return found


def compare(before: DocumentText, after: DocumentText) -> list[Compared]:
    """Both editions clause by clause, in the order of the later one; what is gone stands where it was."""
    old, new = clauses(before), clauses(after)
    pairs = _pairs(old, new)
    of_new = {b: a for a, b in pairs.items()}
    steady = _steady(pairs)
    rows: list[Compared] = []
    next_old = 0
    for b, clause in enumerate(new):
        a = of_new.get(b)
        if a in steady:
            rows += (Compared("gone", old[n], None) for n in range(next_old, a) if n not in pairs)
            next_old = a + 1
        rows.append(Compared("new", None, clause) if a is None else _row(old[a], clause, moved=a not in steady))
    rows += (Compared("gone", old[n], None) for n in range(next_old, len(old)) if n not in pairs)
    return rows


def _row(before: Clause, after: Clause, *, moved: bool) -> Compared:
    if _key(before) == _key(after):
        return Compared("moved" if moved else "same", before, after)
    return Compared("changed", before, after, tuple(changes(fold(before.text).split(), fold(after.text).split())))


def _key(clause: Clause) -> str:
    return strict(fold(clause.text))


def _pairs(old: Sequence[Clause], new: Sequence[Clause]) -> dict[int, int]:
    """Which clause of the later edition each of the earlier one became."""
    pairs: dict[int, int] = {}
    keys = [_key(clause) for clause in old], [_key(clause) for clause in new]
    for block in SequenceMatcher(None, *keys, autojunk=False).get_matching_blocks():
        pairs |= {block.a + n: block.b + n for n in range(block.size)}
    places = [Counter(side) for side in keys]
    where = {key: n for n, key in enumerate(keys[1])}
    for n, key in enumerate(keys[0]):  # the very same words elsewhere, where there is no doubt which
        if n not in pairs and places[0][key] == places[1][key] == 1 and where[key] not in pairs.values():
            pairs[n] = where[key]
    return pairs | _alike(old, new, pairs)


def _alike(old: Sequence[Clause], new: Sequence[Clause], known: dict[int, int]) -> dict[int, int]:
    """Pairs of clauses that changed: those that share most words first, the same number before another."""
    left = [n for n in range(len(old)) if n not in known]
    right = [n for n in range(len(new)) if n not in set(known.values())]
    if len(left) * len(right) > _MOST_PAIRS:
        return {}
    words = [{n: Counter(words_of(side[n].text)) for n in rest} for side, rest in ((old, left), (new, right))]
    ranked = []
    for a in left:
        for b in right:
            same = bool(old[a].label) and old[a].label == new[b].label
            share = _share(words[0][a], words[1][b])
            if share >= (_SAME_NUMBER if same else _OTHER_NUMBER):
                ranked.append((-share - same, a, b))
    found: dict[int, int] = {}
    for _, a, b in sorted(ranked):
        if a not in found and b not in found.values():
            found[a] = b
    return found


def _share(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def _steady(pairs: dict[int, int]) -> set[int]:
    """The clauses that keep their order, as many as can be: the longest rising run of places in the later edition."""
    tails: list[tuple[int, int]] = []  # (place in the later edition, clause) that a run of each length ends in
    before: dict[int, int | None] = {}
    for a in sorted(pairs):
        at = next((n for n, (b, _) in enumerate(tails) if b >= pairs[a]), len(tails))
        before[a] = tails[at - 1][1] if at else None
        tails[at : at + 1] = [(pairs[a], a)]
    found, last = set(), tails[-1][1] if tails else None
    while last is not None:
        found.add(last)
        last = before[last]
    return found


def counted(rows: Sequence[Compared]) -> Iterator[tuple[str, int]]:
    """How many clauses there are of each kind, in the order of `KINDS`."""
    counts = Counter(row.kind for row in rows)
    return ((kind, counts[kind]) for kind in KINDS)
