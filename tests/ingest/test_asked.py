"""What people ask, in their own words, finds the paragraph that answers it; it is searched and never shown."""

from __future__ import annotations

import json
import math
from threading import Event

import numpy as np
import pytest

from ingest.asked import _LIKELY, Asked, asked_texts, write_asked
from ingest.catalogue import CatalogueError
from ingest.classifier import Classifier, Known, paragraph_digest
from ingest.facts import read_asked
from ingest.pages import Span
from ingest.sentences import Sentence
from ingest.store import AskedQuestion, DocumentCard, ReadDocument

X, Y, Z = np.eye(3, dtype=np.float32)
BLANK = dict.fromkeys(("file", "title", "issuer", "applies_to", "symbol", "language", "published", "status"), "")
BLANK |= {"replaced_by": "", "official_url": "", "sha256": "", "pages": 1}


def along_axes(texts):
    """Each text along the axes that it names: "x" on the first, "x y" between the first and the second."""
    vectors = [
        sum((axis for name, axis in zip("xyz", (X, Y, Z), strict=True) if name in t.split()), 0 * X) for t in texts
    ]
    return np.array([vector / (np.linalg.norm(vector) or 1.0) for vector in vectors], dtype=np.float32)


def asked_of(folder, *paragraphs, title=""):
    """What is asked of the paragraphs of one document, each as (its words, its questions), of one sentence."""
    read = read_document("doc", *paragraphs, title=title)
    return written(folder, read)


def read_document(name, *paragraphs, title=""):
    """A document with these paragraphs and what is asked of them."""
    texts = [text for text, _ in paragraphs]
    sentences = tuple(
        Sentence(n, n, "sentence", text, text, (Span(1, "1", 0, 1),), str(n + 1), ("Heading",))
        for n, text in enumerate(texts)
    )
    questions = tuple(AskedQuestion(q, (n,)) for n, (_, found) in enumerate(paragraphs) for q in found)
    card = DocumentCard(**BLANK | {"id": name, "title": title})
    return ReadDocument(card, (), sentences, (), questions)


def written(folder, *documents, known=None):
    """What is asked of documents, written and read again."""
    texts = [asked_texts(document) for document in documents]
    write_asked(folder, documents, [dict(zip(own, along_axes(own), strict=True)) for own in texts], known)
    return Asked(folder)


def knowing(*texts):
    """A classifier that holds each further of these paragraphs, by its words, for e² times as likely on any x."""
    inner, outer = np.zeros((3, 1), dtype=np.float32), np.arange(len(texts), dtype=np.float32)[None] * 2
    inner[0] = 1
    network = Classifier(inner, np.zeros(1, dtype=np.float32), outer, np.zeros(len(texts), dtype=np.float32))
    return Known(network, {paragraph_digest("doc", [text]): n for n, text in enumerate(texts)})


def found(asked, question, vector=Z):
    """(number of the paragraph's first sentence, score, likeness) of the nearest."""
    near = asked.nearest(question, vector, vector)
    return [(one.sentences[0], one.score, one.likeness) for one in near]


def test_without_asked_questions_there_is_nothing_to_find(tmp_path):
    asked = asked_of(tmp_path / "asked", ("A rule.", ()))
    assert asked.sentences == frozenset()
    assert list(asked.nearest("a rule", X, X)) == []


def test_the_paragraph_whose_asked_question_is_nearest_comes_first(tmp_path):
    asked = asked_of(tmp_path / "asked", ("One.", ("x",)), ("Two.", ("y",)), ("Three.", ("z",)))
    assert found(asked, "nothing", Y) == [(1, 0.7, 1.0), (0, 0.1, 0.0), (2, 0.1, 0.0)]
    assert asked.sentences == {("doc", 0), ("doc", 1), ("doc", 2)}


def test_equally_near_paragraphs_stay_in_the_order_of_the_corpus(tmp_path):
    asked = asked_of(tmp_path / "asked", *[("One.", ("x",))] * 7)
    assert [number for number, *_ in found(asked, "one", X)] == [*range(7)]


