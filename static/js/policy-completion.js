/* Where in a NetworkPolicy a cursor stands, and what can be written there.
   Plain functions over lines of text: no page, no editor. tests/browser/test_completion.py calls them.

   The scenario's words come from the page (netpol_lab/lab/completion.py):
   { namespaces: [word], podLabels: {key: [word]}, namespaceLabels: {key: [word]}, ports: [word],
     addresses: [word] }, where a word is { value, on } and `on` says whose it is. */

// ── The fields of a NetworkPolicy ──
// fields: a mapping's; list: entries of the same; labels: keys and values of pods or namespaces;
// values: [value, what it means]; words: which of the scenario's; empty: what {} means.

const SELECTOR = (of) => ({
  matchLabels: { help: "Labels that must all be there.", labels: of },
  matchExpressions: {
    help: "Conditions that must all hold, and all of matchLabels with them.",
    list: true,
    fields: {
      key: { help: "The label that the condition is about.", keys: of },
      operator: {
        help: "How the label is compared with the values.",
        values: [
          ["In", "The label has one of the values."],
          ["NotIn", "The label has none of the values, or is not there."],
          ["Exists", "The label is there, with any value. Takes no values."],
          ["DoesNotExist", "The label is not there. Takes no values."],
        ],
      },
      values: { help: "What In and NotIn compare with.", list: true, valuesOf: of },
    },
  },
});

const PEER = {
  podSelector: {
    help: "Pods of the policy's own namespace; beside a namespaceSelector, pods of the namespaces that it selects.",
    empty: "every pod", fields: SELECTOR("pod"),
  },
  namespaceSelector: {
    help: "All pods of the namespaces with these labels; beside a podSelector, those that it selects.",
    empty: "every namespace", fields: SELECTOR("namespace"),
  },
  ipBlock: {
    help: "A range of addresses, for hosts outside the cluster. Stands alone in its peer.",
    alone: true,
    fields: {
      cidr: { help: "The range, as 10.0.0.0/8.", words: "addresses", values: [["0.0.0.0/0", "Every IPv4 address."]] },
      except: { help: "Ranges inside the cidr that are left out.", list: true, values: [] },
    },
  },
};

const PORT = {
  protocol: { help: "TCP unless you say otherwise.", values: [["TCP", ""], ["UDP", ""], ["SCTP", ""]] },
  port: { help: "The pod's port: a number, or the name that its container gives it.", words: "ports" },
  endPort: { help: "The last port of a range that starts at port.", values: [] },
};

const RULES = (side, who, way) => ({
  [side]: { help: `Whom the rule admits: any one of these peers. Without ${side}: ${who}.`, list: true, fields: PEER },
  ports: { help: `Where ${way} may go: any one of these. Without ports: every port.`, list: true, fields: PORT },
});

const POLICY = {
  apiVersion: { help: "The API that the object belongs to.", values: [["networking.k8s.io/v1", ""]] },
  kind: { help: "What the object is.", values: [["NetworkPolicy", ""]] },
  metadata: {
    help: "What the policy is called, and where it lives.",
    fields: {
      name: { help: "The policy's own name, one of a kind in its namespace.", values: [] },
      namespace: { help: "Where the policy lives. It protects pods of this namespace only.", words: "namespaces" },
      labels: { help: "Labels of the policy itself. They select no pod.", fields: {} },
      annotations: { help: "Notes on the policy. They have no effect.", fields: {} },
    },
  },
  spec: {
    help: "What the policy asks for.",
    fields: {
      podSelector: {
        help: "The pods of the policy's namespace that it isolates.", empty: "every pod of the namespace",
        fields: SELECTOR("pod"),
      },
      policyTypes: {
        help: "The directions in which those pods are isolated.",
        list: true,
        values: [["Ingress", "Only what an ingress rule admits comes in."], ["Egress", "Only what an egress rule admits goes out."]],
      },
      ingress: {
        help: "Rules for what comes in; a connection needs one of them. Without any, nothing comes in.",
        list: true, fields: RULES("from", "everybody", "the connection"),
      },
      egress: {
        help: "Rules for what goes out; a connection needs one of them. Without any, nothing goes out.",
        list: true, fields: RULES("to", "anywhere", "the connection"),
      },
    },
  },
};

