// Leaving at once, also when the server is gone; a page that nobody touches goes blank; and nothing is kept here.
(() => {
  "use strict";
  const AWAY = "/away";
  const PRESSES = 3;
  const PATIENCE_MS = 5000; // between two presses of Shift
  const WAIT_MS = 300; // for the neutral page; an empty page is taken instead
  const IDLE_MS = 10 * 60_000; // without a touch, until the page warns
  const WARNED_MS = 2 * 60_000; // from then on, until it goes blank
  const TOLD_AT_S = [60, 30, 10]; // seconds before, said again to those who cannot see them run down
  const TELL_MS = 2000; // how often at most a touch is told to other tabs
  const ASK_MS = 200; // for another tab to say that somebody is there
  const SAY_MS = 100; // a live region that was emptied is heard again only after a moment
  const SAID_MS = 10_000;
  const GONE_MS = 400; // for what comes in the place of what had the focus
  const MESSAGE = '[data-testid="stChatMessage"]'; // of the conversation

  // Streamlit's own script comes after this one, and finds places to keep things that last as long as the page.
  const forgetful = () => {
    const kept = new Map();
    return {
      getItem: (name) => kept.get(String(name)) ?? null,
      setItem: (name, value) => { kept.set(String(name), String(value)); },
      removeItem: (name) => { kept.delete(String(name)); },
      clear: () => { kept.clear(); },
      key: (place) => [...kept.keys()][place] ?? null,
      get length() { return kept.size; },
    };
  };
  Object.defineProperty(window, "localStorage", { value: forgetful() });
  Object.defineProperty(window, "sessionStorage", { value: forgetful() });
  Object.defineProperty(window, "indexedDB", { value: undefined });
  Object.defineProperty(window, "caches", { value: undefined });
  Object.defineProperty(Document.prototype, "cookie", { get: () => "", set: () => {} });

  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("page") : null; // of this page in this browser
  let leaving = false;

  const blank = () => {
    for (const field of document.querySelectorAll("textarea, input")) field.value = "";
    document.title = "";
    document.documentElement.style.setProperty("display", "none", "important");
    document.body.replaceChildren();
  };

  const leave = () => {
    if (leaving) return;
    leaving = true;
    blank();
    tabs?.postMessage("leave");
    const go = (to) => location.replace(to);
    const chosen = document.querySelector('meta[name="away"]')?.content;
    const told = fetch(AWAY, { cache: "no-store", credentials: "same-origin", redirect: "manual", keepalive: true });
    if (chosen) {
      told.catch(() => {});
      go(chosen);
      return;
    }
    const timer = setTimeout(go, WAIT_MS, "about:blank");
    told.then(
      (answer) => { clearTimeout(timer); go(answer.ok ? AWAY : "about:blank"); },
      () => { clearTimeout(timer); go("about:blank"); },
    );
  };

  const say = (text) => {
    const status = document.getElementById("leave-status");
    if (status) status.textContent = text;
  };

  // A file that is in the page already; it is never fetched, so it has no address and stands in no log.
  const save = ({ name, kind, content }) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type: kind }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  // The words outside of Streamlit's part, in the language of the visit: as the page came, then as Streamlit shows it.
  let spoken = {};
  let ofVisit = false;
  const speak = () => {
    const words = [...document.querySelectorAll(".av-words")].at(-1);
    if (!words || (ofVisit && !words.closest("#root"))) return; // Streamlit is between two pictures of the page
    ofVisit = !!words.closest("#root");
    spoken = { ...words.dataset };
    document.documentElement.lang = words.lang;
    document.documentElement.dir = words.dir;
    for (const id of ["leave", "to-question", "idle-asks", "idle-says", "stay"]) {
      const place = document.getElementById(id);
      const text = words.getAttribute(`data-${id}`);
      if (place && place.textContent !== text) place.textContent = text;
    }
  };
  speak();

  // On paper nothing can be unfolded, so the further contacts of the newest answer are opened for as long as it prints.
  let unfolded = [];
  window.addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("section details:not([open])")].filter((one) => one.querySelector(".av-contacts"));
    for (const one of unfolded) one.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const one of unfolded) one.open = false;
    unfolded = [];
  });

  let presses = 0;
  let alone = false;
  let forget = 0;
  const start = () => { presses = 0; alone = false; clearTimeout(forget); say(""); };

  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("#leave")) {
      event.preventDefault();
      leave();
    } else if (event.target instanceof Element && event.target.closest("#to-question")) {
      event.preventDefault();
      document.querySelector("#opening textarea, .st-key-ask textarea, .st-key-look textarea, .st-key-look input")?.focus();
    } else if (event.target instanceof Element && event.target.closest(".av-save")) {
      save(event.target.closest(".av-save").dataset);
    } else if (event.target instanceof Element && event.target.closest(".av-print")) {
      window.print();
    }
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") start();
    else if (!event.repeat) alone = !(event.ctrlKey || event.altKey || event.metaKey);
  }, true);
  document.addEventListener("pointerdown", start, true);
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    presses += 1;
    if (presses >= PRESSES) { leave(); return; }
    const left = PRESSES - presses;
    say(left > 1 ? spoken.pressTwice : spoken.pressOnce);
    clearTimeout(forget);
    forget = setTimeout(start, PATIENCE_MS);
  }, true);
  window.addEventListener("pagehide", blank); // so that Back finds nothing
  window.addEventListener("pageshow", (event) => { if (event.persisted) leave(); });

  let touched = Date.now(); // the clock of the day goes on while a computer sleeps or a tab is held back
  let toldTabs = 0;
  let before = null; // what had the focus before the warning
  let toldAt = 0;
  const warning = () => document.getElementById("idle");

  const stay = () => {
    const box = warning();
    if (!box || box.hidden) return;
    box.hidden = true;
    if (box.contains(document.activeElement)) before?.focus({ preventScroll: true }); // the page stays where it was read
  };

  const warn = (left) => {
    const box = warning();
    if (!box) return;
    const seconds = Math.ceil(left / 1000);
    box.querySelector("#idle-left").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (box.hidden) {
      before = document.activeElement;
      toldAt = Infinity;
      box.querySelector("#idle-said").textContent = "";
      box.hidden = false;
      box.querySelector("button").focus({ preventScroll: true });
    }
    const due = TOLD_AT_S.find((at) => seconds <= at && at < toldAt && seconds > at - 10);
    if (due === undefined) return;
    toldAt = due;
    box.querySelector("#idle-said").textContent = spoken.secondsLeft.replace("{seconds}", seconds);
  };

  // A tab that was held back has not heard of what was done in others, so it asks, unseen, before it ends them all.
  let asking = false;
  const expire = () => {
    asking = true;
    document.documentElement.style.setProperty("display", "none", "important");
    tabs?.postMessage("who");
    setTimeout(() => {
      asking = false;
      if (Date.now() - touched >= IDLE_MS + WARNED_MS) leave();
      else document.documentElement.style.removeProperty("display");
    }, tabs ? ASK_MS : 0);
  };

  const look = () => {
    if (leaving || asking) return;
    const idle = Date.now() - touched;
    if (idle >= IDLE_MS + WARNED_MS) expire();
    else if (idle >= IDLE_MS) warn(IDLE_MS + WARNED_MS - idle);
    else if (idle < 0) touched = Date.now(); // the clock was set back
  };

  const touch = () => {
    look(); // a touch that comes too late changes nothing
    if (leaving || asking) return;
    touched = Date.now();
    stay();
    if (touched - toldTabs < TELL_MS) return;
    toldTabs = touched;
    tabs?.postMessage("touch");
  };

  setInterval(look, 1000);
  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel", "touchstart", "touchmove", "scroll"]) {
    document.addEventListener(kind, touch, { capture: true, passive: true });
  }
  window.addEventListener("focus", touch);
  window.addEventListener("pageshow", look);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") touch(); });
  tabs?.addEventListener("message", (event) => {
    if (leaving) return;
    if (event.data === "leave") leave();
    else if (event.data === "touch") { touched = Date.now(); stay(); }
    else if (!asking && Date.now() - touched < IDLE_MS) tabs.postMessage("touch");
  });

  const keepPrivate = (root) => {
    for (const field of root.querySelectorAll("textarea, input")) {
      field.setAttribute("autocomplete", "off");
      field.setAttribute("autocorrect", "off");
      field.setAttribute("autocapitalize", "off");
      field.setAttribute("spellcheck", "false"); // some browsers send the text away to check it
      for (const name of ["gramm", "ms-editor"]) field.setAttribute(`data-${name}`, "false");
      for (const name of ["lpignore", "1p-ignore", "bwignore"]) field.setAttribute(`data-${name}`, "true");
    }
    // A browser that translates pages sends their text away; what a person asked shall not go with it.
    for (const asked of root.querySelectorAll('[data-testid="stText"]')) asked.setAttribute("translate", "no");
  };
  let shown = 0; // messages of the conversation
  const showNewest = () => {
    const messages = document.querySelectorAll(MESSAGE);
    if (messages.length > shown && messages.length % 2) messages[messages.length - 1].scrollIntoView();
    else if (messages.length > shown && shown % 2 === 0) messages[messages.length - 2].scrollIntoView();
    shown = messages.length;
  };

  let view = null; // the heading of a view beside the chat
  const showView = () => {
    const now = document.querySelector(".av-view");
    if (now && !view) { now.focus(); now.scrollIntoView(); }
    view = now;
  };

  // What is new is said once, politely, to those who hear the page: each [data-say] by its name, or by its words where
  // it has none. A live region that comes with its words in it would often not be heard, so one is there from the start.
  const heard = new Set();
  let toSay = 0;
  const sayNew = () => {
    const there = new Map();
    for (const one of document.querySelectorAll("[data-say]")) there.set(one.dataset.say || `: ${one.textContent}`, one);
    for (const name of heard) if (name.startsWith(": ") && !there.has(name)) heard.delete(name);
    const fresh = [...there].filter(([name]) => !heard.has(name)).map(([name, one]) => { heard.add(name); return one; });
    const region = document.getElementById("said");
    if (!fresh.length || !region) return;
    region.textContent = "";
    region.lang = fresh.at(-1).closest("[lang]").lang;
    region.dir = getComputedStyle(fresh.at(-1)).direction;
    const text = fresh.at(-1).textContent.replace(/\s+/g, " ").trim();
    clearTimeout(toSay);
    toSay = setTimeout(() => {
      region.textContent = text;
      toSay = setTimeout(() => { region.textContent = ""; }, SAID_MS); // or it would be read twice in the page
    }, SAY_MS);
  };
  setInterval(() => { // a conversation that was cleared begins with the same names again
    if (heard.size && !document.querySelector("[data-say], .av-view")) heard.clear();
  }, 500);

  // What had the focus can be gone when something was done with it: its like takes the focus, or else what came of it.
  let focused = null;
  let patience = 0; // looks for an answer that is still being made
  let toFocus = 0;
  document.addEventListener("focusin", ({ target }) => {
    clearTimeout(toFocus);
    const keyed = target.closest('[class*="st-key-"]');
    const key = keyed && [...keyed.classList].find((name) => name.startsWith("st-key-"));
    focused = { element: target, like: key && `.${CSS.escape(key)} ${target.localName}`, inAnswer: !!target.closest(`${MESSAGE}, [class*="st-key-need-"]`) };
    patience = 20;
  }, true);
  const focusWhatCame = () => {
    if (document.activeElement !== document.body) return;
    const said = focused.inAnswer ? [...document.querySelectorAll(`${MESSAGE} [data-say]`)].at(-1) : null;
    if (focused.inAnswer && !said && document.querySelector(MESSAGE) && patience-- > 0) {
      toFocus = setTimeout(focusWhatCame, GONE_MS);
      return;
    }
    const to = said ?? document.querySelector("h1");
    if (!to) return;
    to.tabIndex = -1;
    to.focus();
  };
  const keepFocus = () => {
    if (!focused || focused.element.isConnected || document.activeElement !== document.body) return;
    const like = focused.like && document.querySelector(focused.like);
    clearTimeout(toFocus);
    if (like) like.focus({ preventScroll: true });
    else toFocus = setTimeout(focusWhatCame, GONE_MS);
  };

  // When the program behind the page has gone, Streamlit opens a window that names itself and makes the rest of the
  // page dead to the keyboard. The page with its contacts is worth more.
  const keepReadable = () => {
    const window_ = document.querySelector('[role="dialog"]');
    if (!window_) return;
    window_.querySelector("button")?.click();
    say(spoken.ended);
  };

  // Until Streamlit's part is there, a view that the server drew stands in its place. What was typed and chosen in it,
  // and where the person was, go over to that part; nothing of it is sent or kept in any other way.
  const FIELD = ".st-key-ask textarea"; // of Streamlit's part
  const STEPS = ".stHtml a, .stHtml summary"; // in both, in the same order
  const WHOLE_MS = 3000; // for all of Streamlit's part to come, after the first of it
  const ABLE_MS = 10_000; // for it to take what was wished
  let wish = null; // what is to be pressed there: its way to send, or a way in
  let composing = false; // a word is being written that the keyboard puts together
  let firstCame = 0;
  document.getElementById("opening")?.setAttribute("data-kept", ""); // else Streamlit's part alone takes its place

  const wishFor = (place, pressed = null) => {
    wish = place;
    for (const one of document.querySelectorAll("#opening [data-need]")) one.setAttribute("aria-pressed", String(one === pressed));
    const said = document.getElementById("opening-says");
    if (said) said.textContent = place ? said.dataset.says : "";
  };
  document.addEventListener("compositionstart", () => { composing = true; }, true);
  document.addEventListener("compositionend", () => { composing = false; setTimeout(handOver); }, true);
  document.addEventListener("input", ({ target }) => { if (target.matches?.("#opening textarea")) wishFor(null); }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches?.("#opening textarea")) return;
    event.preventDefault();
    wishFor(event.target.value.trim() ? '[data-testid="stChatInputSubmitButton"]' : null);
  }, true);
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest?.("#opening [data-need]");
    if (pressed) wishFor(`.st-key-need-${CSS.escape(pressed.dataset.need)} button`, pressed);
    if (!event.target.closest?.(".av-to-people")) return;
    event.preventDefault(); // no place in the page stands in the address
    const people = [...document.querySelectorAll(".av-contacts")].find((one) => one.getClientRects().length);
    const heading = people?.closest("section")?.querySelector("h2") ?? document.getElementById("people");
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    heading.scrollIntoView();
  }, true);

  const allCame = (view, page) => {
    if (!page?.querySelector(".stHtml")) return false;
    firstCame ||= Date.now();
    if (Date.now() - firstCame > WHOLE_MS) return true;
    const needs = page.querySelectorAll('[class*="st-key-need-"] button');
    return !!page.querySelector(FIELD) && !!page.querySelector(".stHtml h1") && !!page.querySelector(".stHtml section")
      && needs.length >= view.querySelectorAll("[data-need]").length;
  };

  const press = (place, until) => {
    const button = document.querySelector(place);
    if (button && !button.disabled) button.click();
    else if (!leaving && Date.now() < until) setTimeout(press, 30, place, until);
  };

  const handOver = () => {
    const view = document.getElementById("opening");
    const page = document.querySelector('#root [data-testid="stApp"]');
    if (!view || leaving || composing || !allCame(view, page)) return;
    const from = view.querySelector("textarea");
    const to = page.querySelector(FIELD);
    if (to && from?.value) { // as if it were typed there
      Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(to, from.value);
      to.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const unfolded = [...view.querySelectorAll("details")];
    for (const [place, one] of [...page.querySelectorAll(".stHtml details")].entries()) one.open = !!unfolded[place]?.open;
    const at = view.contains(document.activeElement) ? document.activeElement : null;
    const step = [...view.querySelectorAll(STEPS)].indexOf(at);
    const next = at && (at === from ? to : at.dataset.need
      ? page.querySelector(`.st-key-need-${CSS.escape(at.dataset.need)} button`)
      : step >= 0 ? page.querySelectorAll(STEPS)[step] : page.querySelector(".stHtml section h2"));
    const caret = from && [from.selectionStart, from.selectionEnd, from.selectionDirection];
    const scrolled = window.scrollY;
    const sent = wish;
    view.remove();
    const main = page.querySelector('[data-testid="stMain"]');
    if (main) main.scrollTop = scrolled;
    if (next) {
      if (!next.matches("a, button, summary, textarea")) next.tabIndex = -1;
      next.focus({ preventScroll: true });
      if (next === to) to.setSelectionRange(...caret);
    }
    if (sent) press(sent, Date.now() + ABLE_MS);
  };
  const handingOver = setInterval(() => { // what did not come in time brings no change that could be waited for
    handOver();
    if (!document.getElementById("opening")) clearInterval(handingOver);
  }, 250);

  const nameMain = () => document.querySelector('[data-testid="stMain"]')?.setAttribute("role", "main");

  const matchColours = () => { // the question box lies over the answers, so it needs the page's own colour
    const page = document.querySelector('[data-testid="stApp"]');
    if (page) document.body.style.setProperty("--av-page", getComputedStyle(page).backgroundColor);
  };

  new MutationObserver((changes) => {
    if (leaving) return;
    keepFocus();
    if (!changes.some((change) => change.addedNodes.length)) return;
    speak();
    keepPrivate(document);
    nameMain();
    handOver();
    showNewest();
    showView();
    sayNew();
    matchColours();
    keepReadable();
  }).observe(document.documentElement, { childList: true, subtree: true });
  keepPrivate(document);
})();
