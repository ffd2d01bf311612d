"""views.texts.verdicts: whatever a check of words can find is said in each language, and every number is in place."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from assistant.check_words import CHECKED, VERDICTS
from assistant.editions import KINDS, Clause, Compared
from assistant.pasted import Change, Checked
from assistant.references import BadReferenceError, Reference, Verdict, Words, read_reference
from assistant.shelf import Run
from assistant.side_by_side import COLUMNS, Cell, as_csv
from assistant.wording import languages
from tests.shelves import a_document
from tests.small_corpus import ROOT
from views import words
from views.texts import verdicts

LANGUAGES = languages(ROOT / "corpus")
REFERENCE = Reference("CBA5J0C9", "WDSF", 37, (Words(12, "0" * 8),))


@pytest.fixture(params=LANGUAGES)
def language(request, monkeypatch):
    """The language of the visit."""
    monkeypatch.setattr(words, "language", lambda: request.param)
    return request.param


def verdict(kind, **more):
    return Verdict(kind, REFERENCE, **more)


def test_every_verdict_has_words_of_its_own_and_no_key_is_shown(language):
    said = [verdicts.checked_said(Checked(kind)) for kind in CHECKED]
    said += [verdicts.verdict_said(verdict(kind)) for kind in VERDICTS]
    said += [verdicts.kind_name(kind) for kind in KINDS]
    assert len(set(said)) == len(said)
    english = set(CHECKED.values()) | set(VERDICTS.values())
    assert language == "en" or not english & set(said)
    assert not [text for text in said if re.search(r"[{}_]", text)]


def test_a_verdict_names_its_document_and_page_and_says_where_the_old_file_is(language):
    found = verdict("differently", document=SimpleNamespace(title="A policy"))
    assert "A policy" in verdicts.verdict_said(found) and "37" in verdicts.verdict_said(found)
    kept = verdicts.verdict_kept(verdict("gone", kept="official/previous/policy.pdf"))
    assert "official/previous/policy.pdf" in kept and "37" in kept
    assert verdicts.verdict_kept(verdict("stands")) == "" != verdicts.verdict_kept(verdict("gone"))


def test_a_damaged_reference_and_what_is_none_are_told_apart(language):
    told = set()
    for typed in ("ST/AI/2099/1", f"{REFERENCE}X"):
        with pytest.raises(BadReferenceError) as problem:
            read_reference(typed)
        told.add(verdicts.reference_problem(problem.value))
    assert len(told) == 2


def test_differences_are_said_with_the_words_of_both_texts(language):
    changes = [Change("Leave with"), Change("", "half", "full"), Change("", "not", ""), Change("", "", "ten")]
    said = verdicts.change_list(changes)
    assert len(said) == 3
    assert "half" in said[0] and "full" in said[0] and "not" in said[1] and "ten" in said[2]
    assert "{" not in "".join(said)


def test_a_clause_says_its_number_then_and_now_and_each_kind_is_counted(language):
    before, after = Clause("3", "A", Run(0, 0)), Clause("", "A", Run(1, 1))
    row = Compared("moved", before, after)
    title = verdicts.row_title(row)
    assert "3" in title and "{" not in title
    assert re.findall(r"\d+", verdicts.counts_said([row, row, Compared("new", None, after)])) == ["1", "2", "2"]


def test_the_table_for_a_spreadsheet_has_the_same_columns_in_the_language_of_the_visit(language):
    card = a_document("policy", ["1.  Staff may speak."], status="superseded").card
    head, row = as_csv([Cell(card, None)], verdicts.table_words()).splitlines()
    assert head.count('","') == row.count('","') == len(COLUMNS) - 1
    assert (head == as_csv([]).splitlines()[0]) is (language == "en")
    assert words.say("texts.silent") in row and words.say("texts.status_superseded") in row
