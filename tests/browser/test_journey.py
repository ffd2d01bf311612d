"""A person's journey in a real browser: ask, look at the page behind a quote, choose, leave, clear."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.axe import MARKED_OUT, SHADES, findings
from views.prove import browser as proof
from views.words import say_in

pytestmark = pytest.mark.browser
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
GONE = re.compile(r"/away$|^about:blank$")  # the neutral page, or an empty one where the server is slow
SENTENCE = "You may speak to the ombudsman in confidence."
MESSAGES = '[data-testid="stChatMessage"]'
NEEDS = [
    "Something happened to me",
    "I want to talk to someone",
    "I want to know my options",
    "Someone told me",
    "I manage a team",
    "I saw something",
]
OPTIONS = [
    "Talk to someone in confidence",
    "Get support only",
    "Report formally",
    "Try an informal way, only if you want it",
    "Do nothing for now",
]


def program():
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("There is no Chromium here. On Debian or Ubuntu: apt-get install chromium")
    return found


@contextlib.contextmanager
def chromium(more=()):
    path = program()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *more])
        yield running
        running.close()


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture
def visit(browser, running_page):
    """A fresh visit; afterwards no request may have left our own origin."""
    context = browser.new_context(viewport={"width": 900, "height": 800})
    asked_for: list[str] = []
    context.on("request", lambda request: asked_for.append(request.url))
    context.on("page", lambda tab: tab.on("websocket", lambda ws: asked_for.append(ws.url.replace("ws:", "http:"))))
    yield running_page.open(context)
    names = {cookie["name"] for cookie in context.cookies()}
    foreign = [url for url in asked_for if not own(url, running_page)]
    context.close()
    assert asked_for and foreign == [] and names <= {f"visit-{running_page.port}"}


def own(url, page):
    return url == "about:blank" or (
        url.startswith((page.url + "/", "data:")) and not url.startswith(page.url + "/media/")
    )


def settled(tab):
    """Wait until the page is drawn: before that, what has moved stands in both places."""
    tab.wait_for_timeout(150)
    tab.locator('[data-test-script-state="notRunning"]').wait_for(state="attached")


def ask(tab, question):
    tab.locator("#opening").wait_for(state="detached")
    shown = tab.locator(MESSAGES).count()
    field = tab.get_by_label(re.compile("Your question"))
    field.fill(question)
    field.press("Enter")
    tab.locator(MESSAGES).nth(shown + 1).get_by_text(re.compile("People you can talk to")).first.wait_for()
    settled(tab)
    return tab.locator(MESSAGES).nth(shown + 1)


@pytest.mark.long
def test_the_visit_of_the_proof_goes_on_in_the_language_of_a_question(visit):
    visit.locator("#opening").wait_for(state="detached")
    for question in ("Où puis-je parler en confiance ?", "Who can I talk to?"):
        proof._ask(visit, question)
    assert visit.locator("html").get_attribute("lang") == "fr"
    proof._clear(visit)
    expect(visit.locator(MESSAGES)).to_have_count(0)


def test_ask_and_read_exact_quotes_with_contacts(visit):
    answer = ask(visit, "Who can I **talk** to? <b>x</b> ![](https://evil.test/q.png) https://evil.test")
    asked = visit.locator(MESSAGES).nth(0).get_by_text("**talk**")
    assert asked.evaluate("said => said.closest('[translate=no]') !== null")  # a browser that translates sends it away
    quotes = answer.locator("blockquote")
    assert quotes.nth(0).inner_text() == "You may speak to the ombudsman in confidence."
    assert '<img src="https://evil.test/i.png"> ![](https://evil.test/m.png)' in quotes.nth(1).inner_text()
    assert "page 1, paragraph 2.4 (b) · In force" in answer.inner_text()
    assert "Our guide, not policy text" in answer.inner_text()
    assert answer.locator('a[href^="tel:"]').count() >= 1
    assert visit.locator(MESSAGES).nth(0).locator("b, img, a, strong").count() == 0
    links = visit.locator(".stHtml a[href^=http]").evaluate_all("all => all.map(a => [a.href, a.rel, a.target])")
    assert links and all(rel == "noopener noreferrer" and target == "_blank" for _, rel, target in links)
    assert not [href for href, _, _ in links if "evil" in href]
    assert visit.title() == "Information"


@pytest.mark.long
def test_the_page_behind_a_quote_opens_as_a_picture_with_its_text(visit):
    answer = ask(visit, "Who can I talk to?")
    answer.get_by_role("button", name="Show the page").first.click()
    picture = answer.get_by_role("img", name=re.compile("A policy"))
    picture.wait_for()
    assert picture.evaluate("image => [image.naturalWidth, image.src.slice(0, 15)]") == [600, "data:image/png;"]
    answer.get_by_text("Text of this page").click()
    text = answer.locator("details").filter(has_text="Text of this page").first
    said, lines = (one.strip() for one in text.locator("p").all_inner_texts())
    assert said == "From the document, not confirmed: +1 555 0199"
    assert lines == "You may speak to the ombudsman in confidence.\nCall +1 555 0199 <b>now</b>."
    answer.get_by_role("button", name="Hide the page").first.click()
    picture.wait_for(state="detached")


def test_choosing_an_organisation_changes_the_contacts(visit):
    before = visit.locator("ul.av-contacts").first.inner_text()
    choose(visit, "UNHCR")
    visit.get_by_text("inspector@unhcr.org").first.wait_for()
    assert visit.locator("ul.av-contacts").first.inner_text() != before
    assert visit.locator("section ul.av-contacts").first.locator("> li").count() <= 6


def pick(tab, label, name):
    tab.get_by_label(label).click()
    tab.keyboard.type(name)
    tab.get_by_role("option", name=name, exact=True).click()


def choose(tab, name):
    field = tab.get_by_label(re.compile("Where you work"))
    field.fill(name)
    field.press("Enter")


def test_a_way_in_by_need_shows_the_options_side_by_side_without_typing(visit):
    assert visit.locator(".st-key-needs button").all_inner_texts() == NEEDS
    visit.get_by_role("button", name=NEEDS[2]).dblclick()
    visit.locator(MESSAGES).get_by_text("People you can talk to").wait_for()
    assert visit.locator(MESSAGES).count() == 2  # a second click asks nothing twice
    asked, answer = visit.locator(MESSAGES).nth(0), visit.locator(MESSAGES).nth(1)
    assert asked.get_by_text(NEEDS[2], exact=True).count() == 1
    options = answer.locator('[class*="st-key-option-"]')
    expect(options.locator("h2")).to_have_text(OPTIONS)  # the second click draws the page once more
    assert "not in these documents" in options.nth(4).inner_text() and options.nth(4).locator("blockquote").count() == 0
    assert options.nth(0).locator("blockquote").inner_text() == "You may speak to the ombudsman in confidence."
    assert options.nth(2).get_by_role("button", name="Show the page").count() == 1
    assert answer.locator("blockquote").count() == 3  # the one that no option holds stands after them
    tops = [round(options.nth(n).bounding_box()["y"]) for n in range(2)]
    assert tops[0] == tops[1]
    visit.wait_for_function("() => document.activeElement.matches('[data-say]')")  # its button is gone
    assert 0 <= asked.bounding_box()["y"] < 200
    visit.set_viewport_size({"width": 360, "height": 740})
    assert visit.evaluate("() => document.documentElement.scrollWidth") <= 360
    assert options.nth(1).bounding_box()["y"] > options.nth(0).bounding_box()["y"]


@pytest.mark.long
def test_what_is_chosen_counts_in_the_answer_and_goes_when_all_is_cleared(visit):
    choose(visit, "UNDP")
    visit.get_by_text("ombudsmediation@fpombudsman.org").first.wait_for()
    visit.get_by_text("More you can choose").click()
    pick(visit, "Where the other person works", "UN Children's Fund (UNICEF)")
    elsewhere = visit.locator(".av-other")
    elsewhere.get_by_text("integrity1@unicef.org").wait_for()
    assert "The rules there may decide who looks into a report" in elsewhere.inner_text()
    answer = ask(visit, "CANARY question")
    assert "integrity1@unicef.org" in answer.locator(".av-other").inner_text()
    assert answer.get_by_text("the kind of contract that you chose").count() == 0
    answer.get_by_role("button", name="Show the page").first.click()
    answer.get_by_role("img").first.wait_for()
    pick(visit, "If you are not staff", "UN Volunteer")  # the answer is made again
    answer.get_by_text("the kind of contract that you chose").wait_for()
    expect(answer.get_by_role("img")).to_have_count(0)
    assert visit.locator(MESSAGES).count() == 2
    visit.get_by_role("button", name="For focal points").click()
    visit.get_by_role("button", name="Back to the questions").click()
    answer.get_by_text("the kind of contract that you chose").wait_for()  # and is not asked for twice
    visit.get_by_role("button", name="Clear the conversation").click()
    expect(visit.locator(MESSAGES)).to_have_count(0, timeout=10_000)
    elsewhere.wait_for(state="detached")
    assert "CANARY" not in visit.content()
    for field in visit.locator(":is(.st-key-entity, .st-key-other, .st-key-contract) input").all():
        expect(field).to_have_value("")


def test_urgent_words_come_first_and_the_answer_stays_a_choice(visit):
    answer = ask(visit, "I am in danger")
    assert answer.locator(".av-urgent").inner_text().startswith("Your safety comes first.")
    assert answer.locator("blockquote").count() == 0
    answer.get_by_role("button", name="I am safe for now").click()
    answer.locator("blockquote").first.wait_for()


def test_after_an_assault_the_answer_stands_beneath_the_urgent_words_and_the_contacts_beneath_both(visit):
    answer = ask(visit, "how many hours after an assault")
    urgent = answer.get_by_role("alert")
    whole = answer.inner_text()
    assert whole.index(urgent.inner_text()) < whole.index("This is what we found")
    quoted = answer.locator("blockquote")
    assert quoted.count() == 1
    assert (
        whole.index("This is what we found") < whole.index(quoted.inner_text()) < whole.index("People you can talk to")
    )
    assert answer.get_by_role("button", name="I am safe for now").count() == 0


@pytest.mark.long
def test_a_line_on_danger_stands_before_an_answer_that_is_given_all_the_same(visit):
    answer = ask(visit, "perhaps it is worse than I say")
    line = answer.get_by_role("note")
    assert line.inner_text().startswith("If you or someone else is in danger now")
    whole = answer.inner_text()
    assert whole.index(line.inner_text()) < whole.index("This is what we found")
    assert answer.locator("blockquote").count() == 3 and answer.locator(".av-urgent").count() == 0


def test_an_error_is_said_plainly_and_nothing_of_it_is_written(visit, running_page):
    answer = ask(visit, "break CANARYBREAK")
    assert "Something went wrong on our side" in answer.inner_text()
    assert "Traceback" not in visit.content() and "ValueError" not in visit.content()
    assert "CANARYBREAK" not in running_page.log.read_text()
    ask(visit, "Who can I talk to?").locator("blockquote").first.wait_for()


def test_a_very_long_question_breaks_nothing(visit):
    ask(visit, "x" * 10_000)
    assert visit.evaluate("() => document.body.scrollWidth") <= 900


@pytest.mark.long
def test_drafts_and_spelling_are_kept_from_the_browser(visit):
    field = visit.locator("textarea")
    assert field.get_attribute("autocomplete") == "off" and field.get_attribute("spellcheck") == "false"


def test_leave_is_first_in_tab_order(visit):
    visit.keyboard.press("Tab")
    assert visit.evaluate("() => document.activeElement.id") == "leave"
    visit.keyboard.press("Tab")
    visit.keyboard.press("Enter")
    expect(visit.locator("textarea")).to_be_focused()


@pytest.mark.long
def test_shift_with_letters_or_only_twice_does_not_leave(visit, running_page):
    field = visit.locator("textarea")
    field.press_sequentially("Who Can I Ask?")
    visit.keyboard.press("Shift")
    visit.keyboard.press("Shift")
    assert "1 more time " in visit.locator("#leave-status").inner_text()
    field.press("x")
    visit.keyboard.press("Shift")
    assert visit.url == running_page.url + "/"


def test_the_page_goes_on_by_itself_when_the_documents_are_ready(browser, running_page):
    state = running_page.corpus / "state"
    state.write_text("building")
    try:
        tab = running_page.open(browser)
        tab.get_by_text("The documents are being read").wait_for()
        tab.get_by_role("button", name=NEEDS[0]).click()
        needed = tab.locator(MESSAGES).nth(1)
        needed.get_by_text("People you can talk to").wait_for()
        answer = ask(tab, "Who can I talk to?")
        assert tab.locator("blockquote").count() == 0
        answer.get_by_text("The documents are being read").wait_for()
        assert tab.get_by_text("make build").count() == 0  # nobody has to do anything
        state.write_text("ready")
        answer.locator("blockquote").first.wait_for()
        assert needed.locator("blockquote").count() == 3
        expect(tab.get_by_text("The documents are being read")).to_have_count(0)
        tab.close()
    finally:
        state.write_text("ready")


def take_along(tab):
    """Press the button, read the warning, and save: the file's bytes, its name and where it came from."""
    tab.get_by_role("button", name="Take this with you").click()
    expect(tab.locator(".av-notice").get_by_text("A saved file stays on this computer")).to_be_visible()
    with tab.expect_download() as saved:
        tab.get_by_role("button", name="Save one page").click()
    return Path(saved.value.path()).read_bytes(), saved.value.suggested_filename, saved.value.url


