/* A textarea made richer by CodeMirror: YAML in colours, numbers, completion, problems at their lines.

   The textarea stays what the form sends and what all other scripts speak to: each change here is put
   into it and told by its `input` event; what they put into it (with an `input` event) comes here. The
   events that static/js/editor.js describes (policy:set, policy:undo …) are taken over while this runs.

     enhance(area, { cm, completion, base, words, listing, problems, say }) → { view, destroy }

   cm, completion: the modules (static/vendor/codemirror, policy-completion.js), fetched by their callers;
   base: the text that undo ends at; words(): the scenario's words; listing(): the numbered listing whose
   items have the class "decides"; problems(): [{ line, column, severity, message }] of the last answer;
   say(text): shows a notice. All of them may be left out. */

// ── The lines that decide ──

/* A line keeps its mark where it moves, and loses it where it changes: what was said may no longer hold. */
const decidingLines = ({ StateEffect, StateField, Decoration, EditorView }) => {
  const mark = Decoration.line({ class: "cm-decides" });
  const set = StateEffect.define();
  const moved = (marks, { startState, state, changes }) => {
    const kept = [];
    marks.between(0, startState.doc.length, (from) => {
      const line = state.doc.lineAt(changes.mapPos(from, 1));
      if (line.text === startState.doc.lineAt(from).text) kept.push(line.from);
    });
    return Decoration.set([...new Set(kept)].map((from) => mark.range(from)), true);
  };
  const field = StateField.define({
    create: () => Decoration.none,
    update: (marks, transaction) => {
      const [asked] = transaction.effects.filter((effect) => effect.is(set));
      if (asked) return Decoration.set(asked.value.map((from) => mark.range(from)), true);
      return transaction.docChanged ? moved(marks, transaction) : marks;
    },
    provide: (self) => EditorView.decorations.from(self),
  });
  return { field, set };
};

// ── Problems ──

/* From its column to the end of the word there; a problem past the line's end takes the line's text. */
const placed = (doc, { line, column, severity, message }) => {
  if (!(line >= 1 && line <= doc.lines)) return null;
  const { from, text } = doc.line(line);
  const start = Math.min(column - 1, text.length);
  const word = /^\s*[^\s:,]+/.exec(text.slice(start))?.[0].length ?? 0;
  const begin = word ? start : text.length - text.trimStart().length;
  return { from: from + begin, to: from + (word ? start + word : text.length), severity, message };
};

/* What a problem says, at its place, when a key led there; gone with the next move. */
const problemTip = ({ StateEffect, StateField, showTooltip }) => {
  const show = StateEffect.define();
  const tooltip = (problem) => problem && {
    pos: problem.from,
    above: true,
    create: () => {
      const dom = document.createElement("div");
      dom.className = `cm-problem cm-problem-${problem.severity}`;
      dom.textContent = problem.message;
      return { dom };
    },
  };
  const field = StateField.define({
    create: () => null,
    update: (problem, { effects, docChanged, selection }) => {
      const [asked] = effects.filter((effect) => effect.is(show));
      if (asked) return asked.value;
      return docChanged || selection ? null : problem;
    },
    provide: (self) => showTooltip.from(self, tooltip),
  });
  const close = (view) => {
    if (!view.state.field(field)) return false;
    view.dispatch({ effects: show.of(null) });
    return true;
  };
  return { field, show, close };
};

const toProblem = (cm, tip, back) => (view) => {
  const found = [];
  cm.forEachDiagnostic(view.state, (problem, from) => found.push({ ...problem, from }));
  found.sort((a, b) => a.from - b.from);
  const { head } = view.state.selection.main;
  const next = back
    ? found.findLast(({ from }) => from < head) ?? found.at(-1)
    : found.find(({ from }) => from > head) ?? found[0];
  const { announce } = cm.EditorView;
  if (!next) view.dispatch({ effects: announce.of("No problem is marked.") });
  else {
    const words = `Line ${view.state.doc.lineAt(next.from).number}: ${next.message}`;
    view.dispatch({
      selection: { anchor: next.from }, scrollIntoView: true, effects: [tip.show.of(next), announce.of(words)],
    });
  }
  return true;
};

// ── Writing ──

const source = (completion, words) => ({ state, pos, explicit }) => {
  const line = state.doc.lineAt(pos);
  const cursor = { line: line.number - 1, column: pos - line.from };
  const found = state.readOnly ? null : completion.optionsAt(state.doc.toString().split("\n"), cursor, words());
  if (!found || !(explicit || cursor.column > found.from)) return null;
  return { from: line.from + found.from, to: line.from + found.to, options: found.options };
};

