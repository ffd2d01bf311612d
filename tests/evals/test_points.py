"""evals.points: points tell urgent texts from others, sums are those of texts that were not learned from."""

from __future__ import annotations

import pytest

from assistant.word_points import read_points
from evals import points
from evals.points import Text, held_out_sums, least_sum, points_from, write_points
from ingest.build import CORPUS_DIR

TEXTS = [
    *(Text(f"the zebra is at my gate {word}", True) for word in ("a", "b", "c", "d", "e", "f")),
    *(Text(f"who reads the policy {word}", False) for word in ("a", "b", "c", "d", "e", "f")),
]


def test_words_of_urgent_texts_get_points_and_those_of_others_lose_some():
    found = points_from(TEXTS, {})
    assert found["zebra"] > 0 > found["policy"]
    assert "a" not in found and 0 not in found.values()


def test_a_text_is_summed_up_by_points_that_were_set_without_it():
    own = [Text("quagga quagga " * 3, True, "seen")]
    known = [Text("the quagga", True)] * 3
    assert {got for text, got in held_out_sums([*TEXTS, *own], {}) if text in own} == {0}
    assert all(got > 0 for text, got in held_out_sums([*TEXTS, *own, *known], {}) if text in own)


@pytest.mark.parametrize(("most", "least"), [(0.0, 9), (0.25, 6), (0.5, 3), (0.75, 1)])
def test_the_least_sum_is_reached_by_no_more_than_the_share(most, least):
    assert least_sum([8, 2, 5, -7], most) == least


@pytest.mark.long
def test_the_command_writes_the_same_files_each_time_and_they_can_be_used(tmp_path, monkeypatch):
    """Not those that are shipped: these were kept when new ones understood fewer (docs/decisions/0014)."""
    written = []
    for name in ("one", "other"):
        folder = tmp_path / name / "triage" / "points"
        folder.mkdir(parents=True)
        monkeypatch.setattr(points, "POINTS", folder)
        assert write_points() == 0
        written.append({path.name: path.read_bytes() for path in folder.glob("*.toml")})
    assert written[0] == written[1]
    assert sorted(written[0]) == sorted(path.name for path in (CORPUS_DIR / "triage" / "points").glob("*.toml"))
    assert all(read_points(folder.parents[1], language, {}).words for language in ("en", "zh"))
