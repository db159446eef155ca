/* A sitting's page: what is said of an item is saved on the server soon after it changes, and waits in
   this browser while the server cannot be reached. The form does all of it without this script, when a
   button is pressed.

   Every change goes into a queue in localStorage at once (`put`), and the queue to the server (`pump`):
   a draft one second after the last change, at most every four, an answer at once. What was not
   acknowledged is sent again, in order, also by the next page of this sitting, and after a reload.
   An answer bears the form's key, so that sent twice it is one. A draft bears `base`, the time at
   which the one below it was saved: where the server has a newer one it takes ours only when told to.

   Others hear `quiz:clock` {remaining} on the document, and may ask by `quiz:flush`. */
(() => {
  const paper = document.getElementById("paper");
  if (!paper) return;
  const form = document.getElementById("item-form");
  const status = document.getElementById("saved");
  const words = status?.dataset ?? {};
  const KEY = `netpol-lab-unsent:${paper.dataset.sitting}`;
  const NEWS = `netpol-lab-saved:${paper.dataset.sitting}`;
  const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const live = (text) => { document.getElementById("live").textContent = text; };

  // ── What waits ──

  let memory = [];  // where the browser keeps nothing: for as long as this page lasts
  let kept = true;
  const queue = () => {
    if (!kept) return memory;
    try { return JSON.parse(localStorage.getItem(KEY) ?? "[]"); } catch { kept = false; return memory; }
  };
  const store = (entries) => {
    memory = entries;
    try {
      if (entries.length) localStorage.setItem(KEY, JSON.stringify(entries));
      else localStorage.removeItem(KEY);
    } catch { kept = false; }
  };
  const put = (entry) => store([...queue().filter((one) => one.item !== entry.item), entry]);
  const drop = (entry) => store(queue().filter((one) => one.stamp !== entry.stamp));
  const stamp = () => `${Date.now()}-${Math.random()}`;

  // ── The form as it is ──

  const OWN = new Set(["csrfmiddlewaretoken", "key", "base", "namespace", "stdin", "force", "shown", "shown_labels"]);
  const terminal = document.getElementById("terminal-line");
  const own = (name) => OWN.has(name) || (terminal && name === "line");
  const fields = () => [...new FormData(form)].filter(([name, value]) => !own(name) && typeof value === "string");
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const base = () => form.elements.base?.value ?? "";
  const item = form?.dataset.save;

  const fill = (entries) => {
    const values = (name) => entries.filter(([key]) => key === name).map(([, value]) => value);
    for (const field of form.elements) {
      if (!field.name || own(field.name) || field.type === "submit") continue;
      if (field.type === "radio" || field.type === "checkbox") field.checked = values(field.name).includes(field.value);
      else if (field.id === "policy" && !field.readOnly) putText(field, values("policy")[0] ?? "");
      else if (field.name !== "step" && !field.readOnly) field.value = values(field.name)[0] ?? "";
    }
    const steps = document.getElementById("steps");
    for (const id of steps ? values("step") : []) steps.append(steps.querySelector(`[data-step="${CSS.escape(id)}"]`));
    form.dispatchEvent(new CustomEvent("quiz:filled", { bubbles: true }));
  };
  const putText = (area, text) => {
    if (area.value === text) return;
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // ── Saying how it stands ──

  const time = (iso) => new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const say = (state, text) => {
    if (!status || (status.dataset.state === state && status.textContent === text)) return;
    // A screen reader hears of trouble and of its end; not of every save.
    if (["lost", "conflict"].includes(state) || status.dataset.state === "lost") live(text);
    status.dataset.state = state;
    status.textContent = text;
  };
  const mark = (state) => {
    const here = paper.querySelector('.rail [aria-current]');
    if (!here || here.dataset.state === state) return;
    here.dataset.state = state;
    here.querySelector(".rail-state").textContent = words[`word${state[0].toUpperCase()}${state.slice(1)}`];
  };

  // ── Sending ──

  const FIRST_PAUSE = 2000;
  const LONGEST_PAUSE = 15000;
  let pause = FIRST_PAUSE;
  let retry = 0;
  let underWay = null;

  const body = (entry) => {
    const data = new FormData();
    for (const [name, value] of entry.fields) data.append(name, value);
    data.set("base", entry.base);
    if (entry.key) data.set("key", entry.key);
    if (entry.force) data.set("force", "1");
    return data;
  };
  const post = async (entry) => {
    const aborter = new AbortController();
    const timer = setTimeout(() => aborter.abort(), 10000);
    try {
      return await fetch(entry.url, {
        method: "POST", body: body(entry), signal: aborter.signal, redirect: "error",
        headers: { "X-CSRFToken": token(), Accept: "application/json" },
      });
    } finally { clearTimeout(timer); }
  };

  const lost = () => {
    say("lost", kept ? words.lost : words.lostHere);
    clearTimeout(retry);
    retry = setTimeout(pump, pause);
    pause = Math.min(2 * pause, LONGEST_PAUSE);
    return false;
  };
  /* Whether to go on with the queue. */
  const send = async (entry) => {
    let response = null;
    try { response = await post(entry); } catch { return lost(); }
    if (response.status >= 500 || response.status === 429) return lost();
    pause = FIRST_PAUSE;
    // Not an answer of ours: a page on an old token, say. What waits stays for the page's next load.
    const told = await response.json().catch(() => null);
    if (!told) { say("refused", words.refused); return false; }
    if (response.status === 409) { conflict(entry, told); return false; }
    if (!response.ok) {  // too late, handed in, or marked already
      drop(entry);
      if (told.over || entry.item === item) go(told.next);
      return true;
    }
    drop(entry);
    if (entry.item === item) took(entry, told);
    if (!told.over) document.dispatchEvent(new CustomEvent("quiz:clock", { detail: told }));
    try { localStorage.setItem(NEWS, JSON.stringify({ item: entry.item, saved: told.saved })); } catch { /* no other tab hears */ }
    if (entry.key && entry.item === item) go(told.next);
    return true;
  };
  const go = (next) => {
    const url = new URL(next, location.href);
    const here = url.pathname === location.pathname;
    // On the next item one goes on where it begins, not at the top of the site.
    if (!here && !url.hash && /\/\d+\/$/.test(url.pathname)) url.hash = "item-title";
    if (here) history.replaceState(null, "", url);
    history.scrollRestoration = here ? "manual" : "auto";  // to what is told, not to where one was
    if (here) location.reload();
    else location.assign(url);
  };
  const took = (entry, told) => {
    if (told.saved && form.elements.base) form.elements.base.value = told.saved;
    const waiting = queue().find((one) => one.item === item);
    if (waiting) store(queue().map((one) => (one === waiting || one.stamp === waiting.stamp ? { ...one, base: told.saved ?? one.base } : one)));
    acknowledged = entry.fields;
    if (told.state) mark(told.state);
    if (same(fields(), acknowledged)) say("saved", `${words.saved} ${told.saved ? time(told.saved) : ""}`.trim());
  };
  const pump = () => {
    clearTimeout(retry);
    underWay ??= (async () => {
      try {
        for (let entry = queue()[0]; entry; [entry] = queue()) {
          sent = performance.now();
          if (!(await send(entry))) return false;
        }
        return true;
      } finally { underWay = null; }
    })();
    return underWay;
  };

  // ── A newer draft from elsewhere ──

  const clash = document.getElementById("clash");
  const conflict = (entry, told) => {
    if (entry.item !== item || !clash) {  // of an item that is not in sight: it is asked for there
      say("conflict", words.elsewhere);
      return;
    }
    clash.hidden = false;
    clash.querySelector("[data-time]").textContent = told.saved ? time(told.saved) : "";
    say("conflict", words.conflict);
  };
  clash?.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-clash]")?.dataset.clash;
    const entry = queue().find((one) => one.item === item);
    if (!choice) return;
    clash.hidden = true;
    if (choice === "theirs") {
      if (entry) drop(entry);
      location.reload();
    } else {
      put({ item, url: item, base: base(), fields: fields(), stamp: stamp(), force: true });
      pump();
    }
  });
  addEventListener("storage", (event) => {
    if (event.key !== NEWS || !event.newValue || !form) return;
    const news = JSON.parse(event.newValue);
    if (news.item !== item || !news.saved || news.saved <= base()) return;
    clash.hidden = false;
    clash.querySelector("[data-time]").textContent = time(news.saved);
    live(words.conflict);
  });

  // ── Changes ──

  const REST = 1000;
  const BETWEEN = 4000;
  let acknowledged = form ? fields() : [];
  let first = 0;
  let sent = -BETWEEN;
  let timer = 0;
  const changed = () => {
    if (!form || form.dataset.locked !== undefined) return;
    const now = fields();
    const waiting = queue().find((one) => one.item === item);
    if (same(now, waiting?.fields ?? acknowledged)) return;
    put({ item, url: item, base: waiting?.base ?? base(), fields: now, stamp: stamp() });
    if (status?.dataset.state !== "lost") say("pending", words.pending);
    const at = performance.now();
    first ||= at;
    const due = Math.min(Math.max(at + REST, sent + BETWEEN), first + BETWEEN);
    clearTimeout(timer);
    timer = setTimeout(() => { first = 0; pump(); }, due - at);
  };
  const flush = () => { clearTimeout(timer); first = 0; changed(); clearTimeout(timer); first = 0; return pump(); };
  form?.addEventListener("input", changed);
  form?.addEventListener("change", changed);
  form?.addEventListener("policy:live", changed);
  form?.addEventListener("quiz:moved", changed);
  document.body.addEventListener("htmx:afterSettle", changed);  // the terminal sets labels
  document.addEventListener("quiz:flush", flush);
  addEventListener("online", () => { pause = FIRST_PAUSE; pump(); });
  addEventListener("pagehide", () => {
    changed();
    const [entry] = queue();
    if (entry && !underWay) fetch(entry.url, { method: "POST", body: body(entry), keepalive: true, headers: { "X-CSRFToken": token(), Accept: "application/json" } }).catch(() => {});
  });

  // ── Leaving, and answering: nothing is left behind ──

  /* A press on an item's link waits for the draft; without a server the page stays, for there is none
     to go to. */
  paper.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-leave]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    changed();
    if (!queue().length) return;
    event.preventDefault();
    if (await flush()) location.assign(link.href);
    else if (status?.dataset.state === "lost") say("lost", words.stay);
  });
  /* A flag is set in the page, so that the place in the text and its undo stay; by the form where that
     fails. */
  const flag = form?.querySelector("[data-flag]");
  const showFlag = (on) => {
    flag.value = on ? "0" : "1";
    flag.querySelector("[data-word]").textContent = on ? flag.dataset.wordOff : flag.dataset.wordFlag;
    for (const sign of [document.getElementById("flagged"), paper.querySelector(".rail [aria-current] .rail-flag")]) if (sign) sign.hidden = !on;
    live(on ? flag.dataset.saidOn : flag.dataset.saidOff);
  };
  flag?.addEventListener("click", async (event) => {
    if (armed) return;
    event.preventDefault();
    const data = new FormData();
    data.set("on", flag.value);
    try {
      const answer = await fetch(flag.formAction, { method: "POST", body: data, redirect: "error", headers: { "X-CSRFToken": token(), Accept: "application/json" } });
      const told = await answer.json();
      if (!told.taken) { go(told.next); return; }
      showFlag(told.flagged);
    } catch { form.requestSubmit(flag); }
  });
  /* Other buttons (hint, hand in) take what waits along before they go. */
  let armed = false;
  paper.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (armed || event.defaultPrevented || (event.target === form && (!button || button.id === "answer"))) return;
    changed();
    if (!queue().length) return;
    event.preventDefault();
    if (!(await flush())) { if (status?.dataset.state === "lost") say("lost", words.stay); return; }
    armed = true;
    event.target.requestSubmit(button);
    armed = false;
  });
  form?.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button && button.id !== "answer") return;
    event.preventDefault();
    clearTimeout(timer);
    const key = form.elements.key.value;
    // Pressed twice, it is on its way already.
    const again = queue().some((one) => one.key === key && same(one.fields, fields()));
    if (!again) put({ item, url: form.action, base: base(), fields: fields(), key, stamp: stamp() });
    say("pending", words.sending);
    pump();
  });

  // ── What waited for this page ──

  const waiting = form && queue().find((one) => one.item === item);
  if (waiting && form.dataset.locked !== undefined) drop(waiting);
  else if (waiting && !same(waiting.fields, acknowledged)) {
    fill(waiting.fields);
    say("pending", words.restored);
  }
  if (queue().length) pump();
})();
