/* The terminal beyond a field and a button: Enter runs, arrows bring back what was typed, Tab completes.

   The server answers with the log's new part and with #terminal_state: the policies' text and the
   labels after the command. A changed text goes into the editor as if somebody had typed it
   (policy:set, see editor.js), so that it can be undone and the picture follows; what is typed in
   the editor is what the next command sees, for the form sends it along. */
(() => {
  const line = document.getElementById("terminal-line");
  if (!line) return;
  const form = line.form;
  const area = document.getElementById("policy");
  const log = document.getElementById("terminal-log");
  const run = document.getElementById("terminal-run");
  const prompt = document.getElementById("terminal-prompt");
  const offers = document.getElementById("terminal-offers");
  const state = () => document.getElementById("terminal_state");
  const namespace = () => state().querySelector('[name="namespace"]');
  const labels = () => form.querySelector('input[name="labels"]');

  // ── What this browser tab remembers ──

  const HISTORY = "netpol-lab-history";
  const SPACE = `netpol-lab-namespace:${location.pathname}`;
  const MOST = 200;
  const kept = (key) => { try { return sessionStorage.getItem(key); } catch { return null; } };
  const keep = (key, value) => { try { sessionStorage.setItem(key, value); } catch { /* for this page */ } };
  const history = (() => { try { return JSON.parse(kept(HISTORY) ?? "[]"); } catch { return []; } })();
  let at = history.length;
  let draft = "";
  const remember = (text) => {
    if (text.trim() && history.at(-1) !== text && text.length < 4096) history.push(text);
    history.splice(0, history.length - MOST);
    at = history.length;
    keep(HISTORY, JSON.stringify(history));
  };
  const bring = (step) => {
    const next = at + step;
    if (next < 0 || next > history.length) return false;
    if (at === history.length) draft = line.value;
    at = next;
    put(at === history.length ? draft : history[at]);
    return true;
  };

  // ── The line ──

  const fit = () => {
    line.rows = Math.min(line.value.split("\n").length, 14);
  };
  const put = (text) => {
    line.value = text;
    line.setSelectionRange(text.length, text.length);
    fit();
  };
  const tell = (words) => { offers.replaceChildren(...words.map((word) => {
    const item = document.createElement("span");
    item.textContent = word;
    return item;
  })); };

  /* A command goes on while its heredoc has no end, a quote none, or a backslash stands last. */
  const endWord = (text) => /<<-?\s*(["']?)([\w.-]+)\1/.exec(text.split("\n")[0])?.[2];
  const heredoc = (text) => {
    const end = endWord(text);
    return end !== undefined && !text.split("\n").slice(1).some((row) => row.trim() === end);
  };
  const openQuote = (text) => {
    const [first] = text.split("\n");
    const bare = first.replace(/\\./g, "").replace(/'[^']*'|"[^"]*"/g, "");
    return /['"]/.test(bare) && !first.includes("<<");
  };
  const goesOn = (text) => heredoc(text) || openQuote(text) || /(^|[^\\])\\$/.test(text);

  let reading = "";  // the command that waits for a text, while one types it
  const read = (command) => {
    reading = command;
    prompt.textContent = command ? ">" : `${namespace().value} $`;
    if (command) tell(["Type or paste the text of the policy. Ctrl+D on an empty line ends it, Escape leaves it."]);
    put("");
  };

  const clear = () => { log.replaceChildren(); tell([]); };

  // ── Sending: one command after another, so that one can type ahead ──

  const waiting = [];
  let sent = null;    // the command that is under way
  let armed = false;  // whether the click on Run is ours
  const next = () => {
    if (sent || !waiting.length) return;
    sent = waiting.shift();
    armed = true;
    run.click();
    armed = false;
  };
  const submit = () => {
    const text = line.value;
    const command = reading ? { line: reading, stdin: text.endsWith("\n") ? text : `${text}\n` } : { line: text, stdin: "" };
    if (!reading) remember(text);
    read("");
    tell([]);
    if (["clear", "reset"].includes(text.trim())) clear();
    else waiting.push(command);
    next();
  };
  run.addEventListener("click", (event) => {
    if (armed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    submit();
  }, true);

  // ── Keys ──

  let offered = null;  // the line as Tab left it: the next Tab leaves the field
  const firstRow = () => !line.value.slice(0, line.selectionStart).includes("\n");
  const lastRow = () => !line.value.slice(line.selectionEnd).includes("\n");
  const bare = (event) => !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey;

  const KEYS = {
    Enter: (event) => {
      if (!bare(event) || event.isComposing) return false;
      if (reading || goesOn(line.value)) return false;  // a new line
      submit();
      return true;
    },
    ArrowUp: (event) => bare(event) && !reading && firstRow() && bring(-1),
    ArrowDown: (event) => bare(event) && !reading && lastRow() && bring(1),
    Escape: () => {
      offered = line.value;
      tell([]);
      if (reading) read("");
      return false;
    },
    Tab: (event) => {
      if (!bare(event) || reading || !line.value.trim() || offered === line.value) return false;
      complete();
      return true;
    },
  };
  const CONTROL = {
    l: () => { clear(); return true; },
    c: () => {
      if (line.selectionStart !== line.selectionEnd) return false;  // copies
      read("");
      at = history.length;
      return true;
    },
    d: () => {  // the end of a text, on an empty line
      const open = heredoc(line.value);
      if (!(reading || open) || line.value.slice(line.value.lastIndexOf("\n") + 1)) return false;
      if (open) line.value += endWord(line.value);
      submit();
      return true;
    },
    u: () => { put(""); return true; },
  };
  line.addEventListener("keydown", (event) => {
    const control = event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey;
    const act = control ? CONTROL[event.key.toLowerCase()] : KEYS[event.key];
    if (act?.(event)) event.preventDefault();
  });
  line.addEventListener("input", (event) => {
    offered = null;
    tell([]);
    // What was pasted with its end runs like what was typed; a heredoc ends with its word.
    const text = line.value;
    if (!reading && text.includes("\n") && text.endsWith("\n") && !goesOn(text.trimEnd())) {
      if (text.includes("<<") || event.inputType === "insertFromPaste") { put(text.trimEnd()); submit(); return; }
    }
    fit();
  });

  const complete = async () => {
    const before = line.value;
    const cursor = line.selectionStart;
    const data = new FormData(form);
    data.set("cursor", cursor);
    offered = before;
    let words = [];
    try {
      const answer = await fetch(line.dataset.complete, { method: "POST", body: data });
      if (answer.ok) ({ words } = await answer.json());
    } catch { return; /* no server: the line stays as it is */ }
    if (line.value !== before) return;
    if (!words.length) { tell(["Nothing fits here. Tab again leaves the line."]); return; }
    const start = before.slice(0, cursor).search(/[^\s|;&]*$/);
    const shared = words.reduce((one, other) => {
      let n = 0;
      while (n < one.length && one[n] === other[n]) n += 1;
      return one.slice(0, n);
    });
    const only = words.length === 1;
    const insert = shared + (only && !shared.endsWith("=") ? " " : "");
    line.setRangeText(insert, start, cursor, "end");
    fit();
    const grew = line.value !== before;
    tell(only ? [] : [...words.slice(0, 40), ...(words.length > 40 ? ["…"] : [])]);
    // One word taken: the next Tab may complete the next word. Nothing gained: it leaves.
    offered = grew && only ? null : line.value;
  };

  // ── Questions and answers ──

  document.body.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt !== run || !sent) return;
    const { parameters } = event.detail;
    delete parameters.shown;
    delete parameters.shown_labels;
    Object.assign(sent, { text: parameters.policy });
    parameters.line = sent.line;
    parameters.stdin = sent.stdin;
  });
  /* Not answered: the command comes back, for another try. */
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== run || !sent || event.detail.successful) return;
    if (!line.value) put(sent.line);
    waiting.length = 0;
    sent = null;
  });
  const send = (name, detail) => area.dispatchEvent(new CustomEvent(name, { detail, cancelable: true, bubbles: true }));
  const follow = () => {
    const { text, labels: changes, goto, reading: waits } = state().dataset;
    const { line: command, text: before } = sent;
    sent = null;
    keep(SPACE, namespace().value);
    log.scrollTop = log.scrollHeight;
    if (waits !== undefined) { read(command); return; }
    if (!reading) prompt.textContent = `${namespace().value} $`;
    if (text !== before && area.value !== before) {
      tell(["You changed the editor meanwhile, so its text stays: run the command again."]);
    } else if (text !== area.value && !area.readOnly) {
      const { scrollX, scrollY } = window;  // the editor takes the focus, and comes into sight for it
      send("policy:set", { text, notice: "The terminal changed the text. Undo brings the old one back." });
      line.focus({ preventScroll: true });
      window.scrollTo({ left: scrollX, top: scrollY, behavior: "instant" });
    }
    const field = labels();
    if (field && changes !== field.value) {
      field.value = changes;
      area.dispatchEvent(new CustomEvent("policy:live"));
    }
    if (Number(goto)) send("policy:goto", { line: Number(goto), select: true });
    next();
  };
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (sent && event.detail.requestConfig?.elt === run && event.detail.target?.id === "terminal-log") follow();
  });

  // ── The rest of the page ──

  log.parentElement.addEventListener("click", (event) => {
    // A click beside the text goes to the line; who selects or scrolls is left alone.
    if (event.target.closest("textarea, button, label") || String(getSelection())) return;
    line.focus({ preventScroll: true });
  });
  const clearer = document.getElementById("terminal-clear");
  clearer.hidden = false;
  clearer.addEventListener("click", () => { clear(); line.focus(); });
  form.querySelector(".terminal-keys").hidden = false;

  const space = kept(SPACE);
  if (space && !log.children.length) namespace().value = space;
  prompt.textContent = `${namespace().value} $`;
  fit();
})();
