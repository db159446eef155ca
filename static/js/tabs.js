/* Picture, table, sentences: one of them is shown, the choice lasts while this browser tab does.
   Without JavaScript all stand below each other. The answers bring new panels, so which one is
   shown is said on the form, and the style sheet does the rest. */
(() => {
  const list = document.getElementById("tabs");
  const form = list?.closest("form");
  if (!form) return;
  const KEY = "netpol-lab-view";
  const tabs = () => [...list.querySelectorAll('[role="tab"]')];
  const kept = () => { try { return sessionStorage.getItem(KEY); } catch { return null; } };

  const show = (view) => {
    form.dataset.view = view;
    for (const tab of tabs()) {
      const here = tab.dataset.view === view;
      tab.setAttribute("aria-selected", String(here));
      tab.tabIndex = here ? 0 : -1;
    }
    try { sessionStorage.setItem(KEY, view); } catch { /* kept for this page */ }
  };

  list.addEventListener("click", (event) => {
    const tab = event.target.closest('[role="tab"]');
    if (tab) show(tab.dataset.view);
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const all = tabs();
    const at = all.indexOf(document.activeElement);
    let next = null;
    if (step) next = all[(at + step + all.length) % all.length];
    if (event.key === "Home") next = all[0];
    if (event.key === "End") next = all.at(-1);
    if (!next) return;
    event.preventDefault();
    show(next.dataset.view);
    next.focus();
  });

  /* The history tells of earlier texts; what one asks of the present one is not shown there. */
  document.addEventListener("click", (event) => {
    if (form.dataset.view === "history" && event.target.closest('button[name="why"]')) show("picture");
  }, true);

  list.hidden = false;
  form.classList.add("tabbed");
  show(tabs().some((tab) => tab.dataset.view === kept()) ? kept() : form.dataset.view);
})();
