"""Words of danger come first whatever stands around them; no index is needed for that."""

from __future__ import annotations

import json
import shutil

import pytest

from assistant import Assistant
from ingest.build import CORPUS_DIR


@pytest.fixture(scope="module")
def without_index(tmp_path_factory):
    return Assistant(index_dir=tmp_path_factory.mktemp("no index"))


@pytest.mark.parametrize(
    "question",
    [
        "<he has a gun and is outside my door>",
        "[I want to kill myself](please)",
        "my boss <raped me last night>",
        "**I want to die**",
    ],
)
def test_markup_does_not_hide_words_of_danger(without_index, question):
    answer = without_index.ask(question)
    assert answer.status == "referred_urgent"
    assert answer.urgent and not answer.quotes
    assert answer.referral.avenues


def test_markup_alone_is_no_question(without_index):
    assert without_index.ask("<b></b> ![](https://example.org/a.png)").status == "clarification_empty"


@pytest.mark.parametrize(
    "question", ["Mr Smith raped me last night", "dr raped me last night", "call me, I want to die"]
)
def test_a_name_beside_them_does_not_hide_words_of_danger(without_index, question):
    assert without_index.ask(question).status == "referred_urgent"


@pytest.fixture
def corpus(tmp_path):
    """A corpus of which only the words and rules are one's own."""
    for name in ("triage", "wording"):
        shutil.copytree(CORPUS_DIR / name, tmp_path / name)
    return tmp_path


def test_english_words_stand_beside_those_of_a_language_until_somebody_has_reviewed_them(corpus, tmp_path):
    asked = "je veux mourir"
    assistant = Assistant(corpus, tmp_path / "no index")
    words = {language: assistant.wording(language)["urgent.self_harm"] for language in ("en", "fr")}
    urgent = assistant.ask(asked, language="fr").urgent
    assert (urgent.text, urgent.in_english) == (words["fr"], words["en"])
    assert assistant.ask("I want to die").urgent.in_english == ""
    for file in (corpus / "wording" / "fr.toml", *(corpus / "triage").rglob("fr*.toml")):
        file.write_text(
            file.read_text(encoding="utf-8").replace('reviewed_by = ""', 'reviewed_by = "Bureau"'), encoding="utf-8"
        )
    urgent = Assistant(corpus, tmp_path / "no index").ask(asked, language="fr").urgent
    assert (urgent.text, urgent.in_english) == (words["fr"], "")


def test_a_cry_for_help_too_short_to_tell_its_language_is_answered_in_that_of_the_rule(without_index):
    answer = without_index.ask("quiero morir")
    assert answer.status == "referred_urgent"
    assert answer.language == "es"
    assert answer.urgent.in_english == without_index.wording("en")["urgent.self_harm"]


POINTS = """
reviewed_by = ""
reviewed_on = 2026-11-26
kind = "{kind}"
enough = 9
perhaps = 4
[words]
"zebra" = 5
"quagga" = 5
"""


@pytest.fixture
def with_points(tmp_path):
    """An assistant to which zebras speak of danger a little, and with quaggas enough; the rules are as shipped."""
    shutil.copytree(CORPUS_DIR / "wording", tmp_path / "wording")
    (tmp_path / "triage" / "points").mkdir(parents=True)

    def made(kind="danger"):
        (tmp_path / "triage" / "points" / "en.toml").write_text(POINTS.format(kind=kind), encoding="utf-8")
        return Assistant(tmp_path, tmp_path / "no index")

    return made


def test_where_there_may_be_danger_one_line_stands_before_the_answer_and_the_status_is_the_same(with_points):
    assistant = with_points()
    line, answer = assistant.wording("en")["urgent.perhaps"], assistant.ask("Where does the zebra report?")
    assert answer.forewords == (line,)
    assert (answer.status, answer.urgent) == ("error_no_documents", None)
    assert assistant.ask("Where does the horse report?").forewords == ()
    urgent = assistant.ask("Where do the zebra and the quagga report?")
    assert (urgent.status, urgent.forewords) == ("referred_urgent", ())


def test_whoever_said_that_they_are_safe_for_now_gets_no_line(with_points):
    assert with_points().ask("Where does the zebra report?", urgent_seen=True).forewords == ()


@pytest.mark.parametrize("question", ["zebra " * 400, "Où est le zebra ? Je fais un gâteau et une tarte."])
def test_the_line_stands_before_what_is_no_answer_too(with_points, question):
    answer = with_points().ask(question)
    assert answer.status in {"clarification_too_long", "unanswerable_language"}
    assert answer.forewords


def test_the_line_in_english_stands_beside_that_of_a_language_until_somebody_has_reviewed_it(with_points, tmp_path):
    assistant = with_points()
    words = [assistant.wording(language)["urgent.perhaps"] for language in ("fr", "en")]
    assert list(assistant.ask("The zebra?", language="fr").forewords) == words
    file = tmp_path / "wording" / "fr.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace('reviewed_by = ""', 'reviewed_by = "Bureau"'), encoding="utf-8"
    )
    assert list(with_points().ask("The zebra?", language="fr").forewords) == words[:1]


def test_nothing_in_the_answer_says_of_what_kind_the_danger_may_be(with_points):
    shown = [with_points(kind).ask("The zebra?").to_json() | {"timings_ms": {}} for kind in ("danger", "self_harm")]
    assert shown[0] == shown[1] and shown[0]["forewords"]
    assert '"kind"' not in json.dumps(shown[0])


def test_chinese_points_say_no_more_than_that_there_may_be_danger(tmp_path):
    shutil.copytree(CORPUS_DIR / "wording", tmp_path / "wording")
    (tmp_path / "triage" / "points").mkdir(parents=True)
    content = POINTS.format(kind="danger").replace("enough = 9\n", "").replace("zebra", "斑 马")
    (tmp_path / "triage" / "points" / "zh.toml").write_text(content, encoding="utf-8")
    assistant = Assistant(tmp_path, tmp_path / "no index")
    answer = assistant.ask("请问斑马在哪里可以得到帮助？")
    assert answer.urgent is None
    assert list(answer.forewords) == [assistant.wording(one)["urgent.perhaps"] for one in ("zh", "en")]
    assert assistant.ask("请问在哪里可以得到帮助？").forewords == ()
