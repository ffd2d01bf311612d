"""How long people wait: `python -m tests.browser.speed first|turns`, the page as it is, in Chromium on this computer.

`first` starts the program several times: from the opened address to the first contact that can be tapped, to the field
that can be typed in and to the whole page; and from the first question, asked then, to its answer. `turns` lets several
people ask at once, each several questions: from Enter to the whole answer, drawn.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.async_api import async_playwright

from tests.browser.conftest import ROOT, free_port, printed_address
from tests.browser.test_journey import ARGUMENTS, program

QUESTIONS = (
    "Who can I talk to in confidence?",
    "My supervisor keeps touching me. Do I have to report it formally?",
    "How do I report sexual harassment?",
    "Is there a time limit?",
    "What happens after I report?",
    "Can I report anonymously?",
    "What protects me from retaliation?",
    "I am an intern, does the policy apply to me?",
    "A colleague told me what happened to her. What can I do?",
    "Who investigates?",
)
FIELD = ".st-key-ask textarea"
WATCH = """
(() => {
  // Seen is what was painted: the frame after it stood in the page has begun. Times count from the address, typed in.
  const seen = (selector) => {
    const one = document.querySelector(selector);
    return one && one.getClientRects().length && getComputedStyle(one).visibility === "visible";
  };
  const places = {
    contact: ".av-contacts a",
    field: "#opening[data-kept] textarea, .st-key-ask textarea",
    whole: "#root .st-key-ask textarea",
  };
  window.at = {};
  const watch = () => {
    for (const [name, place] of Object.entries(places)) {
      if (name in at || !seen(place)) continue;
      at[name] = 0;
      setTimeout(() => { at[name] = performance.timeOrigin + performance.now(); });
    }
    if (Object.keys(at).length < 3) requestAnimationFrame(watch);
  };
  requestAnimationFrame(watch);
  const answered = () => {
    const messages = document.querySelectorAll('[data-testid="stChatMessage"]');
    return messages.length >= 2 * wanted && messages[messages.length - 1].querySelector("section h2");
  };
  let began = 0, ended = 0, wanted = Infinity;
  const look = () => {
    if (ended || !answered()) return;
    ended = -1;
    requestAnimationFrame(() => setTimeout(() => { ended = performance.now(); }, 0));
  };
  addEventListener("keydown", (event) => {
    if (event.key === "Enter" && wanted < Infinity && !began) began = performance.now();
  }, true);
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  window.turn = (number) => { began = ended = 0; wanted = number; };
  window.turned = () => new Promise((resolve, reject) => {
    const late = performance.now() + 60000;
    const wait = () => {
      if (ended > 0) resolve(ended - began);
      else if (performance.now() < late) setTimeout(wait, 5);
      else reject(new Error("no answer"));
    };
    wait();
  });
})();
"""


@contextlib.contextmanager
def started(index: Path, more: tuple[str, ...] = (), prefix: tuple[str, ...] = ()):
    """The program, started anew; its address and when it said so (`time.monotonic`)."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        command = [*prefix, sys.executable, "ui.py", "--no-browser", "--port", str(free_port()), "--index", str(index)]
        with log.open("wb") as file:
            process = subprocess.Popen([*command, *more], cwd=ROOT, stdout=file, stderr=subprocess.STDOUT)
        try:
            while b"open at" not in log.read_bytes():
                time.sleep(0.005)
            said = time.monotonic()
            yield printed_address(log), said
        finally:
            process.terminate()
            process.wait(20)


@contextlib.asynccontextmanager
async def chromium():
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program(), args=ARGUMENTS)
        yield browser
        await browser.close()


async def opened(browser, address):
    """A page of a new visitor with all of Streamlit's part: its contacts are there, and the field for a question."""
    context = await browser.new_context(viewport={"width": 900, "height": 800})
    await context.add_init_script(WATCH)
    page = await context.new_page()
    await page.goto(address, wait_until="commit")
    await page.locator(f"#opening, {FIELD}").first.wait_for()
    await page.locator("#opening").wait_for(state="detached")
    await page.get_by_role("heading", name="People you can talk to").wait_for()
    await page.locator(FIELD).wait_for()
    return page


async def turn(page, number, question):
    """Ask; seconds from Enter until the answer to this visitor's question `number` (from 1) is drawn."""
    await page.evaluate(f"turn({number})")
    field = page.locator(FIELD)
    await field.fill(question)
    await field.press("Enter")
    return await page.evaluate("turned()") / 1000


async def first(address, said):
    """Seconds that the browser took to start, then to the first contact, the field, the whole page, and the answer."""
    async with chromium() as browser:
        waited = time.monotonic() - said
        begun = time.time()
        page = await opened(browser, address)
        at = await page.evaluate("at")
        seen = (at[name] / 1000 - begun for name in ("contact", "field", "whole"))
        return waited, *seen, await turn(page, 1, QUESTIONS[1])


async def person(page, number, turns, think):
    """One visitor's turns, in seconds each."""
    chance, taken = random.Random(number), []
    for count in range(1, turns + 1):
        if think:
            await asyncio.sleep(chance.uniform(0.5, 1.5) * think)
        taken.append(await turn(page, count, QUESTIONS[(number + count) % len(QUESTIONS)]))
    return taken


async def people(address, count, turns, think):
    """The turns of several visitors at once, in seconds."""
    async with chromium() as browser:
        pages = [await opened(browser, address) for _ in range(count)]
        found = await asyncio.gather(*(person(page, n, turns, think) for n, page in enumerate(pages)))
        return [one for each in found for one in each]


def share(values, part):
    """The value that this part (0 to 1) of the values do not exceed."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.speed", description=__doc__)
    parser.add_argument("what", choices=("first", "turns"))
    parser.add_argument("--index", type=Path, default=ROOT / "index")
    parser.add_argument("--address", help="of a page that runs already, with its key")
    parser.add_argument("--repeats", type=int, default=3, help="starts of the program (default: 3)")
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--turns", type=int, default=5, help="questions of each (default: 5)")
    parser.add_argument("--think", type=float, default=5.0, help="seconds on average before each question (default: 5)")
    wanted = parser.parse_args()
    if wanted.what == "first":
        for _ in range(wanted.repeats):
            with started(wanted.index) as (address, said):
                waited, contact, field, whole, answered = asyncio.run(first(address, said))
            print(
                f"first contact {contact:.2f} s, field {field:.2f} s, whole page {whole:.2f} s "
                f"({waited:.2f} s after it was ready), first answer {answered:.2f} s", loads(),
            )  # fmt: skip
        return
    running = contextlib.nullcontext((wanted.address, 0.0)) if wanted.address else started(wanted.index)
    with running as (address, _):
        taken = asyncio.run(people(address, wanted.people, wanted.turns, wanted.think))
    print(
        f"{wanted.people} people, {len(taken)} turns, think {wanted.think:g} s: p50 {statistics.median(taken):.2f} s, "
        f"p95 {share(taken, 0.95):.2f} s, most {max(taken):.2f} s", loads(),
    )  # fmt: skip


def loads() -> str:
    return f"(load average {os.getloadavg()[0]:.1f})"


if __name__ == "__main__":
    main()
