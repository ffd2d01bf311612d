"""What axe finds, and what somebody meets who has a keyboard only, hears the page, or enlarges it; light and dark."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import Looked
from tests.browser.test_check_text import look
from tests.browser.test_journey import MESSAGES, ask, chromium, settled
from tests.shelves import a_document, put_in_use

pytestmark = pytest.mark.browser
TEXT = "1.  You may speak to the ombudsman in confidence.\n\n2.  Leave with full pay lasts ten days."
SILENT = "1.  Contracts are signed by the head of office."
WAIT_FOR = "() => { const now = Date.now.bind(Date); Date.now = () => now() + 10 * 60000 + 2000; }"


@pytest.fixture(scope="module")
def page_with_texts(running_page):
    from ingest.pages import sha256_of

    digest = sha256_of(running_page.corpus / "policy.pdf")
    index = running_page.corpus.parent / "index"
    put_in_use(index, [a_document("policy", [TEXT.replace("ten", "nine")])])
    documents = [
        a_document("policy", [TEXT], sha256=digest, file="policy.pdf"),
        a_document("rules", [SILENT], issuer="Another office", status="superseded", language="fr"),
    ]
    put_in_use(index, documents)
    return running_page


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture
def tab(browser, page_with_texts):
    context = browser.new_context(viewport={"width": 900, "height": 800})
    yield page_with_texts.open(context)
    context.close()


def texts(tab):
    tab.get_by_role("button", name="For focal points: check the text").click()
    expect(tab.get_by_role("heading", name="Check the text")).to_be_focused()


def look_through_the_chat(tab, looked):
    looked.at(tab, "first view")
    ask(tab, "I am in danger")
    looked.at(tab, "urgent answer")
    answer = ask(tab, "Who can I talk to?")
    looked.at(tab, "answer")
    answer.get_by_role("button", name="Show the page").first.click()
    answer.get_by_role("img").wait_for()
    answer.get_by_role("button", name="Copy with citation").first.click()
    answer.get_by_text("Text of this page").click()
    tab.locator("code").wait_for()
    settled(tab)
    answer.get_by_role("button", name="Show the page").last.hover()
    looked.at(tab, "answer, page and citation open")
    ask(tab, "break it")
    looked.at(tab, "trouble")
    tab.evaluate(WAIT_FOR)
    tab.get_by_role("alertdialog").wait_for()
    looked.at(tab, "nobody there")
    tab.mouse.move(20, 20)


def look_through_the_texts(tab, looked):
    texts(tab)
    look(tab, "Check a sentence", "Paste a sentence", "Leave with half pay lasts ten days.", "Check it")
    looked.at(tab, "a sentence")
    look(tab, "Search", "phrase", "ombudsman", "Search")
    tab.get_by_text("Only some documents").click()
    looked.at(tab, "search")
    look(tab, "Check a reference", "Reference", "AV1-XXXXX", "Look it up")
    looked.at(tab, "a reference")
    look(tab, "Side by side", "One question", "talk to the ombudsman", "Ask each document")
    tab.locator(".av-side").wait_for()
    looked.at(tab, "side by side")
    for view in ("Documents", "Two editions", "Contact sheet"):
        tab.locator("label").filter(has_text=re.compile(f"^{view}$")).click()
        tab.get_by_role("heading", name=view).wait_for()
        settled(tab)
        looked.at(tab, view.lower())


@pytest.mark.long
def test_axe_is_there_and_finds_what_is_wrong(tab):
    wrong = "<button></button><button></button><p style='color: #ccc; background: #fff'>Pale</p><h5>Deep</h5>"
    tab.evaluate("(wrong) => document.querySelector('.stHtml:has(h1)').insertAdjacentHTML('beforeend', wrong)", wrong)
    looked = Looked()
    looked.at(tab, "first view")
    rules = {rule for _, rule, _ in looked.ours}
    assert rules == {"button-name", "color-contrast", "heading-order", "target-size"}
    with pytest.raises(AssertionError):
        looked.hold()


def test_axe_finds_nothing_in_our_own_markup_and_what_is_listed_in_streamlits(tab, page_with_texts):
    looked = Looked()
    look_through_the_chat(tab, looked)
    look_through_the_texts(tab, looked)
    tab.goto(page_with_texts.url + "/away")
    looked.at(tab, "away")
    tab.goto(page_with_texts.url)
    looked.at(tab, "closed")
    looked.hold()


FOCUSED = """() => {
  const one = document.activeElement;
  if (one === document.body) return { name: "", ring: false, seen: false };
  const around = [one];
  while (around.length < 9) around.push(around.at(-1).parentElement ?? document.body); // the box of a field
  const ringed = (element) => {
    const { outlineStyle, outlineWidth, clipPath, opacity } = getComputedStyle(element);
    const seen = clipPath === "none" && opacity > 0 && Math.min(element.clientWidth, element.clientHeight) > 8;
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && (seen || element.localName === "a");
  };
  const box = one.getBoundingClientRect();
  const within = (low, size, most) => Math.min(Math.max(low + Math.min(size, most) / 2, 1), most - 2);
  const at = document.elementFromPoint(within(box.x, box.width, innerWidth), within(box.y, box.height, innerHeight));
  const named = document.getElementById(one.getAttribute("aria-labelledby")?.split(" ").at(-1));
  const own = one.matches("a, button, summary, h1, [data-say]") && one.innerText.trim();
  const names = [one.ariaLabel, own, one.labels?.[0]?.innerText, named?.innerText, one.dataset.testid, one.localName];
  return {
    name: names.find(Boolean),
    ring: around.some(ringed),
    seen: !!at && around.slice(0, 4).some((element) => element.contains(at)),
  };
}"""
LISTEN = """() => {
  window.heard = [];
  new MutationObserver(() => { const text = document.getElementById("said").textContent; if (text) heard.push(text); })
    .observe(document.getElementById("said"), { childList: true, characterData: true, subtree: true });
}"""
FOUND = "This is what we found"


def focused(tab):
    return tab.evaluate(FOCUSED)


def press_to(tab, name, key="Tab"):
    """Press a key until what has the focus has this name; returns everything that had it on the way."""
    passed = []
    for _ in range(150):
        tab.keyboard.press(key)
        passed.append(focused(tab))
        if passed[-1]["name"].startswith(name):
            return passed
    raise AssertionError(f"{name} was not reached: {[one['name'] for one in passed]}")


def expect_focus(tab, name):
    """What has the focus is, within some seconds, what has this name."""
    for _ in range(50):
        if focused(tab)["name"].startswith(name):
            return
        tab.wait_for_timeout(100)
    raise AssertionError(f"{focused(tab)['name']!r} has the focus, not {name!r}")


def do(tab, name, then):
    """Do something with the keyboard, after which something of another name has the focus."""
    press_to(tab, name)
    tab.keyboard.press("Enter")
    settled(tab)
    expect_focus(tab, then)


def test_with_the_keyboard_alone_a_question_is_asked_and_everything_is_reached_in_sight(tab):
    assert [one["name"] for one in press_to(tab, "Go to the")] == ["Leave this page", "Go to the question"]
    tab.keyboard.press("Enter")
    assert focused(tab)["name"].startswith("Your question")
    tab.evaluate(LISTEN)
    tab.keyboard.type("Who can I talk to?")
    tab.keyboard.press("Enter")
    tab.locator(f"{MESSAGES} blockquote").nth(2).wait_for()
    settled(tab)
    assert focused(tab)["name"].startswith("Your question")
    press_to(tab, "Leave this page")
    *stops, _, _ = press_to(tab, "Leave this page")  # round the page, past its end
    assert [one for one in stops if not (one["ring"] and one["seen"])] == []
    names = [one["name"] for one in stops]
    assert sum(name.startswith("Show the page") for name in names) == 3
    do(tab, "Show the page", "Hide the page")
    expect(tab.locator(MESSAGES).get_by_role("img")).to_be_visible()
    do(tab, "Copy with citation", "Hide the citation")
    press_to(tab, "Text of this page")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("Call +1 555 0199")).to_be_visible()
    press_to(tab, "Hide the page", "Shift+Tab")
    tab.keyboard.press("Enter")
    settled(tab)
    expect_focus(tab, "Show the page")
    press_to(tab, "+1 212 963 1111")
    do(tab, "Clear the conversation", "Find support and procedures")
    assert [text.startswith(FOUND) for text in tab.evaluate("heard")] == [True]


@pytest.mark.long
def test_the_focus_is_where_something_came_when_what_had_it_is_gone(tab):
    tab.get_by_label(re.compile("Your question")).focus()
    tab.evaluate(LISTEN)
    for number in (1, 2):
        tab.keyboard.type("I am in danger")
        tab.keyboard.press("Enter")
        tab.get_by_role("button", name="I am safe for now").wait_for()
        press_to(tab, "Leave this page")
        do(tab, "I am safe for now", FOUND)
        assert len([text for text in tab.evaluate("heard") if text.startswith(FOUND)]) == number
        tab.locator(".st-key-ask textarea").focus()
    press_to(tab, "Leave this page")
    press_to(tab, "Where you work")
    tab.keyboard.type("UNHCR")
    tab.keyboard.press("Enter")
    tab.get_by_text("inspector@unhcr.org").first.wait_for()
    assert focused(tab)["name"].startswith("Where you work")
    press_to(tab, "Leave this page")
    do(tab, "For focal points: check the text", "Check the text")
    press_to(tab, "Check a sentence")
    tab.keyboard.press("ArrowDown")
    expect(tab.get_by_label(re.compile("phrase"))).to_be_visible()
    settled(tab)
    assert focused(tab)["name"] == "Search"
    press_to(tab, "Words")
    tab.keyboard.type("ombudsman")
    tab.keyboard.press("Enter")
    tab.locator("mark").wait_for()
    settled(tab)
    assert focused(tab)["name"].startswith("Words")
    press_to(tab, "Leave this page")
    do(tab, "Back to the questions", "Find support and procedures")
    heard = tab.evaluate("heard")
    assert heard.count("Found in 1 place.") == 1


@pytest.mark.long
def test_nothing_moves_for_those_who_want_less_motion_and_no_colour_speaks_alone(tab):
    tab.emulate_media(reduced_motion="reduce")
    tab.evaluate("""() => {
      window.moved = [];
      const look = () => { moved.push(...document.getAnimations().map(String)); requestAnimationFrame(look); };
      look();
    }""")
    ask(tab, "Who can I talk to?")
    assert tab.evaluate("moved") == []
    texts(tab)
    look(tab, "Check a sentence", "Paste a sentence", "Leave with half pay lasts ten days.", "Check it")
    lines = tab.locator("del, ins").evaluate_all("all => all.map((one) => getComputedStyle(one).textDecorationLine)")
    assert lines == ["line-through", "underline"]