def test_three_asked_questions_count_and_more_that_are_far_do_no_harm(tmp_path):
    asked = asked_of(tmp_path / "asked", ("A.", ("x", "y", "y", "y", "y")), ("B.", ("x", "y")), ("C.", ("x",)))
    scores = {number: score for number, score, _ in found(asked, "nothing", X)}
    assert scores == {0: 0.3, 1: 0.4, 2: 0.7}


def test_the_paragraph_s_own_words_after_its_headings_count_too(tmp_path):
    asked = asked_of(tmp_path / "asked", ("about y", ("x",)), ("about z", ("x",)))
    assert found(asked, "nothing", Z) == [(1, 0.15, 0.0), (0, 0.0, 0.0)]


def test_a_question_that_is_asked_of_a_document_brings_all_its_paragraphs_a_little_nearer(tmp_path):
    near = read_document("near", ("One.", ("x",)), ("Two.", ("y",)))
    asked = written(tmp_path / "asked", read_document("far", ("Three.", ("z",))), near)
    scores = {(one.document, *one.sentences): one.score for one in asked.nearest("nothing", X, X)}
    assert scores == {("near", 0): 0.7, ("near", 1): 0.1, ("far", 0): 0.0}


@pytest.mark.parametrize("question", ["nurses", "manuals", "headings", "physicians"])
def test_words_of_text_title_heading_and_asked_questions_are_covered_in_any_form(tmp_path, question):
    asked = asked_of(tmp_path / "asked", ("A nurse helps.", ("see a physician",)), title="The manual")
    assert found(asked, question) == [(0, 0.15, 0.0)]


def test_a_rare_word_covers_more_of_a_question_than_a_frequent_one(tmp_path):
    asked = asked_of(tmp_path / "asked", ("report", ("x",)), ("report", ("x",)), ("nurse", ("x",)))
    rare, frequent = (math.log(1 + (3 - n + 0.5) / (n + 0.5)) for n in (1, 2))
    scores = {number: score for number, score, _ in found(asked, "nurse report")}
    assert scores[2] == pytest.approx(0.15 * rare / (rare + frequent), abs=1e-6)
    assert scores[0] == scores[1] == pytest.approx(0.15 * frequent / (rare + frequent), abs=1e-6)


def test_a_word_that_no_paragraph_holds_weighs_as_much_as_the_rarest(tmp_path):
    asked = asked_of(tmp_path / "asked", ("nurse", ("x",)))
    assert 0 < found(asked, "nurse zebra")[0][1] < found(asked, "nurse")[0][1] == 0.15


def test_how_often_each_word_stands_there_is_kept_for_the_spelling(tmp_path):
    asked = asked_of(tmp_path / "asked", ("A nurse helps.", ("A Nurse?", "room 7")))
    assert (asked.counts["nurse"], asked.counts["heading"], "7" in asked.counts) == (2, 1, False)


@pytest.mark.parametrize("question", ["", "?!", "the of and", "zebra"])
def test_a_question_of_no_known_word_covers_nothing(tmp_path, question):
    assert found(asked_of(tmp_path / "asked", ("nurse", ("x",))), question) == [(0, 0.0, 0.0)]


def test_the_same_paragraphs_are_written_as_the_same_bytes(tmp_path):
    for name in ("first", "second"):
        asked_of(tmp_path / name, ("about y", ("x", "z y")), ("about z", ("y",)))
    for path in (tmp_path / "first").iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes()


# asked.csv


def write(folder, *rows):
    (folder / "asked.csv").write_text("\n".join(("document,paragraph,question", *rows)) + "\n", encoding="utf-8")


def test_questions_are_read_by_paragraph_in_the_order_of_the_file(tmp_path):
    assert read_asked(tmp_path) == {}
    write(tmp_path, "one,2,b?", "one,1,a?", "one,2,c?")
    assert read_asked(tmp_path) == {("one", "2"): ("b?", "c?"), ("one", "1"): ("a?",)}


