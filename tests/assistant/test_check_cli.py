"""`python -m assistant verify | check | find`: what is said, with which exit status, and that nothing typed is told."""

from __future__ import annotations

import io
import re
import sys

import pytest

from assistant import __main__ as command
from assistant.references import reference_of
from assistant.shelf import Run
from tests.assistant.test_checking import POLICY
from tests.shelves import a_document, a_shelf, put_in_use
from tests.small_corpus import ROOT

INTERFACE = (ROOT / "docs" / "public-interface.md").read_text(encoding="utf-8")


@pytest.fixture
def shelf(tmp_path):
    return a_shelf(tmp_path, [a_document("policy", POLICY, symbol="ST/AI/2099/1")])


@pytest.fixture
def said(tmp_path, monkeypatch, capsys):
    """Run a command in this process: said(*words, typed="…") → (status, output, errors)."""

    def runs(name, *more, typed=""):
        folders = ["--corpus", str(tmp_path / "corpus"), "--index", str(tmp_path / "index")]
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode("utf-8", "surrogatepass"))))
        monkeypatch.setattr(sys, "argv", ["python -m assistant", name, *more, *folders])
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True))
        monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True))
        try:
            status = command.main()
        except SystemExit as stopped:
            status = stopped.code
        return status, *(stream.buffer.getvalue().decode() for stream in (sys.stdout, sys.stderr))

    return runs


def test_a_pasted_sentence_ends_with_0_where_it_stands_with_1_where_not_with_2_where_there_is_none(said, shelf):
    status, out, _ = said("check", typed="Speaking with the staff counsellor is not a\nformal report")
    assert status == 0 and "ST/AI/2099/1, “Policy”, 1 January 2099, para. 2.1, p. 1" in out
    reference = re.search(r"Reference: (AV1-\S+)", out).group(1)
    assert said("verify", reference)[0] == 0
    assert said("verify", typed=reference.lower())[0] == 0
    status, out, _ = said("check", typed="Speaking with the staff counsellor is a formal report")
    assert status == 1 and "The document also has “not”." in out
    assert said("check", typed=" ")[0] == said("check", typed="x" * 2_000_000)[0] == 2


def test_a_reference_ends_with_1_where_something_changed_and_with_2_where_it_is_damaged_or_unknown(
    said, shelf, tmp_path
):
    reference = reference_of(shelf.documents[0].quote(Run(1, 1)))
    status, _, errors = said("verify", reference[:-1])
    assert status == 2 and "damaged" in errors
    put_in_use(tmp_path / "index", [a_document("policy", [POLICY[0].replace("may speak", "may talk")])])
    assert said("verify", reference)[0] == 1
    put_in_use(tmp_path / "index", [a_document("another", ["Nothing of this kind."])])
    assert said("verify", reference)[0] == 2


def test_a_search_lists_each_place_and_ends_with_1_where_there_is_none(said, shelf):
    status, out, _ = said("find", typed="“starts no investigation”\n")
    assert (status, out.splitlines()[-1]) == (0, "Found in 1 place.")
    status, out, _ = said("find", "--year", "1999", typed="investigation")
    assert (status, out) == (1, "Found in 0 places.\n")
    assert said("find", typed="(*)")[0] == 2


@pytest.mark.parametrize("name", ["check", "find"])
def test_what_is_looked_for_is_refused_as_an_argument_and_never_repeated(said, shelf, name, monkeypatch):
    status, out, errors = said(name, "ZEBRA words")
    assert status == 2 and "ZEBRA" not in out + errors
    monkeypatch.setattr("assistant.check_command.read_shelf", lambda *_: 1 / 0)
    status, out, errors = said(name, typed="ZEBRA words")
    assert status == 2 and "ZeroDivisionError" in errors and "ZEBRA" not in out + errors


def test_without_an_index_each_command_says_what_to_do(said, tmp_path):
    (tmp_path / "corpus").mkdir()
    assert said("find", typed="investigation")[::2] == (2, "There is no index yet. Run `make build`.\n")


def test_what_steers_a_terminal_in_a_document_is_left_out(said, tmp_path):
    a_shelf(
        tmp_path, [a_document("policy", ["1.  Staff may \x1b[31mspeak\x1b[0m to anyone."], title="A\x1b]0;x\x07 title")]
    )
    assert "\x1b" not in said("find", typed="anyone")[1] + said("check", typed="to anyone")[1]


def test_every_command_and_option_is_in_the_documentation():
    from assistant.check_command import COMMANDS, parser

    assert [name for name in COMMANDS if f"| `{name}" not in INTERFACE] == []
    (commands,) = (action for action in parser()._actions if action.choices)
    options = {text for one in commands.choices.values() for text in one._option_string_actions if text[:2] == "--"}
    assert [option for option in options - {"--help"} if f"`{option}" not in INTERFACE] == []


def test_two_editions_end_with_1_where_they_differ_and_with_2_where_there_are_not_two(said, shelf, tmp_path):
    assert said("compare", "policy")[0] == 2
    put_in_use(
        tmp_path / "index", [a_document("policy", [POLICY[0].replace("ten working", "five working"), POLICY[1]])]
    )
    status, out, _ = said("compare", "policy")
    assert status == 1
    assert "- Paragraph 2.2 (a): changed\n  Leave with full pay of up to [-ten-] {+five+} working days;\n" in out
    assert out.splitlines()[-1] == "Clauses: 1 changed, 6 the same." and "staff counsellor" not in out
    status, out, _ = said("compare", "policy", "policy", "--all")
    assert status == 0 and "staff counsellor" in out


def test_words_that_stand_in_a_replaced_document_alone_are_not_taken_for_the_rule_of_today(said, tmp_path):
    old = a_document("policy", POLICY, status="superseded", replaced_by="new")
    a_shelf(tmp_path, [old, a_document("new", ["Nothing of this kind."])])
    status, out, _ = said("check", typed="starts no investigation")
    assert status == 1 and "may no longer hold" in out
    put_in_use(tmp_path / "index", [old, a_document("new", POLICY)])
    status, out, _ = said("check", typed="starts no investigation")
    assert status == 0 and "may no longer hold" not in out
