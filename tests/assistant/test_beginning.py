"""An index that is opened before somebody asks is the one that is asked; what goes wrong with it is said as ever."""

from __future__ import annotations

from threading import Event
from types import SimpleNamespace

from assistant import Assistant
from ingest.opening import NoIndexError, OpenedIndex
from tests.small_corpus import ROOT


class Opening:
    """Counts how often an index is opened, and waits to be let go on; the index has nothing but an end."""

    def __init__(self, error=None):
        self.times, self.go_on, self.closed, self.error = 0, Event(), 0, error

    def __call__(self, settings):
        self.times += 1
        assert self.go_on.wait(20)
        if self.error:
            raise self.error
        return OpenedIndex(SimpleNamespace(close=self.close, untouched=lambda: True), "", "previous")

    def close(self):
        self.closed += 1


def assistant(tmp_path, opening):
    return Assistant(ROOT / "corpus", tmp_path / "index", opening)


def test_the_index_is_opened_once_and_beside_whoever_began(tmp_path):
    opening = Opening()
    asked = assistant(tmp_path, opening)
    asked.begin()
    asked.begin()
    opening.go_on.set()
    assert asked._open() is asked._open()
    asked.begin()
    assert opening.times == 1
    asked.close()
    assert opening.closed == 1


def test_an_index_that_nobody_asked_is_closed_too(tmp_path):
    opening = Opening()
    asked = assistant(tmp_path, opening)
    asked.begin()
    opening.go_on.set()
    asked.close()
    asked.close()
    assert opening.closed == 1


def test_an_index_that_cannot_be_opened_is_said_and_tried_again_at_the_next_question(tmp_path):
    opening = Opening(NoIndexError("empty"))
    asked = assistant(tmp_path, opening)
    asked.begin()
    opening.go_on.set()
    assert asked.ask("Who can I talk to?").status == "error_no_documents"
    assert asked.ask("Who can I talk to?").status == "error_no_documents"
    assert opening.times == 2
    asked.begin()
    asked.close()


def test_help_in_danger_does_not_wait_for_the_index(tmp_path):
    opening = Opening()
    asked = assistant(tmp_path, opening)
    asked.begin()
    try:
        assert asked.ask("He is hitting me right now").urgent
    finally:
        opening.go_on.set()
        asked.close()