def test_every_row_that_cannot_be_used_is_told_at_once(tmp_path):
    write(tmp_path, "one,1,Who helps?", ",1,a", "one,,b", "one,1,", "two,4,who HELPS?")
    with pytest.raises(CatalogueError) as caught:
        read_asked(tmp_path)
    assert {problem.split(". ")[0] for problem in caught.value.problems} == {
        'asked.csv, row 3: "document" is empty', 'asked.csv, row 4: "paragraph" is empty',
        'asked.csv, row 5: "question" is empty',
        'asked.csv, row 6: question "who HELPS?" stands in row 2 already',
    }  # fmt: skip


def questions(folder, *rows):
    (folder / "questions.csv").write_text("\n".join(("question,paragraphs", *rows)) + "\n", encoding="utf-8")


def test_a_question_may_be_asked_of_several_paragraphs_and_comes_after_those_of_asked_csv(tmp_path):
    questions(tmp_path, "who helps?,one 2; two 4 (a)", "d?,one 2")
    assert read_asked(tmp_path) == {("one", "2"): ("who helps?", "d?"), ("two", "4 (a)"): ("who helps?",)}
    write(tmp_path, "one,2,b?", "one,1,d?")
    assert read_asked(tmp_path) == {
        ("one", "2"): ("b?", "who helps?", "d?"), ("one", "1"): ("d?",), ("two", "4 (a)"): ("who helps?",)
    }  # fmt: skip


def test_every_row_of_questions_that_cannot_be_used_is_told_at_once(tmp_path):
    questions(tmp_path, "Who helps?,one 1", ",one 1", "a?,", "b?,one", "c?,one 1; ; two 3", "who HELPS?,two 2")
    with pytest.raises(CatalogueError) as caught:
        read_asked(tmp_path)
    assert [problem.split(". ")[0] for problem in caught.value.problems] == [
        'questions.csv, row 7: question "who HELPS?" stands in row 2 already',
        'questions.csv, row 3: "question" is empty', 'questions.csv, row 4: "paragraphs" is empty',
        'questions.csv, row 5: "paragraphs" is "one"', 'questions.csv, row 6: "paragraphs" is "one 1; ; two 3"',
    ]  # fmt: skip


def test_scores_stand_in_the_order_of_places_and_are_those_by_which_the_nearest_are_put_in_order(tmp_path):
    asked = asked_of(tmp_path / "asked", ("a rule on x", ["x"]), ("a rule on y", ["y", "x y"]))
    near = list(asked.nearest("on y", Y, None))
    scores = asked.scores("on y", Y)
    assert [one.score for one in near] == [scores[asked.numbers[one.document, one.sentences]] for one in near]
    assert near[0].sentences == (1,) and scores[1] > scores[0]


def test_the_highest_cosines_are_those_of_each_vector_alone_whatever_else_is_asked_beside_it(tmp_path):
    """Several vectors at once, too."""
    rows = np.random.default_rng(0).standard_normal((69, 3)).astype(np.float32)
    (tmp_path / "asked").mkdir()
    said = {"paragraphs": [["doc", [0], [], 40], ["doc", [1], [], len(rows) - 40]], "counts": {}, "classified": []}
    (tmp_path / "asked" / "paragraphs.json").write_text(json.dumps(said), encoding="utf-8")
    np.save(tmp_path / "asked" / "questions.npy", rows.T.astype(np.float16))
    np.save(tmp_path / "asked" / "paragraphs.npy", rows[:2].astype(np.float16))
    asked, rows, vectors = Asked(tmp_path / "asked"), rows.astype(np.float16).astype(np.float32), rows[:5]
    for vector in vectors[:3]:
        asked.begin(lambda vector=vector: vector)
    together = [asked._best(vector) for vector in vectors]
    for best, cosines in zip(together, vectors @ rows.T, strict=True):
        for of_one, own in zip(best, (cosines[:40], cosines[40:]), strict=True):
            assert of_one == pytest.approx(np.sort(own)[::-1][:3], abs=1e-5)
    asked.forget()
    assert [asked._best(vector).tobytes() for vector in vectors] == [best.tobytes() for best in together]
    assert np.array_equal(asked.learned_from()[0], rows)