@pytest.mark.long
def test_one_page_is_saved_after_a_warning_is_the_same_for_all_and_tells_nothing(visit, browser, running_page):
    choose(visit, "UNHCR")
    ask(visit, "CANARYTAKE: who can I talk to?")
    assert visit.locator(".av-save").count() == 0  # nothing is made before it is wanted
    content, name, url = take_along(visit)
    assert name == "information.pdf" and url.startswith("blob:") and b"CANARY" not in content
    assert b"inspector@unhcr.org" in content and b"Talk to someone in confidence" in content
    assert visit.url == running_page.url + "/"

    other = browser.new_context()
    tab = running_page.open(other)
    choose(tab, "UNHCR")
    ask(tab, "Something else altogether")
    assert take_along(tab)[0] == content
    assert not tab.evaluate("url => fetch(url).then(() => true, () => false)", url)  # it is of the other visit alone
    tab.get_by_role("button", name="Do neither").click()
    expect(tab.locator(".av-save")).to_have_count(0)
    other.close()
    visit.get_by_role("button", name="Clear the conversation").click()
    expect(visit.locator(".av-save, [data-testid=stChatMessage]")).to_have_count(0)


@pytest.mark.long
def test_on_paper_there_are_answers_and_contacts_in_black_and_nothing_of_the_question(browser, running_page):
    context = browser.new_context(color_scheme="dark", viewport={"width": 900, "height": 800})
    tab = running_page.open(context)
    choose(tab, "OCHA")
    ask(tab, "CANARYPAPER: who can I talk to?")
    ask(tab, "And how do I report?")
    text = " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(tab.pdf())).pages).split())
    assert "CANARYPAPER" not in text and "how do I report" not in text
    assert text.count(SENTENCE) == 4 and "paragraph 2.4 (b)" in text
    contacts = tab.locator("section ul.av-contacts h3").all_text_contents()
    assert len(contacts) == 8 and not [name for name in contacts if squeezed(name) not in squeezed(text)]
    assert squeezed("https://example.org/policy") in squeezed(text)  # written out behind its words
    for gone in ("Take this with you", "Leave this page", "Show the page", "Clear the conversation", "Where you work"):
        assert gone not in text
    tab.emulate_media(media="print")
    colours = tab.locator("blockquote, .av-contacts li, .stApp").evaluate_all(
        "all => all.map(one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor].join())"
    )
    assert set(colours) == {"rgb(0, 0, 0),rgb(255, 255, 255)"}
    context.close()


