/* Plain or rich editor: the choice is kept in this browser, and what the rich one is made of is fetched
   once the page is there, or when somebody goes into the editor. Without it, the textarea does everything.

   Every textarea[data-editor="policy"] is made rich, those that come later (by htmx) too. On it can stand
   data-listing and data-problems: the ids of its numbered listing and of the list of its problems. The
   scenario's words stand as JSON in #completion-data. */
(() => {
  const files = document.currentScript.dataset;
  const KEY = "netpol-lab-editor";
  const areas = () => document.querySelectorAll('textarea[data-editor="policy"]');
  const editors = new Map();  // textarea → what enhance() gave
  const started = new WeakMap();  // textarea → its text when it came

  const kept = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  let choice = kept() ?? (navigator.connection?.saveData ? "plain" : "rich");

  // ── What the rich editor is made of ──

  const styles = () => new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: files.styles });
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => reject(new Error(files.styles)));
    document.head.append(link);
  });
  let fetched = null;
  const parts = () => {
    fetched ??= Promise.all([import(files.editor), import(files.codemirror), import(files.completion), styles()]);
    return fetched;
  };

  // ── What it knows of the page ──

  let [wordsText, words] = ["", {}];
  const wordsHere = () => {
    const text = document.getElementById("completion-data")?.textContent ?? "";
    if (text && text !== wordsText) [wordsText, words] = [text, JSON.parse(text)];
    return words;
  };
  const problemsIn = (id) => [...document.querySelectorAll(`#${CSS.escape(id)} [data-problem-line]`)].map((item) => ({
    line: Number(item.dataset.problemLine),
    column: Number(item.dataset.problemColumn),
    severity: item.dataset.severity,
    message: [...item.querySelectorAll(".message, .hint")].map((part) => part.textContent.trim()).join("\n"),
  }));
  const say = (text) => { document.getElementById("notice").textContent = text; };

  // ── Making rich, and plain again ──

  /* Not under the hands of somebody who writes: then as soon as they leave the field. */
  const atRest = (area) => new Promise((resolve) => {
    if (document.activeElement !== area || area.value === started.get(area)) resolve();
    else area.addEventListener("blur", resolve, { once: true });
  });

  const enrich = async (area) => {
    const [{ enhance }, cm, completion] = await parts();
    await atRest(area);
    if (choice !== "rich" || editors.has(area) || !area.isConnected) return;
    const { listing = "listing", problems = "feedback" } = area.dataset;
    editors.set(area, enhance(area, {
      cm, completion, base: started.get(area), words: wordsHere, say,
      listing: () => document.getElementById(listing), problems: () => problemsIn(problems),
    }));
  };

  const fail = () => {
    fetched = null;
    choice = "plain";
    tell();
    for (const note of document.querySelectorAll("[data-editor-note]")) note.hidden = false;
  };
  const enrichAll = () => {
    for (const [area, editor] of editors) if (!area.isConnected) { editor.destroy(); editors.delete(area); }
    if (choice === "rich") Promise.all([...areas()].map(enrich)).catch(fail);
  };

  // ── The switch ──

  const buttons = () => document.querySelectorAll("[data-editor-choice]");
  const tell = () => {
    for (const button of buttons()) button.setAttribute("aria-pressed", String(button.dataset.editorChoice === choice));
  };
  const choose = (wanted) => {
    choice = wanted;
    try { localStorage.setItem(KEY, wanted); } catch { /* a browser that keeps nothing */ }
    tell();
    for (const note of document.querySelectorAll("[data-editor-note]")) note.hidden = true;
    if (wanted === "rich") enrichAll();
    else for (const [area, editor] of editors) { editor.destroy(); editors.delete(area); }
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-editor-choice]");
    if (button) choose(button.dataset.editorChoice);
  });

  const start = () => {
    for (const area of areas()) if (!started.has(area)) started.set(area, area.value);
    for (const button of buttons()) button.closest("[role=group]").hidden = false;
    tell();
  };
  start();
  document.addEventListener("focusin", ({ target }) => { if (target.matches?.('textarea[data-editor="policy"]')) enrichAll(); });
  const another = () => {
    if ([...areas()].every((area) => started.has(area))) return;
    start();
    enrichAll();  // before the browser paints: its parts are here by now
  };
  document.body.addEventListener("htmx:oobAfterSwap", another);
  document.body.addEventListener("htmx:afterSwap", another);
  const idle = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, 200));
  if (document.readyState === "complete") idle(enrichAll);
  else addEventListener("load", () => idle(enrichAll), { once: true });
})();
