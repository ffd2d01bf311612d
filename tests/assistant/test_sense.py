"""assistant.sense: a file of numbers says what the vector of a question says, and a broken one is named."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.sense import NO_SENSE, Sense, read_sense, sense_file
from ingest.written_rules import RulesError

RANDOM = np.random.default_rng(2)
FORM = RANDOM.normal(size=(5, 5))
KNOWN = Sense("abc", 0.25, RANDOM.normal(size=5).astype(np.float32), (FORM + FORM.T).astype(np.float32))


def test_what_is_written_is_read_again_to_half_precision(tmp_path):
    (tmp_path / "sense.toml").write_text(sense_file(KNOWN, "Made up."), encoding="utf-8")
    read = read_sense(tmp_path)
    assert (read.model, read.base) == ("abc", 0.25)
    assert read.line == pytest.approx(KNOWN.line, rel=1e-3)
    assert read.form == pytest.approx(KNOWN.form, rel=1e-3) and (read.form == read.form.T).all()
    vector = np.full(5, 5**-0.5, dtype=np.float32)
    assert read.of(vector, "abc") == pytest.approx(KNOWN.of(vector, "abc"), abs=0.01)


def test_what_is_written_has_the_digest_of_what_is_read_also_where_numbers_are_too_small_to_write(tmp_path):
    form = KNOWN.form.copy()
    form[1, 2] = form[2, 1] = -1e-9
    known = Sense("abc", -0.13812, -KNOWN.line * 1e-9, form)
    (tmp_path / "sense.toml").write_text(sense_file(known, "Made up."), encoding="utf-8")
    assert read_sense(tmp_path).sha256 == known.sha256 != KNOWN.sha256


def test_it_says_nothing_of_no_vector_of_another_models_and_where_there_is_no_file(tmp_path):
    vector = np.ones(5, dtype=np.float32)
    assert read_sense(tmp_path) is NO_SENSE
    assert [KNOWN.of(None, "abc"), KNOWN.of(vector, "other"), KNOWN.of(vector[:4], "abc")] == [0.0, 0.0, 0.0]
    assert NO_SENSE.of(vector, "abc") == 0.0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("model", "mode1"),
        lambda text: text.replace("base = 0.2500", 'base = "much"'),
        lambda text: text.replace("line = '''", "line = '''????"),
        lambda text: text.replace("line = '''", "line = '''AAAA"),
        lambda text: sense_file(Sense("abc", 0.0, KNOWN.line * np.inf, KNOWN.form), "Made up."),
    ],
)
def test_a_broken_file_is_named_with_what_to_do(tmp_path, spoil):
    (tmp_path / "sense.toml").write_text(spoil(sense_file(KNOWN, "Made up.")), encoding="utf-8")
    with pytest.raises(RulesError, match="evals confidence"):
        read_sense(tmp_path)