def squeezed(text):
    return "".join(text.split())


@pytest.mark.long
def test_arabic_is_chosen_the_page_turns_and_an_english_quote_does_not(browser, running_page):
    arabic = {key: say_in("ar", key) for key in ("page.heading", "page.contacts", "shell.leave", "texts.back")}
    context = browser.new_context(viewport={"width": 360, "height": 800})
    foreign = []
    context.on("request", lambda sent: None if own(sent.url, running_page) else foreign.append(sent.url))
    tab = running_page.open(context)
    assert tab.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["en", "ltr"]
    tab.get_by_role("combobox", name="Language of this page").click()
    tab.get_by_role("option", name="العربية").click()

    expect(tab.get_by_role("heading", level=1)).to_have_text(arabic["page.heading"])
    expect(tab.locator("html")).to_have_attribute("dir", "rtl")
    assert tab.evaluate("document.documentElement.lang") == "ar"
    expect(tab.get_by_role("heading", name=arabic["page.contacts"])).to_be_visible()
    expect(tab.get_by_role("link", name=arabic["shell.leave"])).to_be_in_viewport()
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    first = tab.locator(".av-contacts a[href^='tel:']").first
    assert first.evaluate("number => getComputedStyle(number).direction") == "ltr"

    field = tab.locator(".st-key-ask textarea")
    field.fill("Who can I talk to?")
    field.press("Enter")
    answer = tab.locator(MESSAGES).nth(1)
    quote = answer.locator("blockquote").first
    quote.wait_for()
    assert quote.evaluate("said => [getComputedStyle(said).direction, said.lang]") == ["ltr", "en"]
    assert quote.inner_text() == "You may speak to the ombudsman in confidence."
    assert [told for _, place, told in findings(tab, []) if not place] == []
    assert say_in("ar", "page.show_page") in answer.inner_text() and "People you can" not in answer.inner_text()

    tab.get_by_role("button", name=say_in("ar", "texts.enter")).click()
    expect(tab.get_by_role("button", name=arabic["texts.back"])).to_be_visible()
    tab.locator("label").filter(has_text=re.compile(f"^{say_in('ar', 'texts.verify')}$")).click()
    expect(tab.get_by_role("radio", name=say_in("ar", "texts.verify"))).to_be_checked()
    tab.get_by_role("combobox", name=say_in("ar", "page.language")).click()
    tab.get_by_role("option", name="Français").click()
    expect(tab.locator("html")).to_have_attribute("dir", "ltr")
    expect(tab.get_by_role("radio", name=say_in("fr", "texts.verify"))).to_be_checked()  # the same part of the view

    for _ in range(2):
        tab.keyboard.press("Shift")
    expect(tab.locator("#leave-status")).to_have_text(say_in("fr", "shell.press_once"))
    tab.keyboard.press("Shift")
    tab.wait_for_url(GONE)
    assert foreign == [] and context.cookies() == []
    context.close()


