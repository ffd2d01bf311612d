"""Words of danger come first whatever stands around them; no index is needed for that."""

from __future__ import annotations

import pytest

from assistant import Assistant


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
