/* Light, dark or the system's colours. The choice is kept in a cookie, so that the server paints the
   page in it from the first byte. */
(() => {
  const CHOICES = ["light", "dark"];
  const root = document.documentElement;
  const show = (choice) => {
    if (CHOICES.includes(choice)) root.dataset.theme = choice;
    else delete root.dataset.theme;
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === (choice || "system")));
    }
  };
  const keep = (choice) => {
    const age = CHOICES.includes(choice) ? 365 * 24 * 3600 : 0;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${choice}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
  };

  const group = document.querySelector(".theme");
  if (!group) return;
  group.hidden = false;
  show(root.dataset.theme ?? "");
  group.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    keep(button.dataset.themeChoice);
    show(button.dataset.themeChoice === "system" ? "" : button.dataset.themeChoice);
  });
})();
