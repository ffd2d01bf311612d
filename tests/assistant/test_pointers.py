"""When the documents do not say, the answer names at most three official texts where a person can look."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.passages import Passage
from assistant.pointers import MOST_POINTERS, pointers
from assistant.quotes import Basis
from ingest.catalogue import COLUMNS, Document
from ingest.pages import Span
from ingest.sentences import Sentence
from ingest.store import ChunkPlace, DocumentCard, ReadDocument, Store, write_store

BLANK = dict.fromkeys(DocumentCard.__dataclass_fields__, "") | {"pages": 1, "flags": {}, "rests_on": {}}
NEAR, FAR = 0.6, 0.1


def text(name, symbol="", applies_to="un-system", title="", status="in_force", url=None):
    """An official text of the catalogue, at https://undocs.org/<name>."""
    known = {"id": name, "symbol": symbol, "applies_to": applies_to, "title": title or name, "status": status}
    known["official_url"] = f"https://undocs.org/{name}" if url is None else url
    return Document(**dict.fromkeys(COLUMNS, "") | known, path=Path(name))


EIGHT = text("sgb-8", "ST/SGB/2019/8")
EIGHTY = text("sgb-80", "ST/SGB/2019/80")
OURS = text("ours", applies_to="unops; undp")
MODEL = text("model", title="UN System Model Policy on Sexual Harassment")
TEXTS = (EIGHT, EIGHTY, OURS, MODEL)

RESTS_ON = {
    "1": [("ST/SGB/2019/8, page 3", "https://hub.un.org/faq")],
    "2": [("A page of the hub", "https://hub.un.org/page")],
    "3": [("An unpublished talk", "")],
    "4": [("the un system model policy on sexual harassment", "")],
    "5": [("What UNICEF says", "https://www.unicef.org/page"), ("What UNICEFX says", "https://hub.un.org/x")],
    "6": [(f"Page {n}", f"https://hub.un.org/{n}") for n in range(5)],
}


def card(name, **known):
    return DocumentCard(**BLANK | {"id": name, "title": name} | known)


GUIDE = card("guide", status="guide", rests_on=RESTS_ON)
RULES = card("rules", status="in_force", title="Rules", official_url="https://undocs.org/rules")
LOCAL = card("local", status="in_force", title="Local rules")


