// What page.py's markup does in the browser: the evidence of one turn stands beside the conversation, marks
// lead to their cards, answers can be copied, and buttons that concern the server are told to it.
(() => {
  const TOLD = ["edit", "retry", "right", "wrong", "example", "open", "drop", "share"];
  const NARROW = window.matchMedia("(max-width: 799px)");
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  let told = 0;
  let empty = ""; // the panel before there is an answer

  // Puts the evidence of a turn into the panel beside the conversation.
  function show(turn) {
    const evidence = turn?.querySelector(".evidence");
    const panel = one("#sources .md");
    if (!evidence || !panel) return;
    all(".turn[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
    turn.setAttribute("aria-current", "true");
    empty ||= panel.innerHTML;
    if (panel.innerHTML !== evidence.innerHTML) panel.innerHTML = evidence.innerHTML;
  }

  function card(mark) {
    return document.getElementById("sources").querySelector(mark.getAttribute("href"));
  }

  function light(lit) {
    all(".card.lit").forEach((other) => other.classList.remove("lit"));
    lit?.classList.add("lit");
  }

  // Opens the source of a mark: scrolled to the quote, the focus on its card.
  function open(mark) {
    show(mark.closest(".turn"));
    const source = card(mark);
    light(source);
    one("#sources").classList.add("raised");
    source?.focus({ preventScroll: true });
    (source?.querySelector("mark") ?? source)?.scrollIntoView({ block: "center" });
  }

  function close() {
    one("#sources")?.classList.remove("raised");
  }

  async function copy(button) {
    const text = button.closest(".turn").querySelector(".copied").innerHTML.replaceAll("<br>", "\n");
    const plain = new DOMParser().parseFromString(text, "text/html").documentElement.textContent;
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(plain);
      button.textContent = "Copied";
    } catch {
      button.textContent = "The browser does not let this page copy";
    }
    setTimeout(() => (button.textContent = label), 2000);
  }

  function write(box, text) {
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // The hidden text box is how the server hears of a button; the count makes each press another text.
  function tell(act, button) {
    const turn = Number(button.closest(".turn")?.id.replace("turn-", "") ?? 0);
    const box = one("#pressed textarea, #pressed input");
    told += 1;
    write(box, JSON.stringify({ act, turn, text: button.textContent, id: button.id, told }));
    box.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true }));
  }

  document.addEventListener("click", (event) => {
    const mark = event.target.closest?.("a.cite");
    const button = event.target.closest?.("button.act");
    if (mark) {
      event.preventDefault();
      open(mark);
    } else if (button?.classList.contains("act-copy")) {
      copy(button);
    } else if (button?.classList.contains("act-close")) {
      close();
    } else if (button) {
      const act = TOLD.find((name) => button.classList.contains(`act-${name}`));
      if (act) tell(act, button);
      if (act === "open") shut();
      if (button.classList.contains("act-leave")) signOut();
    } else if (!event.target.closest?.("#sources .card")) {
      close();
    }
  });

  // Of the files of a folder Gradio sends the last part of their names: another hidden box tells the rest.
  document.addEventListener(
    "change",
    ({ target }) => {
      if (target.webkitdirectory)
        write(
          one("#of-folder textarea, #of-folder input"),
          JSON.stringify([...target.files].map((file) => file.webkitRelativePath)),
        );
    },
    true,
  );

  document.addEventListener("mouseover", (event) => {
    const mark = event.target.closest?.("#conversation a.cite");
    if (!mark || NARROW.matches) return;
    show(mark.closest(".turn"));
    light(card(mark));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });

  // On a narrow screen the list of conversations would cover what was just asked for.
  function shut() {
    if (NARROW.matches) one(".sidebar.open .toggle-button")?.click();
  }

  async function signOut() {
    await fetch("logout", { method: "POST" });
    location.assign("login");
  }

  // The newest turn is the one that is read, from when it changes until a mark of another is opened.
  let newest = "";
  let arrived = false;
  new MutationObserver(() => {
    if (!arrived && one(".welcome")) {
      arrived = true;
      shut();
    }
    const last = all("#conversation .turn").at(-1);
    const seen = last ? last.id + last.innerHTML.length : "";
    if (seen === newest) return;
    newest = seen;
    if (last) {
      show(last);
      const scroller = last.closest("#conversation"); // to where the newest turn begins
      scroller.scrollTop += last.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    } else if (empty) {
      one("#sources .md").innerHTML = empty;
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