def test_what_the_browser_wants_is_followed_from_the_first_byte_and_by_the_closed_page(browser, running_page):
    context = browser.new_context(locale="ru-RU")
    tab = context.new_page()
    tab.goto(running_page.url)
    expect(tab.get_by_role("heading", name=say_in("ru", "shell.closed"))).to_be_visible()
    tab.goto(running_page.address)
    expect(tab.get_by_role("heading", level=1)).to_have_text(say_in("ru", "page.heading"))
    assert tab.locator("#leave").inner_text() == say_in("ru", "shell.leave")
    assert tab.evaluate("document.documentElement.lang") == "ru"
    context.close()


@contextlib.contextmanager
def before_streamlit(browser, page, **options):
    """A tab that shows what the server drew; Streamlit's script comes when `release` is called."""
    context = browser.new_context(**{"viewport": {"width": 900, "height": 800}, **options})
    held = []
    context.route("**/static/js/index.*.js", lambda script: held.append(script))
    tab = context.new_page()
    tab.goto(page.address, wait_until="commit")
    tab.locator("#opening .av-contacts").wait_for()
    tab.locator("#opening[data-kept]").wait_for(state="attached")

    def release():
        for script in held:
            script.continue_()
        held.clear()

    yield tab, release
    context.close()


PLACES = """() => {
  const view = document.querySelector("#opening") ?? document.querySelector("#root");
  const names = ["h1", ".av-to-people", "details", ".av-contacts", ".av-contacts h3", ".av-contacts a[href^=tel]"];
  return names.map((name) => [name, Math.round(view.querySelector(name).getBoundingClientRect().y)]);
}"""


