// Leaving at once, also when the server is gone; and no drafts, spelling services or saved forms.
(() => {
  "use strict";
  const AWAY = "/away";
  const PRESSES = 3;
  const PATIENCE_MS = 5000; // between two presses of Shift
  const WAIT_MS = 120; // for the neutral page; an empty page is taken instead
  const ENDED = "The program behind this page has ended. You can still read what is here, or leave.";

  let leaving = false;

  const blank = () => {
    for (const field of document.querySelectorAll("textarea, input")) field.value = "";
    document.title = "";
    document.documentElement.style.setProperty("display", "none", "important");
    document.body.replaceChildren();
    try {
      localStorage.clear();
      sessionStorage.clear();
    } catch { /* storage may be switched off */ }
  };

  const leave = () => {
    if (leaving) return;
    leaving = true;
    blank();
    const go = (to) => location.replace(to);
    const timer = setTimeout(go, WAIT_MS, "about:blank");
    fetch(AWAY, { cache: "no-store", credentials: "omit" }).then(
      (answer) => { clearTimeout(timer); go(answer.ok ? AWAY : "about:blank"); },
      () => { clearTimeout(timer); go("about:blank"); },
    );
  };

  const say = (text) => {
    const status = document.getElementById("leave-status");
    if (status) status.textContent = text;
  };

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
      document.querySelector(".st-key-ask textarea")?.focus();
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
    say(`Press Shift ${left} more time${left > 1 ? "s" : ""} to leave this page.`);
    clearTimeout(forget);
    forget = setTimeout(start, PATIENCE_MS);
  }, true);
  window.addEventListener("pageshow", (event) => { if (event.persisted) leave(); });

  const keepPrivate = (root) => {
    for (const field of root.querySelectorAll("textarea, input")) {
      field.setAttribute("autocomplete", "off");
      field.setAttribute("autocorrect", "off");
      field.setAttribute("spellcheck", "false"); // some browsers send the text away to check it
      field.setAttribute("data-gramm", "false");
    }
  };
  let shown = 0; // messages of the conversation
  const showNewest = () => {
    const messages = document.querySelectorAll('[data-testid="stChatMessage"]');
    if (messages.length > shown && messages.length % 2) messages[messages.length - 1].scrollIntoView();
    else if (messages.length > shown && shown % 2 === 0) messages[messages.length - 2].scrollIntoView();
    shown = messages.length;
  };

  // When the program behind the page has gone, Streamlit opens a window that names itself and makes the rest of the
  // page dead to the keyboard. The page with its contacts is worth more.
  const keepReadable = () => {
    const window_ = document.querySelector('[role="dialog"]');
    if (!window_) return;
    window_.querySelector("button")?.click();
    say(ENDED);
  };

  const matchColours = () => { // the question box lies over the answers, so it needs the page's own colour
    const page = document.querySelector('[data-testid="stApp"]');
    if (page) document.body.style.setProperty("--av-page", getComputedStyle(page).backgroundColor);
  };

  new MutationObserver((changes) => {
    if (leaving || !changes.some((change) => change.addedNodes.length)) return;
    keepPrivate(document);
    showNewest();
    matchColours();
    keepReadable();
  }).observe(document.documentElement, { childList: true, subtree: true });
  keepPrivate(document);
})();
