/* Small comforts of a sitting's items: steps move without a reload, arrows show what is said of them,
   keys with Alt+Shift press what bears them, and the sheet opens beside the work. */
(() => {
  const live = (text) => { document.getElementById("live").textContent = text; };

  // ── Steps ──

  const steps = () => document.getElementById("steps");  // an answer may bring them anew
  const rows = () => [...steps().children];
  const ends = () => rows().forEach((row, index, all) => {
    const [up, down] = row.querySelectorAll(".moves button");
    if (!up) return;
    up.disabled = index === 0;
    down.disabled = index === all.length - 1;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#steps button[name=move]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("li");
    const up = button.value.startsWith("up");
    if (up) row.previousElementSibling?.before(row);
    else row.nextElementSibling?.after(row);
    ends();
    (button.disabled ? row.querySelector(".moves button:not(:disabled)") : button)?.focus();
    live(`${row.querySelector(".option-body").textContent.trim()} ${steps().dataset.moved} ${rows().indexOf(row) + 1}`);
    steps().dispatchEvent(new CustomEvent("quiz:moved", { bubbles: true }));
  });

  // ── Arrows ──

  const draw = (question) => {
    const chosen = question.querySelector("input:checked");
    for (const arrow of document.querySelectorAll(`.look-and-say .arrow-asked[data-arrow="${CSS.escape(question.dataset.asked)}"]`)) {
      arrow.dataset.guess = chosen?.value ?? "";
      arrow.querySelector(".label").textContent = `${question.dataset.asked}: ${chosen?.dataset.sign ?? "?"} ${question.dataset.port}`;
    }
  };
  const drawAll = () => document.querySelectorAll(".look-and-say [data-asked]").forEach(draw);
  document.addEventListener("change", ({ target }) => { const one = target.closest?.(".look-and-say [data-asked]"); if (one) draw(one); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".look-and-say .locked a[data-why]");
    const question = link && document.getElementById(`said-${link.dataset.why}`);
    if (!question) return;
    event.preventDefault();
    (question.querySelector("input:checked") ?? question.querySelector("input"))?.focus();
  });
  document.addEventListener("quiz:filled", () => { drawAll(); if (steps()) ends(); });
  document.addEventListener("htmx:afterSettle", drawAll);  // a lesson's question, answered
  drawAll();

  // ── Arriving ──

  if (["#told", "#item-title"].includes(location.hash)) document.querySelector(location.hash)?.focus();

  // ── The rail ──

  const here = document.querySelector(".rail [aria-current]");
  const rail = here?.closest(".rail");
  if (rail && rail.scrollHeight > rail.clientHeight) rail.scrollTop = here.offsetTop - rail.clientHeight / 2;

  // ── Keys ──

  document.addEventListener("keydown", (event) => {
    if (!event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey || !event.code.startsWith("Key")) return;
    const target = document.querySelector(`[aria-keyshortcuts="Alt+Shift+${event.code.slice(3)}"]:not([disabled])`);
    if (!target) return;
    event.preventDefault();
    if (target.matches("a, button, summary")) target.click();
    else target.dispatchEvent(new CustomEvent("policy:focus", { bubbles: true })), target.focus();
  });

  // ── The sheet ──

  const sheet = document.getElementById("documentation");
  const opener = document.getElementById("open-documentation");
  if (sheet?.showModal && opener) {
    opener.addEventListener("click", async (event) => {
      if (event.metaKey || event.ctrlKey) return;
      event.preventDefault();
      const place = sheet.querySelector("[data-content]");
      if (!place.children.length) {
        try {
          const answer = await fetch(opener.href, { headers: { "HX-Request": "true" } });
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          place.replaceChildren(page.getElementById("_documentation"));
        } catch { open(opener.href, "_blank"); return; }
      }
      sheet.showModal();
    });
    sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });
  }
})();
