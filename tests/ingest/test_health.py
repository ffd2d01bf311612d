from __future__ import annotations

import re
import shutil
from types import SimpleNamespace

import pytest

from ingest.build import build
from ingest.health import INDEXED, REFUSED, WARNED, _twin_signs, read_health
from ingest.likeness import Alike, alike
from ingest.page_pictures import page_pictures
from ingest.publish import DamagedError, current
from ingest.report import report_lines, sign_rows
from ingest.report_page import report_page
from tests.ingest.test_build import ingest
from tests.pdfs import make_pdf
from tests.small_corpus import POLICY, copied, work_here

LETTER = "1.  Whoever needs <b>help</b> may write to help-desk@example.net or ring +41 22 555 01 23 at any time.\n"
PARKING = "ST/IC/2099/7\n\n1.  The garage opens at eight o'clock and closes at ten o'clock on all days but Sunday.\n"


@pytest.fixture(scope="module")
def unwell(small_index, tmp_path_factory):
    """An index of documents that have something each."""
    built = copied(small_index, tmp_path_factory.mktemp("unwell"))
    documents = built.corpus / "documents"
    shutil.copy(documents / "policy.pdf", documents / "twin.pdf")
    make_pdf(documents / "programme.pdf", [LETTER])
    make_pdf(documents / "parking.pdf", [PARKING])
    (documents / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    (documents / "old circular.pdf").unlink()
    with (built.corpus / "catalogue.csv").open("a", encoding="utf-8") as catalogue:
        catalogue.write("twin,documents/twin.pdf,Twin,Example Secretariat,,ST/AI/2099/1,en,,in_force,,,,\n")
        catalogue.write("parking,documents/parking.pdf,Parking,Example Secretariat,,ST/AI/2099/9,en,,in_force,,,,\n")
        catalogue.write("broken,documents/broken.pdf,Broken,Example Secretariat,,,en,,in_force,,,,\n")
    with pytest.MonkeyPatch.context() as patch:
        work_here(patch)
        build(built.settings)
    return built


@pytest.fixture(scope="module")
def health(unwell):
    return read_health(unwell.index, unwell.corpus)


def found(health, file):
    return next(document for document in health.documents if document.file == f"documents/{file}")


def test_a_sound_index_needs_nobody(small_index):
    health = read_health(small_index.index, small_index.corpus)
    assert [document.outcome for document in health.documents] == [INDEXED] * 4
    assert health.healthy
    policy = found(health, "policy.pdf")
    assert [(page.number, page.label) for page in policy.pages] == [(1, "i"), (2, "ii"), (3, "1")]
    assert [page.paragraphs for page in policy.pages] == [9, 5, 2]
    assert all("ST/AI/2099/1" in page.removed for page in policy.pages)


def test_every_document_is_named_with_what_became_of_it(health):
    outcomes = {document.file.removeprefix("documents/"): document.outcome for document in health.documents}
    assert outcomes == {"policy.pdf": INDEXED, "programme.pdf": INDEXED, "first-steps.pdf": INDEXED, "twin.pdf": WARNED,
                        "parking.pdf": WARNED, "broken.pdf": REFUSED, "old circular.pdf": REFUSED}  # fmt: skip
    assert not health.healthy


def test_what_changed_since_the_build_before_is_said(health):
    assert {name: found(health, f"{name}.pdf").change for name in ("policy", "programme", "twin")} == {
        "policy": "same", "programme": "changed", "twin": "new"}  # fmt: skip
    assert health.gone == ("documents/old circular.pdf",)


def test_a_document_that_stands_twice_is_said_once_to_be_mended(health):
    assert "documents/twin.pdf" in found(health, "policy.pdf").signs[0].what
    (sign,) = found(health, "twin.pdf").signs
    assert sign.what.startswith("All of its text") and "documents/policy.pdf" in sign.what and sign.todo


@pytest.mark.parametrize("replaced", ["old", "new"])
def test_nothing_is_to_be_done_where_the_catalogue_says_which_replaced_the_other(replaced):
    newer = {"old": "new", "new": "old"}[replaced]
    cards = {
        name: SimpleNamespace(id=name, file=f"{name}.pdf", sha256=name, replaced_by=newer if name == replaced else "")
        for name in ("old", "new")
    }
    (sign,) = _twin_signs("new", cards, [Alike("old", "new", 0.9)])
    assert "old.pdf" in sign.what and not sign.todo


def test_a_symbol_that_is_not_the_catalogues_is_said(health):
    (sign,) = found(health, "parking.pdf").signs
    assert sign.page == 1 and "ST/AI/2099/9" in sign.what and "ST/IC/2099/7" in sign.what


def test_contacts_that_nobody_reviewed_are_listed(health):
    rows = dict((where, (what, todo)) for where, what, todo in sign_rows(found(health, "programme.pdf")))
    what, todo = rows["document"]
    assert "help-desk@example.net (page 1)" in what and "+41 22 555 01 23 (page 1)" in what and not todo


def test_a_refused_document_says_why_and_what_to_do(health):
    (sign,) = found(health, "broken.pdf").signs
    assert "damaged" in sign.what and sign.todo and "indexed" not in sign.todo


def test_the_command_says_it_all_and_its_status_tells(unwell, small_index, capsys, tmp_path):
    page = tmp_path / "report.html"
    code, said, _ = ingest(capsys, *unwell.options, "report", "--pages", "--html", page)
    assert code == 1
    for name in ("policy", "programme", "first-steps", "twin", "parking", "broken", "old circular"):
        assert f"documents/{name}.pdf: " in said
    assert re.search(r"^ +2  ii +text layer", said, re.M)
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert ingest(capsys, *small_index.options, "report")[0] == 0
    assert ingest(capsys, "--corpus", small_index.corpus, "--index", tmp_path / "none", "report")[0] == 2


def test_a_damaged_index_is_said_and_not_read(own_index, capsys):
    texts = current(own_index.index).folder / "texts.sqlite"
    texts.write_bytes(texts.read_bytes()[:-1] + b"?")
    with pytest.raises(DamagedError):
        read_health(own_index.index, own_index.corpus)
    code, said, warned = ingest(capsys, *own_index.options, "report")
    assert (code, said) == (2, "") and "damaged" in warned


def test_the_page_holds_pictures_and_nothing_that_runs_or_is_fetched(health, unwell):
    page = report_page(health, unwell.corpus)
    assert page.count('alt="Page 1" src="data:image/png;base64,') == 1  # of parking.pdf
    assert "<b>" not in page and "<script" not in page
    assert set(re.findall(r'(?:src|href)="([a-z]+):', page)) == {"data"}
    assert "default-src 'none'" in page


def test_a_file_that_cannot_be_drawn_costs_its_pictures_only(tmp_path):
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7")
    assert page_pictures(broken, [1]) == {}
    whole = make_pdf(tmp_path / "whole.pdf", ["One line.", "Another line."])
    assert sorted(page_pictures(whole, [1, 7])) == [1]


def test_likeness_is_the_share_of_the_shorter_text():
    words = [f"word{n % 97}x{n}" for n in range(2000)]
    whole, part, other = " ".join(words), " ".join(words[:600]), " ".join(reversed(words))
    (pair,) = alike({"whole": whole, "part": part, "other": other})
    assert pair[:2] == ("whole", "part") and pair.share == 1.0
    assert [*alike({"short": "six words do not say much", "same": "six words do not say much"})] == []


def test_the_report_names_the_lines_that_were_kept_out(small_index):
    lines = "\n".join(report_lines(read_health(small_index.index, small_index.corpus), every_page=False))
    assert '"ST/AI/2099/1" (3 pages)' in lines
    assert POLICY[0].split()[0] == "ST/AI/2099/1"