def sentence(number, paragraph):
    return Sentence(number, number, "sentence", "A.", "A.", (Span(1, "1", 0, 2),), paragraph, ())


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Sentence n of the guide stands in paragraph n + 1, the last in an item of the second."""
    path = tmp_path_factory.mktemp("store") / "texts.sqlite"
    paragraphs = (*RESTS_ON, "2 (a)")
    documents = [ReadDocument(GUIDE, (), tuple(sentence(n, p) for n, p in enumerate(paragraphs)), ())]
    write_store(path, [*documents, *(ReadDocument(one, (), (sentence(0, "1"),), ()) for one in (RULES, LOCAL))])
    store = Store(path)
    yield store
    store.close()


def passage(numbers=(0,), of=GUIDE, cosine=NEAR):
    return Passage(ChunkPlace(0, of.id, 1, 0, json.dumps(numbers)), of, 0.5, cosine)


def named(store, question="how long do I have", entity="", passages=(), texts=TEXTS, foreign=()):
    """The addresses that are named, without their beginning."""
    found = pointers(store, texts, question, entity, passages, foreign)
    assert len(found) <= MOST_POINTERS
    return [basis.url.removeprefix("https://") for basis in found]


def test_the_nearest_passage_names_what_its_paragraph_rests_on(store):
    assert named(store, passages=[passage([1])]) == ["hub.un.org/page"]
    assert named(store, passages=[passage([6])]) == ["hub.un.org/page"]  # an item rests on what its paragraph does


def test_a_source_that_the_catalogue_has_is_named_as_there_by_its_symbol_or_title(store):
    assert pointers(store, TEXTS, "how", "", [passage([0])]) == (
        Basis("sgb-8 (ST/SGB/2019/8)", "https://undocs.org/sgb-8"),
    )
    assert pointers(store, TEXTS, "how", "", [passage([3])]) == (Basis(MODEL.title, "https://undocs.org/model"),)


def test_a_source_of_which_no_address_is_known_is_not_named(store):
    assert named(store, passages=[passage([2])]) == []


def test_an_official_document_is_named_itself(store):
    assert pointers(store, (), "how", "", [passage(of=RULES)]) == (Basis("Rules", "https://undocs.org/rules"),)


def test_an_official_document_without_an_address_is_not_named(store):
    assert pointers(store, (), "how", "", [passage(of=LOCAL)]) == ()


def test_a_page_of_an_organisation_that_is_not_the_person_s_is_not_named(store):
    assert named(store, passages=[passage([4])]) == ["www.unicef.org/page", "hub.un.org/x"]
    assert named(store, passages=[passage([4])], foreign=("WIPO", "UNICEF")) == ["hub.un.org/x"]


def test_a_symbol_that_the_question_names_comes_before_the_organisation_s_own_and_these_before_the_nearest(store):
    question = "how long does st/sgb/2019/80 give me"
    assert named(store, question, "undp", [passage([1])]) == ["undocs.org/sgb-80", "undocs.org/ours", "hub.un.org/page"]
    assert named(store, question, "", [passage([1])]) == ["undocs.org/sgb-80", "hub.un.org/page"]
    assert named(store, "how long", "unops", [passage([1])]) == ["undocs.org/ours", "hub.un.org/page"]


@pytest.mark.parametrize(
    "question, found",
    [
        ("what does ST/SGB/2019/8 say", ["undocs.org/sgb-8"]),
        ("what does ST/SGB/2019/80 say", ["undocs.org/sgb-80"]),
        ("compare ST/SGB/2019/80 with ST/SGB/2019/8", ["undocs.org/sgb-8", "undocs.org/sgb-80"]),
        ("what does ST/SGB/2019/800 say", []),
        ("what does ST/SGB/2019/8/Rev.1 say", []),
    ],
)
def test_only_a_symbol_that_stands_whole_in_the_question_is_named_and_then_no_near_passage_is_needed(
    store, question, found
):
    assert named(store, question, passages=[passage([1], cosine=FAR)] if not found else ()) == found


@pytest.mark.parametrize("entity", ["", "undp"])
def test_a_question_about_other_things_is_shown_no_way(store, entity):
    assert named(store, "how do I bake a cake", entity, [passage([0], cosine=FAR)]) == []
    assert named(store, "how do I bake a cake", entity) == []


def test_no_more_than_three_are_named_and_no_address_twice(store):
    assert named(store, passages=[passage([5])]) == ["hub.un.org/0", "hub.un.org/1", "hub.un.org/2"]
    assert named(store, "what of ST/SGB/2019/8", passages=[passage([0]), passage([0, 1])]) == [
        "undocs.org/sgb-8", "hub.un.org/page",
    ]  # fmt: skip


def test_only_the_three_nearest_passages_show_the_way(store):
    silent = [passage([2])] * 3
    assert named(store, passages=[*silent, passage([1])]) == []
    assert named(store, passages=[*silent[1:], passage([1])]) == ["hub.un.org/page"]


def test_the_first_of_two_names_for_one_address_is_kept(store):
    twin = text("twin", "ST/SGB/2019/8", url=EIGHT.official_url)
    found = pointers(store, (EIGHT, twin), "what of ST/SGB/2019/8", "", ())
    assert found == (Basis("sgb-8 (ST/SGB/2019/8)", EIGHT.official_url),)


def test_guides_and_texts_without_an_address_are_never_named_from_the_catalogue(store):
    texts = (text("g", "ST/SGB/2019/8", status="guide"), text("n", "ST/SGB/2019/8", applies_to="undp", url=""))
    assert named(store, "what of ST/SGB/2019/8", "undp", [passage([2])], texts) == []


def test_a_withdrawn_text_is_never_named(store):
    assert named(store, "what of ST/SGB/2019/8", texts=[text("w", "ST/SGB/2019/8", status="withdrawn")]) == []


def test_a_far_passage_shows_no_way_beside_a_near_one(store):
    assert named(store, passages=[passage([1]), passage([5], cosine=0.01)]) == ["hub.un.org/page"]
