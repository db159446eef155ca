/* The editor beyond a plain textarea: the listing under it follows the typing, the picture follows
   after a pause, unsent text survives a reload, and whatever puts a text into it can be undone.
   The page works without all this: the listing then shows the text as it was last sent.

   Others speak to it by events on the textarea, which a richer editor may take over (it listens on
   the document while they come down, and prevents the default):
     policy:set   {text, notice}  put this text in, so that it can be undone
     policy:undo, policy:redo, policy:focus
     policy:goto  {line, select}  show a line
   and it tells `policy:live` when the picture should follow (see hx-trigger in lesson.html). */
(() => {
  const area = document.getElementById("policy");
  if (!area) return;
  const form = area.form;
  const listing = () => document.getElementById("listing");
  const rows = () => area.value.split("\n");
  const notice = (text) => { document.getElementById("notice").textContent = text; };

  // ── The listing ──

  const follow = () => {
    const list = listing();
    list.scrollTop = area.scrollTop;
    list.scrollLeft = area.scrollLeft;
  };

  /* A changed line loses its mark: what was said of it may no longer hold. */
  const refresh = () => {
    const list = listing();
    const lines = rows();
    while (list.children.length > lines.length) list.lastElementChild.remove();
    lines.forEach((line, index) => {
      const item = list.children[index] ?? list.appendChild(document.createElement("li"));
      if (item.textContent !== line) { item.textContent = line; item.removeAttribute("class"); }
    });
    follow();
  };

  const lineHeight = () => parseFloat(getComputedStyle(area).lineHeight);
  const startOf = (number) => rows().slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);

  const reveal = (number) => {
    const top = (number - 1) * lineHeight();
    if (top < area.scrollTop || top > area.scrollTop + area.clientHeight - 2 * lineHeight()) {
      area.scrollTop = Math.max(0, top - 3 * lineHeight());
    }
    follow();
  };

  /* The line with this text that stands nearest to where it stood when the answer was given. */
  const nearest = (number, text) => {
    const same = rows().map((row, index) => [row, index + 1]).filter(([row]) => row === text);
    same.sort((a, b) => Math.abs(a[1] - number) - Math.abs(b[1] - number));
    return same.length ? same[0][1] : 0;
  };

  // ── What the last answers were about, and what is not sent yet ──

  const KEY = `netpol-lab-draft:${location.pathname}`;
  const hidden = (name) => form.querySelector(`input[name="${name}"]`)?.value ?? "";
  const state = (text) => ({ text, labels: hidden("labels"), plugin: hidden("switched") });
  let kept = area.value;      // the text that the server would give back: the last one checked
  let answered = area.value;  // the text that the picture and the problems speak of
  let asked = area.value;
  let shown = state(area.value);  // the last state that the picture could show
  const refusedAtFirst = Boolean(document.querySelector("#result .stale, #status.refused"));
  if (refusedAtFirst) shown = null;  // the server knows it

  const elsewhere = area.dataset.draft === "elsewhere";  // another script keeps what is not sent
  const draft = {
    read: () => { try { return JSON.parse(localStorage.getItem(KEY) ?? "null"); } catch { return null; } },
    write: () => {
      if (elsewhere) return;
      try {
        if (area.value === kept) localStorage.removeItem(KEY);
        else localStorage.setItem(KEY, JSON.stringify({ base: kept, text: area.value }));
      } catch { /* a browser that keeps nothing */ }
    },
  };

  const starter = document.getElementById("starter")?.content.textContent;
  const compare = () => {
    form.classList.toggle("edited", area.value !== kept);
    form.classList.toggle("untouched", area.value === starter);
    form.classList.toggle("waiting", area.value !== answered);
  };

  // ── Following the typing: after a pause, never while a check is under way ──

  const PAUSE = 300;
  let timer = 0;
  let underWay = "";
  const live = () => {
    clearTimeout(timer);
    if (area.value === answered) return;
    timer = setTimeout(() => {
      if (area.value === answered) return;
      if (underWay && underWay !== "live") { live(); return; }  // its answer comes first
      area.dispatchEvent(new CustomEvent("policy:live"));
    }, PAUSE);
  };

  area.addEventListener("input", () => { refresh(); compare(); draft.write(); live(); });
  area.addEventListener("scroll", follow);
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      document.getElementById("check").click();
    }
  });

  document.body.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.closest("form") !== form || !shown) return;
    event.detail.parameters.shown = shown.text;
    event.detail.parameters.shown_labels = shown.labels;
    event.detail.parameters.shown_plugin = shown.plugin;
  });
  /* Nothing is aborted: an answer is dropped when something newer has been asked since. Its target
     may be gone from the page by then, and an event on it would not come up to the body. */
  let newest = null;
  const follows = (elt) => elt === area || elt?.id === "plugin";  // typing, or a turn of the switch
  const drop = (event) => { if (event.detail.xhr !== newest) event.preventDefault(); };
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target?.id !== "result") return;
    event.detail.target.addEventListener("htmx:beforeSwap", drop);
    newest = event.detail.xhr;
    clearTimeout(timer);
    asked = area.value;
    underWay = follows(event.detail.elt) ? "live" : "asked";
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.closest?.("form") === form || event.detail.elt === form) underWay = "";
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "result") return;
    const path = event.detail.requestConfig?.path ?? "";
    const typing = follows(event.detail.requestConfig?.elt);
    answered = asked;
    if (path.endsWith("/submit")) kept = asked;
    if (!document.querySelector("#status.refused")) shown = state(asked);
    refresh();
    compare();
    draft.write();
    live();  // what was typed meanwhile
    if (typing) return;
    const marked = listing().querySelector(path.endsWith("/evaluate") ? ".decides" : ".error");
    if (!marked || document.activeElement === area) return;
    const number = [...listing().children].indexOf(marked) + 1;
    area.dispatchEvent(new CustomEvent("policy:goto", { detail: { line: number }, cancelable: true, bubbles: true }));
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-line]");
    const text = button?.querySelector("code")?.textContent;
    if (text === undefined) return;
    const number = nearest(Number(button.dataset.line), text);
    if (!number) return;
    area.dispatchEvent(new CustomEvent("policy:goto", { detail: { line: number, select: true }, cancelable: true, bubbles: true }));
  });

  // ── What others ask for ──

  const mine = (name, act) => area.addEventListener(name, (event) => {
    if (!event.defaultPrevented) act(event.detail ?? {});
  });
  const send = (name, detail) => area.dispatchEvent(new CustomEvent(name, { detail, cancelable: true, bubbles: true }));

  mine("policy:set", ({ text, notice: words }) => {
    area.focus();
    area.select();
    // execCommand keeps the browser's own undo, which no newer interface does.
    if (!document.execCommand("insertText", false, text)) area.value = text;
    area.setSelectionRange(0, 0);
    area.dispatchEvent(new Event("input", { bubbles: true }));
    if (words) notice(words);
  });
  for (const verb of ["undo", "redo"]) {
    mine(`policy:${verb}`, () => { area.focus(); document.execCommand(verb); });
    document.getElementById(verb).addEventListener("click", () => send(`policy:${verb}`));
  }
  mine("policy:focus", () => area.focus());
  mine("policy:goto", ({ line, select }) => {
    if (select) area.focus();
    // Without `select` the caret goes there and selects nothing: the next key must not delete a line.
    area.setSelectionRange(startOf(line), startOf(line) + (select ? rows()[line - 1].length : 0));
    reveal(line);
  });

  if (!area.readOnly) {
    form.querySelector(".tools").hidden = false;
    document.getElementById("start-over").addEventListener("click", (event) => {
      event.preventDefault();
      send("policy:set", { text: starter, notice: "The starter is back. Undo brings your text again." });
    });
  }

  const saved = elsewhere ? null : draft.read();
  if (saved && saved.base === kept && saved.text !== kept && !area.readOnly) {
    area.value = saved.text;
    notice("This is what you had typed and not checked yet.");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  refresh();
  compare();
})();
