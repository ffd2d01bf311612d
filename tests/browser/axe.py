"""A page in a browser → what axe finds on it by WCAG 2.2 AA, in our own markup and in Streamlit's."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from importlib import resources
from pathlib import Path

LISTED = Path(__file__).with_name("streamlit_findings.toml")
PLAIN = {"away", "closed"}  # pages without anything of Streamlit's
SHADES = ["color-contrast", "link-in-text-block"]  # all that differs in the dark
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"target-size": {"enabled": True}}  # of WCAG 2.2 AA, and off by itself
FIND = """async (options) => {
  const place = (element) => {
    const named = element.closest("[data-testid]");
    const role = element.getAttribute("role");
    const own = element.localName + (role ? `[role=${role}]` : "");
    return named === element ? `${own}[data-testid=${named.dataset.testid}]` : `${named?.dataset.testid} ${own}`;
  };
  const found = await axe.run(document, { ...options, elementRef: true, preload: false, resultTypes: ["violations"] });
  return found.violations.flatMap((rule) => rule.nodes.map((node) => {
    const streamlits = node.element.closest("#root") && !node.element.closest(".stHtml");
    return [rule.id, streamlits ? place(node.element) : "", `${node.target} ${node.html} ${node.failureSummary}`];
  }));
}"""
MARKED_OUT = """() => [document.querySelectorAll("h1").length,
  document.querySelectorAll("main, [role=main]").length, document.documentElement.lang.length > 1]"""
DRAWN_IN = """(scheme) => {
  const app = document.querySelector(".stApp"); // Streamlit draws itself anew a moment after the scheme has changed
  const moving = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime < Infinity);
  return (!app || getComputedStyle(app).colorScheme === scheme) && moving.length === 0;
}"""
REFLOWS = """() => [document.documentElement, document.querySelector('[data-testid="stMain"]') ?? document.body]
  .every((one) => one.scrollWidth <= window.innerWidth)"""


class Looked:
    """What was found in the views that were looked at."""

    def __init__(self) -> None:
        self.ours: list[tuple[str, str, str]] = []  # view, rule, where and why
        self.streamlits: dict[str, dict[str, list[str]]] = {}  # by view and rule, where

    def at(self, tab, view: str) -> None:
        """Look at a view in light and dark, and whether it fits at 200 % and 400 %."""
        listed = {} if view in PLAIN else listed_of_streamlit()
        for patience in (1500, 3000, 0):  # what is only being drawn is pale for a moment
            ours, streamlits = self._found(tab, view)
            if (ours, streamlits) == ([], listed):
                break
            tab.wait_for_timeout(patience)
        self.ours += ours
        self.streamlits[view] = streamlits
        if tab.evaluate(MARKED_OUT) != [1, 1, True]:
            self.ours.append((view, "marked out", "not one h1, one main part and a language"))
        size = tab.viewport_size
        for width, height in ((720, 450), (320, 256)):
            tab.set_viewport_size({"width": width, "height": height})
            if not tab.evaluate(REFLOWS):
                self.ours.append((view, "reflow", f"at {width} pixels it is to be scrolled sideways"))
        tab.set_viewport_size(size)

    def _found(self, tab, view: str) -> tuple[list[tuple[str, str, str]], dict[str, list[str]]]:
        """What axe finds now: in our own markup, and in Streamlit's by rule."""
        ours, found = [], defaultdict(set)
        for scheme, rules in (("dark", SHADES), ("light", [])):
            tab.emulate_media(color_scheme=scheme)
            tab.wait_for_function(DRAWN_IN, arg=scheme)
            for rule, place, told in findings(tab, rules):
                if place:
                    found[rule].add(place)
                else:
                    ours.append((f"{view}, {scheme}", rule, told))
        return ours, {rule: sorted(found[rule]) for rule in sorted(found)}

    def hold(self) -> None:
        """Nothing may have been found in our own markup, and in Streamlit's exactly what is listed."""
        listed = listed_of_streamlit()
        assert self.ours == []
        assert self.streamlits == {view: {} if view in PLAIN else listed for view in self.streamlits}


def listed_of_streamlit() -> dict[str, list[str]]:
    """What is known to be found in Streamlit's own markup, by rule."""
    return tomllib.loads(LISTED.read_text(encoding="utf-8"))


def findings(tab, only: list[str]) -> list[tuple[str, str, str]]:
    """Each finding of some rules or all: the rule, the place in Streamlit's markup or "" for ours, what axe says."""
    if not tab.evaluate("() => 'axe' in window"):
        tab.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    asked = {"type": "rule", "values": only} if only else {"type": "tag", "values": TAGS}
    return tab.evaluate(FIND, {"runOnly": asked, "rules": {} if only else RULES})