def test_a_vector_is_multiplied_once_until_it_is_to_be_forgotten_and_few_are_remembered(tmp_path):
    asked = asked_of(tmp_path / "asked", ("One.", ("x", "x z")), ("Two.", ("y",)))
    near, likeness = list(asked.nearest("one", X, X)), asked.likeness(X)
    questions, asked._questions = asked._questions, None
    assert (list(asked.nearest("one", X, X)), asked.likeness(X)) == (near, likeness)
    asked.forget()
    assert asked._remembered == {}
    with pytest.raises(ValueError, match="dimensions"):
        asked.likeness(X)
    asked.begin(lambda: X)
    with pytest.raises(ValueError, match="dimensions"):  # what went wrong beside goes wrong where it is wanted
        asked.likeness(X)
    asked._questions = questions
    waits = Event()
    asked.begin(lambda: waits.wait(10) and X)
    asked.forget()
    waits.set()
    assert asked.likeness(2 * X) == 2 * likeness
    assert [*asked._remembered] == [(2 * X).tobytes()]  # and not what was begun before
    asked.forget()
    for n in range(40):
        asked.begin(lambda n=n: n * X)
        assert asked.likeness(n * X) == n
        assert len(asked._remembered) <= 16


def test_likelier_paragraphs_come_first_and_the_best_keeps_its_score(tmp_path):
    document = read_document("doc", *[(f"{n}.", ("x",)) for n in range(3)])
    plain = [score for _, score, _ in found(written(tmp_path / "plain", document), "nothing", X)]
    asked = written(tmp_path / "asked", document, known=knowing("2.", "0.", "1."))
    near = found(asked, "nothing", X)
    assert [number for number, *_ in near] == [1, 0, 2]
    assert [score for _, score, _ in near] == pytest.approx([plain[0] - behind * _LIKELY for behind in (0, 2, 4)])
    assert [score for _, score, _ in found(asked, "nothing", Y)] == [0.0] * 3


def test_paragraphs_that_the_classifier_does_not_know_keep_their_scores(tmp_path):
    document = read_document("doc", ("new", ("x",)), ("0.", ("x",)), ("1.", ("x",)))
    asked = written(tmp_path / "asked", document, known=knowing("0.", "gone", "1."))
    near = {number: score for number, score, _ in found(asked, "nothing", X)}
    assert near[0] == near[2] == pytest.approx(near[1] + 4 * _LIKELY)


def test_the_classifier_is_asked_of_the_whole_question_and_of_none_that_is_mixed(tmp_path):
    document = read_document("doc", ("0.", ("y",)), ("1.", ("y",)), ("new", ("z",)))
    asked = written(tmp_path / "asked", document, known=knowing("0.", "1."))
    telling, asking, mixed = (list(asked.nearest("nothing", Y, whole)) for whole in (X, Y, None))
    assert telling[0].score - telling[1].score == pytest.approx(2 * _LIKELY)
    assert asking[0].score == asking[1].score == telling[0].score
    assert asking == mixed and asked.scores("nothing", Y).tolist()[:2] == [mixed[0].score] * 2
    assert asked.told == {("doc", 0), ("doc", 1)}


def test_where_the_classifier_knows_no_paragraph_it_is_left_out(tmp_path):
    asked = written(tmp_path / "asked", read_document("doc", ("One.", ("x",))), known=knowing("gone"))
    assert found(asked, "nothing", X) == [(0, 0.7, 1.0)]
    assert not (tmp_path / "asked" / "inner.npy").exists()
