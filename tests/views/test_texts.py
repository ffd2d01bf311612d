"""views.texts: what is shown is escaped and can be heard as well as seen; only on one's own is a folder read again."""

from __future__ import annotations

import re
import subprocess
import sys
import time

import pytest

from assistant.finding import marked, terms_of
from assistant.pasted import Change
from tests.shelves import a_document, a_shelf, put_in_use
from views import building, engine
from views.markup import save_button
from views.texts import documents, shelves
from views.texts.shown import changes_html, list_html


def heard(html: str) -> str:
    """The text without tags, as a program reads it out that says nothing of del, ins or colours."""
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def test_differences_can_be_heard_and_hold_no_tag_of_a_text():
    html = changes_html([Change("Leave with"), Change("", "<b>half</b>", "full"), Change("pay")])
    assert heard(html) == "Leave with (your text: &lt;b&gt;half&lt;/b&gt;) (the document: full) pay"
    assert re.findall(r"<(\w+)", html) == ["p", "del", "bdi", "bdi", "ins", "bdi", "bdi"]


def test_lists_and_buttons_escape_what_they_hold():
    assert list_html(["<i>"]) == '<ul><li dir="auto">&lt;i&gt;</li></ul>' and list_html([]) == ""
    assert '"><' not in save_button("a", b"b", '"><script>', "text/csv").partition("data-content")[0]


def test_marks_are_around_whole_words_of_the_text():
    assert marked("No <b>report</b>ing", terms_of("report")) == [
        ("No <b>", False),
        ("report", True),
        ("</b>ing", False),
    ]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "_engines", [engine._Engine(tmp_path / "corpus", tmp_path / "index")])
    monkeypatch.setattr(shelves, "_read", {})
    monkeypatch.setattr(shelves, "_before", {})
    return tmp_path


def test_the_shelf_is_read_once_and_again_when_another_index_is_in_use(here):
    assert shelves.shelf() is None and shelves.before() == ()
    a_shelf(here, [a_document("policy", ["1.  Staff may speak."])])
    first = shelves.shelf()
    assert shelves.shelf() is first
    put_in_use(here / "index", [a_document("policy", ["1.  Staff may write."])])
    assert shelves.shelf().documents[0].sentences[0].text == "Staff may write."
    assert shelves.before()[0].sentences[0].text == "Staff may speak."
    (here / "corpus" / "contacts").mkdir()
    (here / "corpus" / "contacts" / "x.toml").write_text("")
    assert shelves.shelf() is not first  # what is on file decides which contacts are confirmed


@pytest.fixture
def builds(monkeypatch):
    """Builds that run the given code instead; all of them have ended afterwards."""
    monkeypatch.setattr(building, "_builds", [])
    monkeypatch.setattr(building, "_may", [False])

    def with_code(code):
        def start(_corpus, _index, **output):
            return subprocess.Popen([sys.executable, "-c", code], start_new_session=True, **output)

        monkeypatch.setattr(building, "start", start)

    yield with_code
    building.end_all()


def ended(build):
    for _ in range(300):
        if not build.running:
            return build
        time.sleep(0.02)
    raise AssertionError("it did not end")


def test_a_server_never_has_its_folder_read_again_from_the_page(here, builds):
    builds("print('read')")
    documents._begin()
    assert building.latest() is None
    building.allow(True)
    documents._begin()
    assert ended(building.latest()).well and list(building.latest().said) == ["read"]
    building.forget()
    assert building.latest() is None


def test_two_who_begin_at_once_get_the_same_build_and_a_failed_one_says_why(here, builds):
    builds("import time, sys; print('Reading documents ...', flush=True); time.sleep(.3); sys.exit('no room')")
    build = building.begin(here, here)
    assert building.begin(here, here) is build
    assert not ended(build).well and list(build.said) == ["Reading documents ...", "no room"]
    assert building.begin(here, here) is not build


def test_a_build_that_began_with_the_program_is_known_until_it_ends(builds):
    assert building.first_runs_for() is None
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    building.know_first(child)
    assert building.first_runs_for() == 0
    child.communicate(b"\n")
    assert building.first_runs_for() is None
    building.know_first(None)


def test_the_end_of_the_program_ends_a_build(here, builds):
    builds("import time; time.sleep(60)")
    build = building.begin(here, here)
    building.end_all()
    assert not ended(build).well