/* After a key comes its value, so the next choice opens by itself. */
const taking = (cm, { apply, ...option }, index) => ({
  ...option,
  sortText: String(index).padStart(3, "0"),  // in the order given, not by letter
  apply: (view, _, from, to) => {
    view.dispatch({
      changes: { from, to, insert: apply }, selection: { anchor: from + apply.length },
      userEvent: "input.complete", scrollIntoView: true,
    });
    if (/\s$/.test(apply)) cm.startCompletion(view);
  },
});

const completing = (cm, completion, words) => {
  const find = source(completion, words);
  return cm.autocompletion({
    icons: false,
    override: [(context) => {
      const found = find(context);
      return found && { ...found, options: found.options.map((option, index) => taking(cm, option, index)) };
    }],
  });
};

/* A new line goes on where the text of the last one began; a line of blanks alone is left empty. */
const newline = (cm, completion) => (view) => {
  const { state } = view;
  if (state.readOnly) return false;
  view.dispatch(state.changeByRange((range) => {
    const line = state.doc.lineAt(range.from);
    const before = line.text.slice(0, range.from - line.from);
    const behind = /^ */.exec(line.text.slice(range.from - line.from))[0].length;
    const insert = `\n${" ".repeat(completion.indentAfter(before))}`;
    const from = before.trim() ? range.from : line.from;
    const to = range.empty ? range.to + behind : range.to;
    return { changes: { from, to, insert }, range: cm.EditorSelection.cursor(from + insert.length) };
  }), { scrollIntoView: true, userEvent: "input" });
  return true;
};

/* The part that differs, so that marks and caret stay where the text stays. */
const difference = (old, text) => {
  let [from, end] = [0, 0];
  const most = Math.min(old.length, text.length);
  while (from < most && old[from] === text[from]) from += 1;
  while (end < most - from && old.at(-1 - end) === text.at(-1 - end)) end += 1;
  return { from, to: old.length - end, insert: text.slice(from, text.length - end) };
};

const keys = (cm, area, { completion, tip }) => cm.keymap.of([
  { key: "Enter", shift: newline(cm, completion), run: newline(cm, completion) },
  // The textarea's own key, so that one script decides what a check is.
  {
    key: "Mod-Enter",
    run: () => {
      area.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true }));
      return true;
    },
  },
  { key: "Mod-z", run: cm.undo, preventDefault: true },
  { key: "Mod-y", mac: "Mod-Shift-z", run: cm.redo, preventDefault: true },
  { linux: "Ctrl-Shift-z", run: cm.redo, preventDefault: true },
  { key: "Mod-]", run: cm.indentMore, preventDefault: true },
  { key: "Mod-[", run: cm.indentLess, preventDefault: true },
  { key: "F8", run: toProblem(cm, tip, false), shift: toProblem(cm, tip, true) },
  { key: "Mod-Shift-m", run: (view) => { tip.close(view); return cm.openLintPanel(view); } },
  { key: "Escape", run: (view) => tip.close(view) || cm.closeLintPanel(view) },
  // No key of it is Tab: Tab leaves the editor.
  ...cm.standardKeymap,
]);

/* Where a browser itself replaces a selection in coloured text, Chromium keeps the colour by a style
   attribute, and our Content-Security-Policy complains. So the selection is replaced here, and a text
   that is not to be changed is not changed and changed back. */
const replacing = ({ EditorView }) => EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { state } = view;
    const ours = event.inputType === "insertText" && event.data && !state.selection.main.empty && !view.composing;
    if (!ours && !state.readOnly) return false;
    event.preventDefault();
    if (!state.readOnly) view.dispatch(state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});

const attributes = (area) => {
  const [label] = area.labels ?? [];
  if (label) label.id ||= `${area.id}-label`;
  return {
    ...(label ? { "aria-labelledby": label.id } : { "aria-label": area.getAttribute("aria-label") ?? "" }),
    "aria-describedby": [area.getAttribute("aria-describedby"), "rich-help"].filter(Boolean).join(" "),
    tabindex: "0", spellcheck: "false", autocapitalize: "off", autocorrect: "off",
  };
};

// ── The whole ──

