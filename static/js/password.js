/* A button beside each password that shows what was typed. Without it the field is as browsers make it. */
(() => {
  for (const input of document.querySelectorAll('input[type="password"]')) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button reveal";
    const label = (shown) => {
      button.textContent = shown ? "Hide" : "Show";
      button.setAttribute("aria-pressed", String(shown));
    };
    button.setAttribute("aria-controls", input.id);
    label(false);
    button.addEventListener("click", () => {
      const shown = input.type === "password";
      input.type = shown ? "text" : "password";
      label(shown);
    });
    const line = document.createElement("div");
    line.className = "with-button";
    input.replaceWith(line);
    line.append(input, button);
    // Sent as a password, so that the browser offers to keep it.
    input.form?.addEventListener("submit", () => { input.type = "password"; label(false); });
  }
})();
