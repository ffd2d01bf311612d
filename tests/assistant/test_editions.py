"""Two editions compared clause by clause: nothing is lost, nothing is called the same that is not."""

from __future__ import annotations

import random
from time import perf_counter

import pytest

from assistant.check_words import changes_line
from assistant.editions import clauses, compare, counted
from assistant.signs import signs_of
from tests.shelves import a_document, a_shelf

OLD = """
Reporting

1.  Anyone may report at any time.

2.  Managers report within seven days, to the head of office.

3.  The panel ends its work within ninety days:

(a)  it hears both sides;

(b)  it writes to both.

4.  Parking permits are issued on Tuesdays.

5.  Nobody is punished for a report that is made in good faith.
"""
NEW = """
Reporting

1.  Anyone may report at any time.

2.  Nobody is punished for a report that is made in good faith.

3.  Managers report within three days, to the head of office.

4.  The panel ends its work within ninety days:

(a)  it hears both sides;

(b)  it asks for witnesses;

(c)  it writes to both.
"""


@pytest.fixture
def compared(tmp_path):
    def runs(old, new):
        shelf = a_shelf(tmp_path, [a_document("old", [old]), a_document("new", [new])])
        return compare(*shelf.documents)

    return runs


def told(rows):
    return [(r.kind, r.before.label if r.before else "", r.after.label if r.after else "") for r in rows]


def test_each_clause_is_the_same_changed_new_gone_moved_or_renumbered(compared):
    rows = compared(OLD, NEW)
    assert told(rows) == [
        ("same", "", ""),
        ("same", "1", "1"),
        ("moved", "5", "2"),
        ("changed", "2", "3"),
        ("same", "3", "4"),
        ("same", "3 (a)", "4 (a)"),
        ("new", "", "4 (b)"),
        ("same", "3 (b)", "4 (c)"),
        ("gone", "4", ""),
    ]
    assert changes_line(rows[3].changes) == "Managers report within [-seven-] {+three+} days, to the head of office."
    assert [row.renumbered for row in rows[:4]] == [False, False, True, True]
    assert dict(counted(rows)) == {"changed": 1, "new": 1, "gone": 1, "moved": 1, "same": 5}


def test_a_comma_or_a_capital_is_a_change(compared):
    (row,) = compared("1.  Staff may report, at once.", "1.  Staff may report at once.")
    assert row.kind == "changed" and changes_line(row.changes) == "Staff may [-report,-] {+report+} at once."


def test_the_same_edition_is_the_same_throughout_and_every_clause_is_in_exactly_one_row(compared):
    assert {row.kind for row in compared(OLD, OLD)} == {"same"}
    chance, words = random.Random(3), [word for word in OLD.split() if word.isalpha()]
    for _ in range(20):
        old = [f"{n}.  {' '.join(chance.choices(words, k=6))}." for n in range(1, 9)]
        new = [line.replace("report", chance.choice(["report", "tell"])) for line in chance.sample(old, 6)]
        rows = compared("\n\n".join(old), "\n\n".join(new))
        texts = sorted(signs_of(row.before.text) for row in rows if row.before)
        assert texts == sorted(signs_of(line.split("  ", 1)[1]) for line in old)
        assert sum(bool(row.after) for row in rows) == len(new)


def test_clauses_hold_every_sentence_once(tmp_path):
    document = a_shelf(tmp_path, [a_document("old", [OLD])]).documents[0]
    held = [n for clause in clauses(document) for n in range(clause.run.first, clause.run.last + 1)]
    assert held == list(range(len(document.sentences)))


def test_two_long_editions_with_nothing_in_common_take_a_moment(compared):
    old, new = (
        "\n\n".join(f"{n}.  " + " ".join(f"{letter}{n}x{k}" for k in range(12)) + "." for n in range(1, 250))
        for letter in "ab"
    )
    started = perf_counter()
    assert dict(counted(compared(old, new)))["same"] == 0
    assert perf_counter() - started < 5
