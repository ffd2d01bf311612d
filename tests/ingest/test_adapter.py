"""The default model is changed as its adapter says, and by no adapter of another."""

from __future__ import annotations

import pytest

from ingest import model_export
from ingest.adapter import ADAPTER, AdapterError, adapt, write_adapter
from ingest.embeddings import DEFAULT_MODEL, ModelError
from ingest.model_export import DEFAULT_WEIGHTS_SHA256, export_model, model_digest


def halves_of(name):
    """Both thin matrices of a matrix of shape (2, 3)."""
    import torch

    return {name: (torch.tensor([[1.0], [-2.0]]), torch.tensor([[0.5, 0.0, 4.0]]))}


def made_model():
    import torch

    model = torch.nn.Sequential(torch.nn.Linear(3, 2, bias=False), torch.nn.Linear(2, 2, bias=False))
    for layer in model:
        torch.nn.init.ones_(layer.weight)
    return model


def test_the_product_of_both_halves_is_added_to_the_matrix_that_is_named_and_to_no_other(tmp_path):
    write_adapter(halves_of("0"), "a" * 64, "Learned.", tmp_path / "made")
    model = made_model()
    adapt(model, "a" * 64, tmp_path / "made")
    assert model[0].weight.tolist() == [[1.5, 1.0, 5.0], [0.0, 1.0, -7.0]]
    assert model[1].weight.tolist() == [[1.0, 1.0], [1.0, 1.0]]


@pytest.mark.parametrize(
    ("name", "model", "why"), [("0", "b" * 64, "another model"), ("2", "a" * 64, "2"), ("1", "a" * 64, "size")]
)
def test_an_adapter_that_does_not_fit_is_refused_with_what_to_do(tmp_path, name, model, why):
    write_adapter(halves_of(name), model, "Learned.", tmp_path / "made")
    with pytest.raises(AdapterError, match=rf"made cannot be used \(.*{why}.*\)\. Put it back") as caught:
        adapt(made_model(), "a" * 64, tmp_path / "made")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [None, b"", b"\xff" * 64])
def test_a_missing_or_damaged_adapter_is_refused_with_what_to_do(tmp_path, content):
    if content is not None:
        (tmp_path / "made").write_bytes(content)
    with pytest.raises(AdapterError, match=r"made cannot be used .* Put it back"):
        adapt(made_model(), "a" * 64, tmp_path / "made")


def test_another_adapter_is_another_model_and_none_is_refused_before_anything_is_built(tmp_path, monkeypatch):
    shipped, other = model_digest(DEFAULT_MODEL), tmp_path / "other"
    other.write_bytes(ADAPTER.read_bytes() + b" ")
    monkeypatch.setattr(model_export, "ADAPTER", other)
    assert model_digest(DEFAULT_MODEL) != shipped
    other.unlink()
    with pytest.raises(ModelError, match=r"other is missing\. Put it back"):
        model_digest(DEFAULT_MODEL)


@pytest.mark.long
def test_a_damaged_adapter_stops_the_export_in_plain_words(tmp_path, monkeypatch):
    (tmp_path / "damaged").write_bytes(ADAPTER.read_bytes()[:1000])
    monkeypatch.setattr(model_export, "adapt", lambda model, digest: adapt(model, digest, tmp_path / "damaged"))
    with pytest.raises(ModelError, match=r"damaged cannot be used .* Put it back"):
        export_model(DEFAULT_MODEL, tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_the_shipped_adapter_holds_for_the_weights_that_were_reviewed_and_changes_the_upper_half_alone():
    from safetensors import safe_open

    with safe_open(ADAPTER, framework="pt") as file:
        assert file.metadata()["model"] == DEFAULT_WEIGHTS_SHA256
        layers = {name.split(".")[2] for name in file.keys()}  # noqa: SIM118  no dict
    assert layers == {"3", "4", "5"}
