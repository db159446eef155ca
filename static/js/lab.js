/* An arrow of the picture asks what its table cell asks; a lost server is said, not hidden. */
(() => {
  const cellOf = (link) => document.getElementById(`cell-${link.dataset.why}`);

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-why]");
    const cell = link && cellOf(link);
    if (!cell) return;
    event.preventDefault();
    picked = link.dataset.why;
    cell.click();
  });

  /* The picked arrow is drawn anew by the answer: give it back the focus that it had. */
  let picked = "";
  const refocus = () => {
    const links = picked ? document.querySelectorAll(`a[data-why="${CSS.escape(picked)}"]`) : [];
    picked = "";
    for (const link of links) if (link.getClientRects().length) link.focus({ preventScroll: true });
  };

  /* A pick while an answer is under way waits for it: it must not cancel a check. */
  let later = "";
  const busy = () => document.getElementById("busy").classList.contains("htmx-request");  // not while following
  document.addEventListener("click", (event) => {
    const button = event.target.closest('button[name="why"]');
    if (!button || !busy()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    later = button.value;
  }, true);
  document.body.addEventListener("htmx:afterRequest", () => {
    const button = later && document.querySelector(`button[name="why"][value="${CSS.escape(later)}"]`);
    later = "";
    // One turn later, when htmx has let go of the finished request.
    if (button) setTimeout(() => button.click());
  });

  /* What was asked for must be in sight: the explanation after a pick, the verdict after a check. */
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const show = (id) => document.getElementById(id)?.scrollIntoView({
    block: "nearest", behavior: calm.matches ? "auto" : "smooth",
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "result") return;
    refocus();
    if (["policy", "plugin"].includes(event.detail.requestConfig?.elt?.id)) return;  // following the typing moves nothing
    const path = event.detail.requestConfig?.path ?? "";
    if (path.endsWith("/predict")) return;  // predict.js shows the marks
    const refused = document.querySelector("#problems .errors");
    show(path.endsWith("/evaluate") ? "why" : refused ? "problems" : "feedback");
  });

  /* While one types, what was said of an older text goes, and what lies below it stays where it is. */
  let held = 0;
  const feedback = () => document.getElementById("feedback");
  const typing = (event) => ["policy", "plugin"].includes(event.detail.requestConfig?.elt?.id);
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id === "result") held = typing(event) ? (feedback()?.offsetHeight ?? 0) : 0;
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id === "result" && feedback()) feedback().style.minHeight = held ? `${held}px` : "";
  });

  /* An answer to typing takes away only what was said of a lost server: other words, such as that
     undo brings a text again, are to be read. The answers to all else clear the place themselves. */
  let lost = false;
  const say = (text) => {
    const place = document.getElementById("notice");
    place.textContent = text;
    place.classList.add("lost");
    lost = true;
  };
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (!lost || !event.detail.successful) return;
    const place = document.getElementById("notice");
    place.textContent = "";
    place.classList.remove("lost");
    lost = false;
  });
  document.body.addEventListener("htmx:sendError", () => {
    say("The server cannot be reached. Your text is still here: try again in a moment.");
  });
  document.body.addEventListener("htmx:timeout", () => {
    say("The server takes long to answer. Your text is still here; the picture follows when it can.");
  });
  document.body.addEventListener("htmx:targetError", () => {
    say("This page has lost its place for answers. Copy your text, reload the page and paste it.");
  });
  document.body.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    say(status === 403
      ? "This page has grown old, or the browser blocks cookies. Copy your text, reload the page and paste it."
      : `The server could not answer (${status}). Your text is still here: try again.`);
  });
})();