def test_people_are_there_before_streamlit_and_nothing_moves_or_is_lost_when_it_comes(browser, running_page):
    with before_streamlit(browser, running_page) as (tab, release):
        assert tab.evaluate(MARKED_OUT) == [1, 1, True]
        assert tab.locator('#opening a[href^="tel:"]').count() and tab.locator("form, [name=question]").count() == 0
        assert [told for _, _, told in findings(tab, [])] == []
        tab.emulate_media(color_scheme="dark")
        assert [told for _, _, told in findings(tab, SHADES)] == []
        tab.get_by_role("link", name="People you can talk to").click()
        expect(tab.get_by_role("heading", name="People you can talk to")).to_be_focused()
        assert tab.url == running_page.url + "/" and tab.evaluate("scrollY") > 100
        tab.get_by_text("What happens to what I type").click()
        field = tab.locator("#opening textarea")
        field.fill("Who can I? CANARYEARLY")
        field.evaluate("field => field.setSelectionRange(9, 9)")
        tab.keyboard.type(" talk to")
        before, scrolled = tab.evaluate(PLACES), tab.evaluate("scrollY")
        asked_for = []
        tab.on("request", lambda sent: asked_for.append(f"{sent.url} {sent.post_data}"))
        release()
        tab.keyboard.type(" in confidence, and where", delay=25)  # goes on while the page is changed
        tab.locator("#opening").wait_for(state="detached")
        after = tab.locator(".st-key-ask textarea")
        expect(after).to_be_focused()
        expect(after).to_have_value("Who can I talk to in confidence, and where? CANARYEARLY")
        assert tab.evaluate("() => document.activeElement.selectionStart") == 42
        assert tab.evaluate(PLACES) == before
        assert tab.evaluate("""() => document.querySelector('[data-testid="stMain"]').scrollTop""") == scrolled
        assert tab.locator("#root details").first.evaluate("one => one.open")
        assert asked_for and "CANARYEARLY" not in "".join(asked_for)
        assert tab.evaluate(MARKED_OUT) == [1, 1, True]


