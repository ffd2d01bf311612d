"""views.markup: whatever a text holds, only our own tags reach the page."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest

from tests.small_corpus import ROOT
from views.markup import email, in_order, link, paragraph, phone, picture_tag, safe

NASTY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "![](https://evil.test/p.png) [a](javascript:alert(1))",
    "<a href='https://evil.test'>help@un.org</a>",
    "</p></blockquote><style>*{display:none}</style>",
    "C@{ img: 'https://evil.test' }",
]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.found.append(tag)

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("text", NASTY)
def test_a_text_stays_text(text):
    tags = Tags()
    tags.feed(paragraph(text))
    assert tags.found == ["p"] and tags.text == text


def test_signs_that_turn_or_hide_text_are_left_out():
    assert safe("a\u202eb\u2066c\u200bd\ufeffe\x00f\x1b") == "abcdef"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.test", "https://a@evil.test", "ftp://x", "https://[::1"]
)
def test_only_plain_web_links_become_links(url):
    assert link(url, "here") == "here"


def test_a_link_opens_beside_the_page_and_tells_nothing():
    assert link('https://un.org/"><b>', "a<b").startswith(
        '<a href="https://un.org/&quot;&gt;&lt;b&gt;" target="_blank" rel="noopener noreferrer">a&lt;b'
    )


def test_a_picture_is_inside_the_page_and_its_words_stay_words():
    tags = Tags()
    tags.feed(picture_tag(b"\x89PNG", "png", '"><script>'))
    assert tags.found == ["img"]
    assert picture_tag(b"\x89PNG", "png", "a<b") == (
        '<img class="av-picture" src="data:image/png;base64,iVBORw==" alt="a&lt;b">'
    )


def test_nothing_is_shown_that_streamlit_would_keep_at_an_address_of_its_own():
    source = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "views").glob("*.py")))
    kept = r"st\.(?:image|audio|video|logo|pyplot|pdf|download_button|file_uploader|markdown|write|exception)\b"
    assert re.findall(kept, source) == []


def test_numbers_and_addresses_can_be_tapped():
    assert phone("+1 (212) 963-1111") == '<a href="tel:+12129631111" dir="ltr">+1 (212) 963-1111</a>'
    assert phone("17") == '<a href="tel:17" dir="ltr">17</a>'
    assert phone("112 (police 117)") == "112 (police 117)"
    for number in ("+41 22 917 0000 022 917 0001", "+1 (212) 963-1111 - 963-2222", "()", "--", "٠٢٢ ٩١٧"):
        assert phone(number) == number
    assert email("a.b@un.org") == '<a href="mailto:a.b@un.org" dir="ltr">a.b@un.org</a>'
    assert email("a@un.org?subject=x") == "a@un.org?subject=x"
    assert email("not an address") == "not an address"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("صفحة 12 (3)، فقرة 2.4 (b) · ساري", ["12 (3)", "2.4 (b)"]),
        ("الرقم +1 (212) 963-1234 الآن", ["+1 (212) 963-1234"]),
        ("يلزم تشغيل: .venv/bin/python -m ingest build", [".venv/bin/python -m ingest build"]),
        ("منذ 2026-11-26 06:42.", ["2026-11-26 06:42"]),
        ("سرا: OIOS says so. It may not be <all>, or not yet.", ["OIOS says so. It may not be <all>, or not yet."]),
        ("أمين المظالم (ombudsman) أو", ["ombudsman"]),
        ("كلمات فقط، دون غيرها", []),
        ("Only Latin, 12 (3).", []),
    ],
)
def test_numbers_symbols_and_latin_words_stay_in_order_within_a_text_that_runs_from_right_to_left(text, kept):
    said = in_order(text)
    assert [html.unescape(run) for run in re.findall(r'<bdi dir="ltr">(.*?)</bdi>', said)] == kept
    assert html.unescape(re.sub(r"</?bdi[^>]*>", "", said)) == text
    assert said in paragraph(text) and said in link("https://example.org", text)


@pytest.mark.parametrize("text", NASTY)
def test_a_text_stays_text_among_arabic_words_too(text):
    tags = Tags()
    tags.feed(paragraph(f"نص {text} نص"))
    assert set(tags.found) <= {"p", "bdi"} and tags.text == f"نص {text} نص"
