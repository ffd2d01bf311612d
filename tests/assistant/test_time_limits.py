"""A time limit is a rule of one organisation; to others it would be a wrong answer, so they are shown where to look."""

from __future__ import annotations

import io
import json
import shutil
import sys

import pytest

from assistant import __main__ as command
from ingest.build import build
from tests.pdfs import make_pdf
from tests.small_corpus import Built, copied, work_here

RULES = """
Time limits in the United Nations

1.  In UNICEF, the time limit for a formal complaint of sexual harassment is sixty days.

2.  There are staff counsellors in every house. In WIPO, the counsellor calls back within nine days.

3.  In the World Health Organization, the time limit for an appeal to the tribunal is thirty days.

4.  In WIPO, the time limit for a formal complaint of sexual harassment is ninety days.

5.  Staff have eighty days to go to the UN Dispute Tribunal with their case.
"""
COLUMNS = "id,file,title,issuer,applies_to,symbol,language,published,status,replaced_by,official_url,checked_on"
ROWS = (
    "rules,documents/rules.pdf,Rules,UN,un-system,ST/SGB/2019/80,en,,in_force,,https://undocs.org/ST/SGB/2019/80,,",
    "bulletin,official/b.pdf,A bulletin,UN,,ST/SGB/2019/8,en,,in_force,,https://undocs.org/ST/SGB/2019/8,,",
    "policy,official/p.pdf,Policy,UNDP,undp,,en,,in_force,,https://www.undp.org/policy,,",
)
LIMIT = "What is the time limit for a formal complaint of sexual harassment?"
EIGHTY, EIGHT, UNDP = (
    "https://undocs.org/ST/SGB/2019/80", "https://undocs.org/ST/SGB/2019/8", "https://www.undp.org/policy",
)  # fmt: skip


@pytest.fixture(scope="module")
def limits(small_index, tmp_path_factory) -> Built:
    """Rules of several organisations in one document, and two official texts that are not here."""
    built = copied(small_index, tmp_path_factory.mktemp("limits"))
    shutil.rmtree(built.corpus / "documents")
    (built.corpus / "documents").mkdir()
    (built.corpus / "flags.csv").unlink()
    make_pdf(built.corpus / "documents" / "rules.pdf", [RULES])
    (built.corpus / "catalogue.csv").write_text("\n".join((COLUMNS + ",licence_note", *ROWS)) + "\n", encoding="utf-8")
    with (built.corpus / "asked.csv").open("w", encoding="utf-8") as asked:
        asked.write("document,paragraph,question\nrules,2,how many days until the staff counsellor calls me back\n")
    with pytest.MonkeyPatch.context() as patch:
        work_here(patch)
        assert build(built.settings).built
    return built


@pytest.fixture(scope="module")
def ask(limits):
    assistant = limits.assistant()
    yield assistant.ask
    assistant.close()


def quoted(answer):
    return " ".join(quote.text for quote in answer.quotes)


def addresses(answer):
    return [basis.url for basis in answer.look_in]


@pytest.mark.parametrize(
    "question",
    [
        LIMIT,
        "How many days do I have for a formal complaint of sexual harassment?",
        "How long do I have for a formal complaint of sexual harassment?",
        "By when must a formal complaint of sexual harassment be made?",
        "Is it too late for a formal complaint of sexual harassment?",
    ],
)
@pytest.mark.parametrize("entity", [None, "undp", "un-secretariat"])
def test_the_number_of_another_organisation_is_no_answer_and_the_official_text_is_named(ask, question, entity):
    answer = ask(question, entity)
    assert answer.status == "unanswerable_not_in_documents"
    assert EIGHTY in addresses(answer)


def test_an_organisation_that_the_question_names_answers(ask):
    answer = ask(LIMIT.replace("?", " in UNICEF?"))
    assert "sixty days" in quoted(answer) and "ninety" not in quoted(answer)
    assert answer.look_in == ()
    both = quoted(ask(LIMIT.replace("?", " in UNICEF and in WIPO?")))
    assert "sixty days" in both and "ninety days" in both


