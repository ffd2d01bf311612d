import io

import pypdf
import pytest

from ingest.catalogue import CatalogueError
from ingest.guides import GuideParagraph, RestsOn, build_guides, guide_paragraphs, rests_on

FRONT = "---\ntitle: A guide\nreviewed: 2026-11-22\n---\n# A guide\n\n"
BODY = """## First

1. You can “talk” to an office – if you wish. It’s é.
   <!-- facts: F001 -->

2. There are two ways
   to talk:
   (a) by phone;
   (b) in person,
   on any day.
   <!-- facts: F001 F002 -->

## Second

3. You are not alone. <!-- facts: none -->
"""
FACTS = """id,statement,document,official_url,evidence,date
F001,A.,ST/SGB/2019/8,https://undocs.org/ST/SGB/2019/8,"official page, archived copy",
F002,B.,A page,,"official page, archived copy",2023
"""


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "guides").mkdir()
    (tmp_path / "facts.csv").write_text(FACTS, encoding="utf-8")
    (tmp_path / "guides" / "one.md").write_text(FRONT + BODY, encoding="utf-8")
    return tmp_path


def problems(folder):
    with pytest.raises(CatalogueError) as caught:
        build_guides(folder)
    return caught.value.problems


def test_paragraphs_are_read_with_their_numbers_items_and_facts(corpus):
    assert guide_paragraphs(corpus / "guides" / "one.md") == [
        GuideParagraph("1", "You can “talk” to an office – if you wish. It’s é.", ("F001",)),
        GuideParagraph("2", "There are two ways to talk:\n(a) by phone;\n(b) in person, on any day.", ("F001", "F002")),
        GuideParagraph("3", "You are not alone.", ()),
    ]


def test_a_paragraph_rests_on_each_document_once(corpus):
    bulletin = RestsOn("ST/SGB/2019/8", "https://undocs.org/ST/SGB/2019/8")
    assert rests_on(corpus) == {
        ("one", "1"): (bulletin,),
        ("one", "2"): (bulletin, RestsOn("A page", "")),
        ("one", "3"): (),
    }


def test_the_page_reads_in_order_with_headings_on_their_own_lines(corpus):
    text = pypdf.PdfReader(build_guides(corpus)[0]).pages[0].extract_text()
    lines = [line.strip() for line in text.splitlines()]
    order = [
        "First",
        "1. You can “talk” to an office – if you wish. It’s é.",
        "2. There are two ways to talk:",
    ]
    order += ["(a) by phone;", "(b) in person, on any day.", "Second", "3. You are not alone."]
    assert [line for line in lines if line in order] == order


def test_the_comment_with_the_facts_is_not_printed(corpus):
    text = pypdf.PdfReader(build_guides(corpus)[0]).pages[0].extract_text()
    assert "F001" not in text and "<!--" not in text


def test_the_same_text_makes_the_same_bytes_whenever_it_is_made(corpus, monkeypatch):
    first = build_guides(corpus)[0].read_bytes()
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert build_guides(corpus)[0].read_bytes() == first


def test_another_text_makes_other_bytes(corpus):
    first = build_guides(corpus)[0].read_bytes()
    path = corpus / "guides" / "one.md"
    path.write_text(path.read_text(encoding="utf-8").replace("alone", "lost"), encoding="utf-8")
    assert build_guides(corpus)[0].read_bytes() != first


def test_a_long_guide_keeps_each_paragraph_on_one_page(corpus):
    words = "It is your choice and you can change your mind at any time. " * 6
    body = "".join(f"{n}. {words}\n    <!-- facts: none -->\n\n" for n in range(1, 31))
    (corpus / "guides" / "one.md").write_text(FRONT + "## First\n\n" + body, encoding="utf-8")
    pages = pypdf.PdfReader(io.BytesIO(build_guides(corpus)[0].read_bytes())).pages
    assert len(pages) > 2
    for page in pages[:-1]:
        text = " ".join(page.extract_text().split())
        assert text.count(" ".join(words.split())) == text.count("It is your choice") / 6


BAD = {
    "no front matter": ("# A guide\n", "it must begin with"),
    "not UTF-8": ("\udce9", "is not UTF-8"),
    "two titles": (FRONT.replace("# A guide", "# Another"), "Make them one"),
    "a gap": (FRONT + "1. A. <!-- facts: none -->\n\n3. B.\n   <!-- facts: none -->\n", "numbered 1, 3"),
    "no facts": (FRONT + "1. A.\n", "paragraph 1 must end with one <!-- facts"),
    "facts in the middle": (FRONT + "1. A. <!-- facts: none --> B.\n", "paragraph 1 must end with"),
    "odd facts": (FRONT + "1. A. <!-- facts: F1 -->\n", "paragraph 1 must end with"),
    "bold": (FRONT + "1. **A** <!-- facts: none -->\n", "holds Markdown signs"),
    "no number": (FRONT + "Plain words.\n", '"Plain words." has no number'),
    "unknown fact": (FRONT + "1. A. <!-- facts: F999 -->\n", "paragraph 1: no such fact: F999"),
}


@pytest.mark.parametrize("text, words", BAD.values(), ids=BAD)
def test_a_guide_that_is_not_written_as_a_guide_is_refused_and_nothing_is_made(corpus, text, words):
    (corpus / "guides" / "two.md").write_bytes(text.encode("utf-8", "surrogateescape"))
    found = problems(corpus)
    assert any(problem.startswith("two.md") and words in problem for problem in found), found
    assert not (corpus / "documents").exists()


def test_the_problems_of_all_guides_are_told_at_once(corpus):
    for name in ("two.md", "three.md"):
        (corpus / "guides" / name).write_text(FRONT + "1. A.\n", encoding="utf-8")
    assert len(problems(corpus)) == 2
