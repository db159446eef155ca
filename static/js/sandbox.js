/* The sandbox beyond plain forms: the answers follow the typing, cells and arrows are picked in place,
   the table is one stop of the Tab key, and the state is kept in this browser until it is wanted again.
   Every press of a button goes to the server with the whole state, with this script or without it. */
(() => {
  const form = document.getElementById("sandbox");
  if (!form) return;
  const byId = (id) => document.getElementById(id);
  const area = () => byId("policy");
  const field = (name) => form.querySelector(`#state [name="${name}"]`);
  const say = (text) => { byId("notice").textContent = text; };

  // ── The listing under a plain textarea ──

  const follow = () => {
    byId("listing").scrollTop = area().scrollTop;
    byId("listing").scrollLeft = area().scrollLeft;
  };
  /* A changed line loses its mark: what was said of it may no longer hold. */
  const refresh = () => {
    const list = byId("listing");
    const lines = area().value.split("\n");
    while (list.children.length > lines.length) list.lastElementChild.remove();
    lines.forEach((line, index) => {
      const item = list.children[index] ?? list.appendChild(document.createElement("li"));
      if (item.textContent !== line) { item.textContent = line; item.removeAttribute("class"); }
    });
    follow();
  };
  document.addEventListener("scroll", (event) => { if (event.target === area()) follow(); }, true);

  // ── Following the typing: after a pause, the newest wins, and never instead of a press ──

  const PAUSE = 300;
  let timer = 0;
  let pressing = false;
  const late = new Map();  // filters set while a press is under way: its answer must not take them back
  const live = (pause = PAUSE) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (pressing) live();  // its answer comes first
      else area().dispatchEvent(new CustomEvent("policy:live"));
    }, pause);
  };
  form.addEventListener("input", ({ target }) => {
    if (target === area()) refresh();
    if (target !== area() && !target.matches("[data-live]")) return;
    if (pressing && target !== area() && target.type !== "checkbox") late.set(target.id, target.value);
    live(target.matches("select, [type=checkbox]") ? 0 : PAUSE);
    changed();
  });

  document.body.addEventListener("htmx:configRequest", ({ detail }) => {
    // Without this script an answer begins at its place; with it nothing is to jump.
    if (detail.elt.closest("form") === form) detail.path = detail.path.split("#")[0];
  });
  /* A text that comes anew follows the typing, and the picks, from the moment it stands there: htmx itself
     takes up what it has put in only a little later, and asks nothing of it until then. */
  document.body.addEventListener("htmx:oobAfterSwap", () => htmx.process(area()));
  let asker = "";  // the id of what had the focus when a press was sent
  document.body.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.elt.closest("form") !== form) return;
    clearTimeout(timer);
    pressing = detail.elt === form;
    asker = document.activeElement?.id ?? "";
  });
  document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.elt.closest?.("form") !== form) return;
    pressing = false;
    if (!detail.successful) waiting = "";  // what it was to follow did not happen
  });

  // ── After an answer: folds and focus stay where they were ──

  const folds = new Map();
  document.addEventListener("toggle", ({ target }) => { if (target.id) folds.set(target.id, target.open); }, true);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const show = (element) => element?.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });

  /* A press may have taken away what had the focus: then its nearest relation gets it. */
  const refocus = () => {
    const wanted = form.querySelector("[data-autofocus]");
    if (wanted && !wanted.dataset.had) {
      wanted.dataset.had = "1";
      wanted.focus();
      show(wanted.closest("fieldset"));
    } else if (document.activeElement === document.body) {
      const heirs = { "show-flip": "flip", "use-edit": "toggle-arrow", "other-step": "undo-step" };
      const next = asker === "other-step" && byId(asker) ? asker : heirs[asker] ?? asker;
      (byId(next) ?? byId("add-pod") ?? byId("add-namespace"))?.focus({ preventScroll: true });
    }
  };
  document.body.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (detail.target?.id !== "result") return;
    for (const [id, open] of folds) if (byId(id)?.tagName === "DETAILS") byId(id).open = open;
    if (late.size) {
      for (const [id, value] of late) if (byId(id)) byId(id).value = value;
      late.clear();
      live();
    }
    refresh();
    roving();
    if (picked) refocusArrow();
    else if (detail.requestConfig?.elt === form) refocus();
    if (detail.requestConfig?.elt === form) changed();
    pressNext();
  });

  // ── Picking ──

  let picked = "";
  const pick = (id) => { field("picked").value = id; picked = id; live(0); };
  const refocusArrow = () => {
    for (const link of document.querySelectorAll(`a[data-why="${CSS.escape(picked)}"]`)) {
      if (document.activeElement === document.body && link.getClientRects().length) link.focus({ preventScroll: true });
    }
    picked = "";
    show(byId("why"));
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-why]");
    const cell = event.target.closest('button[name="why"]');
    if (!link && !cell) return;
    event.preventDefault();
    pick(link ? link.dataset.why : cell.value);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-line]");
    if (!button) return;
    event.preventDefault();
    goTo(Number(button.dataset.line));
  });
  const goTo = (line) => {
    const told = { detail: { line, select: true }, cancelable: true, bubbles: true };
    if (!area().dispatchEvent(new CustomEvent("policy:goto", told))) return;  // a richer editor went there
    const rows = area().value.split("\n");
    const start = rows.slice(0, line - 1).reduce((sum, row) => sum + row.length + 1, 0);
    area().focus();
    area().setSelectionRange(start, start + (rows[line - 1] ?? "").length);
  };

  // ── Keys ──

  form.addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && target === area()) {
      event.preventDefault();
      byId("show").click();
    } else if (event.key === "Enter" && target.matches("input:not([type=checkbox]):not([type=file])")) {
      event.preventDefault();
      if (target.matches("[data-live]")) live(0);
      else target.closest("[data-panel], .tab-name")?.querySelector("[data-enter]")?.click();
    } else if (event.key === "Escape" && target.closest("[data-panel]")) {
      event.preventDefault();
      byId("close-panel").click();
    }
  });

  /* The table is one stop of the Tab key; arrows, Home and End go about in it. */
  const cellsOf = (row) => [...row.querySelectorAll("button.cell")];
  const roving = () => {
    const table = document.querySelector("[data-grid]");
    if (!table) return;
    table.setAttribute("role", "grid");
    const cells = [...table.querySelectorAll("button.cell")];
    const first = cells.find((cell) => cell === document.activeElement || cell.matches(".selected")) ?? cells[0];
    for (const cell of cells) cell.tabIndex = cell === first ? 0 : -1;
  };
  const moves = {
    ArrowRight: (cells, at) => cells[at + 1],
    ArrowLeft: (cells, at) => cells[at - 1],
    Home: (cells) => cells[0],
    End: (cells) => cells.at(-1),
  };
  const inColumn = (cell, down) => {
    const column = cell.closest("td").cellIndex;
    for (let row = cell.closest("tr"); (row = down ? row.nextElementSibling : row.previousElementSibling);) {
      const next = row.cells[column]?.querySelector("button.cell");
      if (next) return next;
    }
    return null;
  };
  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.("[data-grid] button.cell");
    if (!cell) return;
    const cells = cellsOf(cell.closest("tr"));
    const next = event.key === "ArrowDown" || event.key === "ArrowUp"
      ? inColumn(cell, event.key === "ArrowDown")
      : moves[event.key]?.(cells, cells.indexOf(cell));
    if (!next) return;
    event.preventDefault();
    cell.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });

  // ── Downloads are no fragments: the browser takes them. A press during another waits for its answer ──

  let waiting = "";  // a selector of the button
  document.addEventListener("submit", (event) => {
    const { target, submitter } = event;
    if (target !== form) return;
    if (submitter?.matches("[data-plain]")) { event.stopImmediatePropagation(); return; }
    if (!pressing) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (submitter) waiting = `button[name="${CSS.escape(submitter.name)}"][value="${CSS.escape(submitter.value)}"]`;
  }, true);
  const pressNext = () => {
    const button = waiting && form.querySelector(waiting);
    waiting = "";
    // One turn later, when htmx has let go of the finished request.
    if (button) setTimeout(() => button.click());
  };

  // ── The state, with what is typed, kept in this browser ──

  const KEY = "netpol-lab-sandbox";
  const state = () => {
    const found = JSON.parse(field("state").value);
    found.policies[found.open].text = area().value;
    return JSON.stringify(found);
  };
  const keep = () => { try { localStorage.setItem(KEY, state()); } catch { /* a browser that keeps nothing */ } };
  const changed = () => {
    // The link speaks of the state that was shared, which this is no longer.
    if (location.hash) history.replaceState(null, "", location.pathname);
    document.dispatchEvent(new CustomEvent("sandbox:changed"));
    keep();
  };
  const kept = () => { try { return localStorage.getItem(KEY) ?? ""; } catch { return ""; } };

  /* Show another state: `why` is the word for the server, `back` what Undo shall lead to. */
  const open = (text, why, back = "") => {
    field("state").value = text;
    if (back) {
      field("earlier").value = JSON.stringify({ what: "Opened a link", part: "all", state: back, undone: false });
    }
    const button = Object.assign(document.createElement("button"), { name: "do", value: why, hidden: true });
    form.append(button);
    button.click();
    button.remove();
  };
  window.netpolSandbox = { state, open, kept, say };

  const empty = field("state").value;
  // Only a page that was opened, not one that answers a form, and not one that a link is for.
  if (!location.hash && performance.getEntriesByType("navigation")[0] && !field("earlier").value) {
    const draft = kept();
    if (draft && draft !== empty && JSON.parse(empty).cluster.includes("pods: {}")) {
      document.addEventListener("DOMContentLoaded", () => open(draft, "resume"));
    }
  }

  // ── What goes wrong is said ──

  document.body.addEventListener("htmx:sendError", () => {
    say("The server cannot be reached. Your text is still here: try again in a moment.");
  });
  document.body.addEventListener("htmx:responseError", ({ detail }) => {
    say(detail.xhr.status === 403
      ? "This page has grown old, or the browser blocks cookies. Reload it: your sandbox is kept in this browser."
      : `The server could not answer (${detail.xhr.status}). Your text is still here: try again.`);
  });

  refresh();
  roving();
})();
