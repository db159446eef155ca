/* The editor beyond a plain textarea: the listing under it follows the typing, what differs from the
   last answer is said, unsent text survives a reload, and "Start over" can be undone.
   The page works without all this: the listing then shows the text as it was last sent. */
(() => {
  const area = document.getElementById("policy");
  if (!area) return;
  const form = area.form;
  const listing = () => document.getElementById("listing");
  const rows = () => area.value.split("\n");

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

  // ── What the last answer was about, and what is not sent yet ──

  const KEY = `netpol-lab-draft:${location.pathname}`;
  let answered = area.value;  // the text that picture and verdict speak of
  let kept = area.value;      // the text that the server would give back
  let asked = area.value;

  const draft = {
    read: () => { try { return JSON.parse(localStorage.getItem(KEY) ?? "null"); } catch { return null; } },
    write: () => {
      try {
        if (area.value === kept) localStorage.removeItem(KEY);
        else localStorage.setItem(KEY, JSON.stringify({ base: kept, text: area.value }));
      } catch { /* a browser that keeps nothing */ }
    },
  };

  const compare = () => form.classList.toggle("edited", area.value !== answered);

  const saved = draft.read();
  if (saved && saved.base === kept && saved.text !== kept) {
    area.value = saved.text;
    document.getElementById("notice").textContent = "This is what you had typed and not checked yet.";
  }

  area.addEventListener("input", () => { refresh(); compare(); draft.write(); });
  area.addEventListener("scroll", follow);
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      document.getElementById("check").click();
    }
  });

  document.body.addEventListener("htmx:beforeRequest", () => { asked = area.value; });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "result") return;
    const path = event.detail.requestConfig?.path ?? "";
    answered = asked;
    if (path.endsWith("/submit")) kept = asked;
    refresh();
    compare();
    draft.write();
    const marked = listing().querySelector(path.endsWith("/evaluate") ? ".decides" : ".error");
    if (!marked || document.activeElement === area) return;
    const number = [...listing().children].indexOf(marked) + 1;
    // The caret goes there, and selects nothing: the next key must not delete a line.
    area.setSelectionRange(startOf(number), startOf(number));
    reveal(number);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-line]");
    if (!button) return;
    const number = nearest(Number(button.dataset.line), button.querySelector("code").textContent);
    if (!number) return;
    area.focus();
    area.setSelectionRange(startOf(number), startOf(number) + rows()[number - 1].length);
    reveal(number);
  });

  document.getElementById("start-over").addEventListener("click", (event) => {
    event.preventDefault();
    area.focus();
    area.select();
    const starter = document.getElementById("starter").content.textContent;
    // execCommand keeps the browser's own undo, which no newer interface does.
    if (!document.execCommand("insertText", false, starter)) area.value = starter;
    area.dispatchEvent(new Event("input"));
    document.getElementById("notice").textContent = "The starter is back. Ctrl+Z brings your text again.";
  });

  refresh();
  compare();
})();
