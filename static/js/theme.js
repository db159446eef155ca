/* Light, dark or the system's colours; remembered in this browser. Loaded before the first paint. */
(() => {
  const KEY = "netpol-lab-theme";
  const read = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const write = (value) => { try { localStorage.setItem(KEY, value); } catch { /* kept for this page */ } };
  const apply = (choice) => {
    if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
    else delete document.documentElement.dataset.theme;
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === (choice || "system")));
    }
  };
  apply(read());
  document.addEventListener("DOMContentLoaded", () => {
    const group = document.querySelector(".theme");
    if (!group) return;
    group.hidden = false;
    apply(read());
    group.addEventListener("click", (event) => {
      const button = event.target.closest("[data-theme-choice]");
      if (!button) return;
      write(button.dataset.themeChoice);
      apply(button.dataset.themeChoice);
    });
  });
})();
