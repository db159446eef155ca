/* Keys of the lesson page, and the sheet that lists them. All of them hold Alt+Shift, so that no
   letter alone does anything, in the editor or out of it. */
(() => {
  const sheet = document.getElementById("keys");
  const opener = document.getElementById("show-keys");
  if (!sheet?.showModal) return;
  opener.hidden = false;
  opener.addEventListener("click", () => sheet.showModal());
  // A click beside the sheet closes it; its own content fills it to the edge.
  sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });

  const focus = (selector) => document.querySelector(selector)?.focus();
  const ACTIONS = {
    KeyH: () => document.getElementById("next-hint")?.click(),
    KeyN: () => document.getElementById("next-lesson")?.click(),
    KeyE: () => document.getElementById("policy")?.dispatchEvent(new CustomEvent("policy:focus", { bubbles: true })),
    KeyT: () => focus("#terminal-line"),
    KeyP: () => focus('#tabs [aria-selected="true"]'),
    KeyK: () => { if (sheet.open) sheet.close(); else sheet.showModal(); },
  };
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey) return;
    const action = ACTIONS[event.code];
    if (!action) return;
    event.preventDefault();
    action();
  });
})();