// ── Lines as block style sees them: dashes, and one key with what follows it ──

const KEY = /^("[^"]*"|'[^']*'|[^\s#'"{}[\],&*!|>%@`-][^:#]*?)\s*:(?:\s+(.*))?$/;
const SEPARATOR = /^(---|\.\.\.)(\s|$)/;
const unquoted = (text) => text.trim().replace(/^(["'])(.*)\1$/, "$2");
const blanks = (text) => /^ */.exec(text)[0].length;

const tokensOf = (line) => {
  const tokens = [];
  let column = blanks(line);
  while (/^-(\s|$)/.test(line.slice(column))) {
    tokens.push({ column, step: "-" });
    column += 1 + blanks(line.slice(column + 1));
  }
  const [, key, value = ""] = KEY.exec(line.slice(column)) ?? [];
  if (key) tokens.push({ column, step: unquoted(key), value });
  else if (tokens.length) tokens.at(-1).entry = unquoted(line.slice(column));
  return tokens;
};

/* The tokens before the cursor and after its line, within its document. */
const around = (lines, number, text) => {
  let [first, last] = [number, number + 1];
  while (first > 0 && !SEPARATOR.test(lines[first - 1])) first -= 1;
  while (last < lines.length && !SEPARATOR.test(lines[last])) last += 1;
  const before = [...lines.slice(first, number), text].flatMap(tokensOf);
  return { before, after: lines.slice(number + 1, last).flatMap(tokensOf) };
};

/* The keys and dashes that something at this column stands under, outermost first. The dashes of a list
   may stand right below its key. */
const ancestors = (before, column) => {
  const found = [];
  for (const token of [...before].reverse()) {
    const limit = found[0]?.column ?? column;
    const holdsDashes = found[0]?.step === "-" && token.step !== "-" && token.column === limit;
    if (token.column < limit || holdsDashes) found.unshift(token);
  }
  return found;
};

/* The keys at this column in one mapping with the cursor, the nearest before it first. */
const siblings = ({ before, after }, column) => {
  const found = new Map();
  const gather = (tokens) => {
    const end = tokens.findIndex((token) => token.column < column);
    for (const token of tokens.slice(0, end < 0 ? undefined : end)) {
      if (token.column === column && token.step !== "-") found.set(token.step, unquoted(token.value));
    }
  };
  gather([...before].reverse());
  gather(after);
  return found;
};

/* The texts that a list with its dashes at this column holds around the cursor. */
const entriesAt = ({ before, after }, column) => {
  const near = (tokens) => {
    const end = tokens.findIndex((token) => token.column < column || (token.column === column && token.step !== "-"));
    return tokens.slice(0, end < 0 ? undefined : end).map((token) => token.entry);
  };
  return [...near([...before].reverse()), ...near(after)];
};

/* Inside brackets on the cursor's line, as in `{matchLabels: {app: d`. */
const inBrackets = (text) => {
  const stack = [];
  let word = "";
  const close = () => {
    const top = stack.at(-1);
    if (top?.key) top.keys.set(top.key, unquoted(word));
    if (top) top.key = "";
    word = "";
  };
  [...text].forEach((char, i) => {
    const top = stack.at(-1);
    if (char === "{" || char === "[") { stack.push({ list: char === "[", key: "", keys: new Map() }); word = ""; }
    else if (char === "}" || char === "]") { close(); stack.pop(); }
    else if (char === ",") close();
    else if (char === ":" && /^(\s|$)/.test(text.slice(i + 1)) && top && !top.list) { top.key = unquoted(word); word = ""; }
    else word += char;
  });
  return stack.length ? { stack, typed: word.trimStart() } : null;
};

/* Where the cursor stands; lines and columns count from 0. Null where nothing can be offered: in a
   comment, right behind a colon or a dash, after brackets.

   path: keys, and "-" for an entry of a list, from the document's root; at a value it ends with its key.
   slot: "value" behind a key, "entry" where a key or a list's entry begins.
   typed, column: what is written there so far, and where it starts.
   taken: the keys that the mapping holds already; holder: those beside the innermost key of the path;
   entries: the texts of the list that is written, or could be gone on with. */
export const placeAt = (lines, { line, column }) => {
  const text = (lines[line] ?? "").slice(0, column);
  if (/(^|\s)#/.test(text) || /[:-]$/.test(text) || SEPARATOR.test(text)) return null;
  const tokens = around(lines, line, text);
  const last = tokensOf(text).at(-1);
  const key = last && last.step !== "-" ? last : null;
  const start = key ? text.length - key.value.length : /^ *(?:- +)*/.exec(text)[0].length;
  const above = ancestors(tokens.before, key ? key.column : start);
  const inner = key ?? above.findLast((token) => token.step !== "-");
  const place = {
    path: [...above, ...(key ? [key] : [])].map((token) => token.step),
    slot: key ? "value" : "entry",
    typed: text.slice(start),
    column: start,
    taken: siblings(tokens, key ? key.column : start),
    holder: inner ? siblings(tokens, inner.column) : new Map(),
    entries: entriesAt(tokens, above.at(-1)?.step === "-" ? above.at(-1).column : start),
  };
  if (/^[{[]/.test(place.typed)) return bracketed(place);
  const quote = /^["']/.test(place.typed) ? 1 : 0;
  return { ...place, quoted: quote > 0, typed: place.typed.slice(quote), column: start + quote };
};

const bracketed = (place) => {
  const found = inBrackets(place.typed);
  if (!found) return null;
  const { stack, typed } = found;
  const top = stack.at(-1);
  const holder = stack.findLast((frame) => frame.key);
  return {
    path: [...place.path, ...stack.map((frame) => (frame.list ? "-" : frame.key)).filter(Boolean)],
    slot: top.key ? "value" : "entry",
    typed,
    column: place.column + place.typed.length - typed.length,
    taken: top.keys,
    entries: [],
    holder: holder?.keys ?? place.holder,
    flow: true,
  };
};

// ── What can be written there ──

const inside = (node, step) => {
  if (step === "-") return node?.list ? { ...node, list: false } : undefined;
  if (!node || node.list) return undefined;
  if (node.labels) return { valuesOf: node.labels, label: step };
  return node.fields && Object.hasOwn(node.fields, step) ? node.fields[step] : undefined;
};
const nodeAt = (path) => path.reduce(inside, { fields: POLICY });

/* A text that YAML would take for a number or a boolean needs quotes to stay a text. */
const scalar = (value) => (
  /^$|^(true|false|yes|no|on|off|null|y|n|~)$|^[-+.]?\d[^/]*$/i.test(value) ? JSON.stringify(value) : value
);

const labelsOf = (words, of) => words[of === "pod" ? "podLabels" : "namespaceLabels"] ?? {};

const keyText = (name, node, { column, flow }) => {
  if (flow) return `${name}: `;
  if (node.list) return `${name}:\n${" ".repeat(column)}- `;
  if (node.fields || node.labels) return `${name}:\n${" ".repeat(column + 2)}`;
  return `${name}: `;
};

const fieldOptions = ({ fields }, place) => {
  const taken = [...place.taken.keys()];
  const fits = ([name, field]) => (
    !taken.includes(name) && !(field.alone && taken.length) && !taken.some((other) => fields[other]?.alone)
  );
  return Object.entries(fields).filter(fits).flatMap(([name, field]) => [
    { label: name, apply: keyText(name, field, place), info: field.help, type: "field" },
    ...(field.empty ? [{ label: `${name}: {}`, apply: `${name}: {}`, detail: field.empty, info: field.help, type: "field" }] : []),
  ]);
};

const labelOptions = (labels, taken, ending) => Object.entries(labels).filter(([key]) => !taken.has(key))
  .map(([key, values]) => ({
    label: key, apply: key + ending, detail: values.map((word) => word.value).join(", "), type: "label",
  }));

const wordOptions = (words, write = scalar) => words.map(({ value, on }) => (
  { label: String(value), apply: write(value), detail: on, type: "word" }
));

const valueOptions = (node, place, words) => {
  const write = place.quoted ? String : scalar;
  if (node.keys) return labelOptions(labelsOf(words, node.keys), new Map(), "");
  if (node.valuesOf) {
    const label = node.label ?? place.holder.get("key");
    return wordOptions(labelsOf(words, node.valuesOf)[label] ?? [], write);
  }
  if (node.fields || node.labels) return node.empty ? [{ label: "{}", apply: "{}", detail: node.empty, type: "word" }] : [];
  return [
    ...wordOptions(words[node.words] ?? [], node.words === "ports" ? String : write),
    ...(node.values ?? []).map(([value, info]) => ({ label: value, apply: value, info, type: "value" })),
  ];
};

/* Entries of a list, each with the dash that it needs. */
const dashed = (node, place, words) => (
  entryOptions(inside(node, "-"), { ...place, path: ["-"], column: place.column + 2, taken: new Map() }, words)
    .map((option) => ({ ...option, label: `- ${option.label}`, apply: `- ${option.apply}` }))
);

const entryOptions = (node, place, words) => {
  if (!node) return [];
  if (!node.list && !node.labels && !node.fields) {
    if (place.path.at(-1) !== "-") return [];
    const other = (text) => text !== place.typed && place.entries.includes(text);
    return valueOptions(node, place, words).filter(({ label }) => !other(label));
  }
  if (place.quoted) return [];
  if (node.list) return place.flow ? [] : dashed(node, place, words);
  if (node.labels) return labelOptions(labelsOf(words, node.labels), place.taken, ": ");
  // Right below a list's key, and after its entries, another entry fits as well as the next key.
  const [[previous, value]] = [...place.taken, [""]];
  const list = place.flow || value ? null : inside(node, previous);
  return [...(list?.list ? dashed(list, place, words) : []), ...fieldOptions(node, place)];
};

/* What can be written at the cursor: { from, to, options }, columns of its line; null for nothing. An
   option is { label, apply, detail, info, type }; where `apply` ends with a blank, more can follow. */
export const optionsAt = (lines, cursor, words) => {
  const place = placeAt(lines, cursor);
  if (!place || /\s/.test(place.typed.replace(/^- /, ""))) return null;
  const node = nodeAt(place.path);
  const found = !node ? [] : place.slot === "value" ? valueOptions(node, place, words) : entryOptions(node, place, words);
  // A value that is whole already needs no help, and Enter shall begin the next line.
  const whole = found.some((option) => option.apply === option.label && option.label === place.typed);
  if (!found.length || whole) return null;
  const rest = lines[cursor.line].slice(cursor.column);
  const behind = /^[\w./-]*/.exec(rest)[0].length;
  const named = /^[\w./-]*\s*:/.test(rest);  // its value stands already: only the name is replaced
  const renamed = found.filter((option) => !option.label.includes(": ")).map((option) => ({ ...option, apply: option.label }));
  return { from: place.column, to: cursor.column + behind, options: named ? renamed : found };
};

/* How far the line after this one is indented: as its own text, past its dashes, and two more below a
   key whose value stands on lines of its own. */
export const indentAfter = (text) => {
  const tokens = tokensOf(text);
  const last = tokens.at(-1);
  if (!last) return blanks(text);
  if (last.step === "-") return last.column;
  if (last.value.replace(/(^|\s)#.*$/, "").trim()) return last.column;
  return LISTS.has(last.step) ? last.column : last.column + 2;
};

const LISTS = new Set(["ingress", "egress", "from", "to", "ports", "policyTypes", "matchExpressions", "values", "except"]);
