"""A model that learns from what people ask finds the questions for one paragraph more alike."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from evals.errors import EvalError
from ingest.adapter import adapt
from ingest.build import build
from ingest.model_export import DEFAULT_WEIGHTS_SHA256

PARAGRAPHS, EACH, MANNERS = 40, 6, 12
WORDS = {
    f"{kind}{n}": at for at, (kind, n) in enumerate((k, n) for k in ("matter", "manner") for n in range(PARAGRAPHS))
}


@pytest.fixture(scope="module")
def adapting():
    """The module, and with it torch: imported when it is wanted, not by all who only collect tests."""
    from evals import adapting

    return adapting


def tokenizer(text, **limits):
    return {"input_ids": [WORDS[word] for word in text.split()]}


def made_questions(draw):
    """Questions of one word on the matter, which is that of their paragraph, among many on their manner."""
    from evals.adapting import Learned

    paragraphs = np.repeat(np.arange(PARAGRAPHS), EACH)
    manners = draw.integers(0, PARAGRAPHS, (len(paragraphs), MANNERS))
    questions = [
        " ".join([f"matter{matter}", *(f"manner{n}" for n in row)])
        for matter, row in zip(paragraphs, manners.tolist(), strict=True)
    ]
    return Learned(questions, paragraphs, [f"matter{n} matter{n}" for n in range(PARAGRAPHS)])


def made_model():
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(4)
    return BertModel(
        BertConfig(
            vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=4, num_attention_heads=2, intermediate_size=64,
            max_position_embeddings=32,
        )
    )  # fmt: skip


def nearest_is_own(model, learned):
    import torch

    with torch.no_grad():
        ids = torch.tensor([tokenizer(question)["input_ids"] for question in learned.questions])
        vectors = torch.nn.functional.normalize(model(ids).last_hidden_state.mean(dim=1), dim=1)
    near = vectors @ vectors.T
    near.fill_diagonal_(-2.0)
    return float((learned.paragraphs[near.argmax(dim=1).numpy()] == learned.paragraphs).mean())


@pytest.fixture(scope="module")
def taught(adapting):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adapting, "_PASSES", 30)
        patch.setattr(adapting, "_RATE", 4e-3)
        model = made_model()
        halves = adapting.learn(model, tokenizer, made_questions(np.random.default_rng(1)))
        return SimpleNamespace(model=model, halves=halves)


@pytest.mark.long
def test_questions_that_were_not_learned_from_come_nearer_to_others_for_their_paragraph(taught):
    new = made_questions(np.random.default_rng(2))
    assert nearest_is_own(taught.model.eval(), new) > nearest_is_own(made_model().eval(), new) + 0.1


@pytest.mark.long
def test_what_is_added_to_the_matrices_is_all_that_was_learned(taught):
    """A model as it was, with the products of the halves added, has the vectors of the one that learned."""
    import torch

    model, ids = made_model().eval(), torch.arange(10)[None]
    for name, (up, down) in taught.halves.items():
        assert not name.startswith("encoder.layer.0.")
        with torch.no_grad():
            model.get_submodule(name).weight += up @ down
    with torch.no_grad():
        torch.testing.assert_close(model(ids).last_hidden_state, taught.model.eval()(ids).last_hidden_state)


@pytest.mark.long
def test_the_same_questions_teach_the_same(adapting, monkeypatch):
    import torch

    monkeypatch.setattr(adapting, "_PASSES", 1)
    first, second = (
        adapting.learn(made_model(), tokenizer, made_questions(np.random.default_rng(1))) for _ in range(2)
    )
    assert all(torch.equal(one, other) for name in first for one, other in zip(first[name], second[name], strict=True))


def test_another_question_of_the_paragraph_is_never_the_question_itself_where_there_is_one(adapting):
    paragraphs, draw = np.array([0, 0, 0, 1, 2, 2]), np.random.default_rng(5)
    batch = np.arange(6)
    for _ in range(20):
        others = adapting._others(draw, paragraphs, batch)
        assert (paragraphs[others] == paragraphs).all()
        assert [n for n in batch.tolist() if others[n] == n] == [3]


# The command, on a corpus of its own.

ASKED = (
    "first-steps,2,need i write it all down", "programme,2,where do i sleep tonight", "policy,2.2,what do i get",
    "first-steps,1,may a friend sit in", "programme,2,i cannot go home", "nobody,1,is there a nobody",
)  # fmt: skip


def write_rows(folder, rows):
    (folder / "asked.csv").write_text("\n".join(("document,paragraph,question", *rows)) + "\n", encoding="utf-8")


def test_all_that_people_ask_is_learned_from_beside_the_paragraph_that_answers_it(own_index, builds_here, adapting):
    write_rows(own_index.corpus, ASKED)
    build(own_index.settings)
    learned = adapting.learned_from(own_index.corpus, own_index.index)
    found = {}
    for question, n in zip(learned.questions, learned.paragraphs.tolist(), strict=True):
        found.setdefault(learned.texts[n], []).append(question)
    by_question = {asked[0]: (text, asked) for text, asked in found.items()}
    assert len(found) == len(learned.texts) == 4 and sum(map(len, found.values())) == 5
    home, slept = by_question["where do i sleep tonight"]
    assert slept == ["where do i sleep tonight", "i cannot go home"]
    assert home.startswith("Support in the Example Programme\n") and home.endswith("who feel unsafe at home.")
    assert "Medical care and counselling" in by_question["what do i get"][0]


@pytest.mark.long
def test_the_command_writes_what_was_learned_for_the_model_as_it_came(
    own_index, builds_here, adapting, tmp_path, monkeypatch, capsys
):
    import torch

    write_rows(own_index.corpus, ASKED)
    name, shape = "encoder.layer.5.output.dense", (384, 1536)
    halves = {name: (torch.ones(shape[0], 1), torch.ones(1, shape[1]))}
    seen = []

    def taught(model, tokenizer, learned):
        seen.append(
            (model.get_submodule(name).weight.clone(), tokenizer("a text")["input_ids"], len(learned.questions))
        )
        return halves

    monkeypatch.setattr(adapting, "learn", taught)
    monkeypatch.setattr(adapting, "_BATCH", len(ASKED) - 1)
    write = adapting.write_adapter
    monkeypatch.setattr(adapting, "write_adapter", lambda *given: write(*given, tmp_path / "made"))
    assert adapting.set_adapter(own_index.corpus, own_index.index) == 0
    ((weight, pieces, count),) = seen
    assert weight.shape == shape and len(pieces) == 4 and count == 5
    said = SimpleNamespace(weight=torch.zeros(shape))
    adapt(SimpleNamespace(get_submodule=lambda _: said), DEFAULT_WEIGHTS_SHA256, tmp_path / "made")
    assert (said.weight == 1).all()
    assert "5 questions of 4 paragraphs" in capsys.readouterr().out


def test_where_hardly_anybody_asks_anything_nothing_is_learned(own_index, adapting):
    with pytest.raises(EvalError, match=r"has 0 rows in asked\.csv .* At least 64 are needed"):
        adapting.set_adapter(own_index.corpus, own_index.index)