export const enhance = (area, options) => {
  const { cm, completion, base = area.value, words = () => ({}), say = () => {} } = options;
  const { EditorState, EditorView } = cm;
  const deciding = decidingLines(cm);
  const tip = problemTip(cm);
  const over = new AbortController();
  let pushing = false;

  const view = new EditorView({
    state: EditorState.create({
      doc: base,
      extensions: [
        cm.lintGutter(), cm.lineNumbers(), cm.history(), cm.indentUnit.of("  "), EditorState.tabSize.of(2),
        EditorState.readOnly.of(area.readOnly), cm.yamlLanguage, cm.syntaxHighlighting(cm.classHighlighter),
        completing(cm, completion, words), keys(cm, area, { completion, tip }), deciding.field, tip.field,
        replacing(cm),
        EditorView.contentAttributes.of(attributes(area)),
        EditorView.updateListener.of((update) => update.docChanged && push(update)),
      ],
    }),
  });

  // ── Between the two ──

  const push = ({ changes }) => {
    sinceAsked = sinceAsked.composeDesc(changes.desc);
    area.value = view.state.doc.toString();
    pushing = true;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    pushing = false;
  };
  const put = (text, spec = {}) => {
    const changes = difference(view.state.doc.toString(), text);
    view.dispatch({ changes, annotations: cm.isolateHistory.of("full"), ...spec });
  };
  const pull = () => { if (!pushing && area.value !== view.state.doc.toString()) put(area.value); };

  // ── What the answers say, moved along with what was typed since their question ──

  let asked = view.state.doc;
  let sinceAsked = view.state.changes().desc;
  const rebase = () => { asked = view.state.doc; sinceAsked = view.state.changes().desc; };
  const now = (position) => sinceAsked.mapPos(position, 1);
  const unchanged = (line) => view.state.doc.lineAt(now(line.from)).text === line.text;

  const decide = (numbers) => {
    const lines = numbers.filter((number) => number <= asked.lines).map((number) => asked.line(number));
    view.dispatch({ effects: deciding.set.of(lines.filter(unchanged).map((line) => now(line.from))) });
  };
  const complain = (problems) => {
    const found = problems.map((problem) => placed(asked, problem)).filter(Boolean);
    const moved = found.map((problem) => ({ ...problem, from: now(problem.from), to: Math.max(now(problem.from), now(problem.to)) }));
    view.dispatch(cm.setDiagnostics(view.state, moved));
  };
  let read = null;
  const answers = () => {
    const listing = options.listing?.();
    if (!listing || listing === read) return;
    read = listing;
    decide([...listing.children].flatMap((item, index) => (item.classList.contains("decides") ? [index + 1] : [])));
    complain(options.problems?.() ?? []);
  };

  // ── What others ask for ──

  const show = (position) => {
    const { top, bottom, height } = view.lineBlockAt(position);
    const pane = view.scrollDOM;
    const inSight = top >= pane.scrollTop && bottom <= pane.scrollTop + pane.clientHeight;
    if (!inSight) pane.scrollTop = Math.max(0, top - 3 * height);
  };
  const goto = ({ line, select }) => {
    if (!select && view.hasFocus) return;  // never move the caret of somebody who writes
    const { from, to } = view.state.doc.line(Math.min(line, view.state.doc.lines));
    view.dispatch({ selection: { anchor: from, head: select ? to : from } });
    if (select) view.focus();
    if (select) view.dispatch({ effects: EditorView.scrollIntoView(from, { y: "nearest", yMargin: 40 }) });
    else show(from);
  };
  const wishes = {
    "policy:set": ({ text, notice }) => {
      put(text, { selection: { anchor: 0 } });
      view.focus();
      if (notice) say(notice);
    },
    "policy:undo": () => { cm.undo(view); view.focus(); },
    "policy:redo": () => { cm.redo(view); view.focus(); },
    "policy:focus": () => view.focus(),
    "policy:goto": goto,
  };
  for (const [name, act] of Object.entries(wishes)) {
    // On their way down, before the plain editor hears of them.
    document.addEventListener(name, (event) => {
      if (event.target !== area) return;
      event.preventDefault();
      event.stopPropagation();
      act(event.detail ?? {});
    }, { capture: true, signal: over.signal });
  }
  const { signal } = over;
  area.addEventListener("input", pull, { signal });
  area.labels?.[0]?.addEventListener("click", () => view.focus(), { signal });
  document.body.addEventListener("htmx:beforeRequest", rebase, { signal });
  document.body.addEventListener("htmx:afterSwap", answers, { signal });

  // ── In the textarea's place, of its size ──

  const height = area.offsetHeight;
  if (height) view.dom.style.height = `${height}px`;
  const { selectionStart, selectionEnd, scrollTop, scrollLeft } = area;
  const focused = document.activeElement === area;
  area.after(view.dom);
  area.hidden = true;
  area.parentElement.classList.add("rich");
  pull();
  rebase();
  view.dispatch({ selection: { anchor: selectionStart, head: selectionEnd } });
  if (focused) view.focus();
  view.requestMeasure({ read: () => { Object.assign(view.scrollDOM, { scrollTop, scrollLeft }); } });
  answers();

  const destroy = () => {
    over.abort();
    const { from, to } = view.state.selection.main;
    area.hidden = false;
    area.parentElement.classList.remove("rich");
    area.setSelectionRange(from, to);
    if (view.hasFocus) area.focus();
    view.destroy();
  };
  return { view, destroy };
};