def test_the_chosen_organisation_alone_answers_but_for_one_that_the_question_names(ask):
    assert "sixty days" in quoted(ask(LIMIT, "unicef")) and "ninety" not in quoted(ask(LIMIT, "unicef"))
    named = quoted(ask(LIMIT.replace("?", " in WIPO?"), "unicef"))
    assert "ninety days" in named and "sixty" not in named


@pytest.mark.parametrize("entity, theirs", [(None, True), ("undp", True), ("un-secretariat", True), ("who", False)])
def test_the_un_tribunals_limits_are_for_those_who_are_known_to_have_them(ask, entity, theirs):
    answer = ask("How long do I have to go to the Dispute Tribunal with my case?", entity)
    assert ("eighty days" in quoted(answer)) == theirs


def test_a_question_for_something_else_may_be_answered_by_any_organisation_s_rule(ask):
    said = quoted(ask("How do I make a formal complaint of sexual harassment?"))
    assert "In UNICEF" in said or "In WIPO" in said


@pytest.mark.parametrize(
    "question, entity, found",
    [
        ("What does ST/SGB/2019/8 say about dogs?", None, [EIGHT]),
        ("What does ST/SGB/2019/80 say about dogs?", None, [EIGHTY]),
        ("What does ST/SGB/2019/8 say about dogs?", "undp", [EIGHT, UNDP]),
        (LIMIT, "undp", [UNDP, EIGHTY]),
        ("How do I bake a cake?", "undp", []),
    ],
)
def test_the_text_that_is_named_comes_first_then_the_organisation_s_own_then_the_nearest(ask, question, entity, found):
    answer = ask(question, entity)
    assert (answer.quotes, addresses(answer)) == ((), found)


def run(built, monkeypatch, capsys, *options, typed):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode()), encoding="utf-8"))
    monkeypatch.setattr(sys, "argv", ["python -m assistant", *built.options, *options])
    assert command.main() == 0
    return capsys.readouterr().out


def test_where_to_look_is_said_in_the_terminal_with_its_address(limits, monkeypatch, capsys):
    flat = " ".join(run(limits, monkeypatch, capsys, "--entity", "undp", typed=LIMIT).split())
    assert f"You can look here too: Policy {UNDP} You can look here too: Rules (ST/SGB/2019/80) {EIGHTY}" in flat
    answered = run(limits, monkeypatch, capsys, "--entity", "unicef", typed=LIMIT)
    assert "You can look here too" not in answered and "sixty days" in answered


def test_where_to_look_stands_in_the_object_and_is_empty_beside_quotes(limits, monkeypatch, capsys):
    found = json.loads(run(limits, monkeypatch, capsys, "--json", "--entity", "undp", typed=LIMIT))
    assert found["look_in"] == [
        {"document": "Policy", "url": UNDP},
        {"document": "Rules (ST/SGB/2019/80)", "url": EIGHTY},
    ]
    answered = json.loads(run(limits, monkeypatch, capsys, "--json", "--entity", "unicef", typed=LIMIT))
    assert (answered["look_in"], bool(answered["quotes"])) == ([], True)


def test_a_catalogue_that_cannot_be_read_takes_no_answer_away(limits, tmp_path):
    own = copied(limits, tmp_path / "own")
    (own.corpus / "catalogue.csv").write_text("broken", encoding="utf-8")
    answer = own.assistant().ask(LIMIT, "undp")
    assert (answer.status, addresses(answer)) == ("unanswerable_not_in_documents", [EIGHTY])


def test_an_organisation_is_known_by_its_full_name_too(ask):
    assert "thirty days" not in quoted(ask("What is the time limit for an appeal to the tribunal?"))


def test_an_organisation_may_be_named_in_small_letters(ask):
    assert "sixty days" in quoted(ask("what is the time limit for a formal complaint of sexual harassment in unicef"))


@pytest.mark.xfail(strict=True, reason="only the first sentence of a whole paragraph is looked at")
def test_an_organisation_that_a_later_sentence_of_a_whole_paragraph_names_is_seen(ask):
    assert "nine days" not in quoted(ask("How many days until the staff counsellor calls me back?"))
