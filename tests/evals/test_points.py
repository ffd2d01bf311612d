"""evals.points: points tell urgent texts from others, sums are those of texts that were not learned from."""

from __future__ import annotations

import pytest

from evals import points
from evals.points import Text, held_out_sums, least_sum, points_from, write_points

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
def test_the_files_are_what_the_command_writes(tmp_path, monkeypatch):
    shipped = {path.name: path.read_bytes() for path in points.POINTS.glob("*.toml")}
    monkeypatch.setattr(points, "POINTS", tmp_path)
    assert write_points() == 0
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.toml")} == shipped
