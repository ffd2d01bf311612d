"""A question's vectors: the sentence that asks counts as much as all together, and all together stand by themselves."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from assistant.passages import question_vector

TOLD, ASKED = "He stares at me. Who can help?", "Who can help?"
UNMARKED = TOLD.rstrip("?")  # as many people write
AXES = {text: np.array([1, 0], dtype=np.float32) for text in (TOLD, UNMARKED)} | {
    ASKED: np.array([0, 1], dtype=np.float32)
}
INDEX = SimpleNamespace(
    embedder=SimpleNamespace(
        read_ahead=lambda texts: None,
        said_later=lambda text: lambda: AXES[text],
        asked_later=lambda text: lambda: -AXES[text],
    )
)


@pytest.mark.parametrize("question", [TOLD, UNMARKED])
def test_the_whole_question_is_kept_beside_that_in_which_the_sentence_that_asks_counts_half(question):
    vector = question_vector(INDEX, question)
    np.testing.assert_allclose(vector.said, [0.5**0.5] * 2, atol=1e-6)
    np.testing.assert_allclose(vector.asked, [-(0.5**0.5)] * 2, atol=1e-6)
    np.testing.assert_array_equal(vector.whole, [-1, 0])


def test_of_one_sentence_both_are_the_same():
    vector = question_vector(INDEX, ASKED)
    assert vector.whole.tolist() == vector.asked.tolist() == [0, -1]
