/* The list of attempts: its requests are its own business, and a text is taken back undoably.
   Without this, links lead to pages that say the same, and to the lesson with the text in it. */
(() => {
  const panel = document.getElementById("panel-history");
  const area = document.getElementById("policy");
  if (!panel || !area) return;
  // The form around it minds requests for the picture; these are none.
  for (const name of ["htmx:configRequest", "htmx:beforeRequest", "htmx:afterRequest"]) {
    panel.addEventListener(name, (event) => event.stopPropagation());
  }
  panel.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-take]");
    const text = link && document.getElementById(link.dataset.take)?.content.textContent;
    if (text === null || text === undefined || area.readOnly) return;
    event.preventDefault();
    const detail = { text, notice: link.dataset.notice };
    area.dispatchEvent(new CustomEvent("policy:set", { detail, cancelable: true, bubbles: true }));
  });
})();