@pytest.mark.long
@pytest.mark.parametrize("way", ["typed", "pressed"])
def test_what_is_sent_before_streamlit_is_there_is_answered_once_when_it_is(browser, running_page, way):
    with before_streamlit(browser, running_page) as (tab, release):
        if way == "typed":
            tab.locator("#opening textarea").fill("Who can I talk to?")
            tab.keyboard.press("Enter")
            assert tab.locator("#opening textarea").input_value() == "Who can I talk to?"
        else:
            tab.get_by_role("button", name=NEEDS[1]).click()
        expect(tab.locator("#opening-says")).to_have_text("Opening …")
        release()
        tab.locator(MESSAGES).nth(1).locator("blockquote").first.wait_for()
        assert tab.locator(MESSAGES).count() == 2
        assert tab.locator(MESSAGES).nth(0).inner_text().strip() == (
            "Who can I talk to?" if way == "typed" else NEEDS[1]
        )
        assert tab.locator("textarea").input_value() == ""


def test_without_a_script_or_with_a_broken_one_the_people_are_there_or_streamlits_page(browser, running_page):
    context = browser.new_context(java_script_enabled=False, locale="fr")
    plain = context.new_page()
    plain.goto(running_page.address)
    plain.locator('.av-contacts a[href^="tel:"]').first.wait_for()
    assert say_in("fr", "shell.no_script") in plain.locator("main").inner_text()
    assert plain.locator("textarea").is_hidden() and plain.locator("[data-need]").first.is_hidden()
    context.close()
    context = browser.new_context()
    context.route("**/page.js", lambda route: route.abort())
    tab = context.new_page()
    tab.goto(running_page.address)
    tab.locator(".st-key-ask textarea").wait_for()
    expect(tab.locator("#opening")).to_be_hidden()
    context.close()
