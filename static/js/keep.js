/* What a reader folds away stays so while this browser tab lasts: the answers bring it anew, open. */
(() => {
  const key = (details) => `netpol-lab-fold:${details.dataset.keep}`;
  const apply = (root) => {
    for (const details of root.querySelectorAll("details[data-keep]")) {
      try {
        const kept = sessionStorage.getItem(key(details));
        if (kept) details.open = kept === "open";
      } catch { return; /* a browser that keeps nothing */ }
    }
  };
  // toggle does not bubble; and a new element tells its first state too, which is what is kept.
  document.addEventListener("toggle", (event) => {
    if (!event.target.matches?.("details[data-keep]")) return;
    try { sessionStorage.setItem(key(event.target), event.target.open ? "open" : "closed"); } catch { /* as above */ }
  }, true);
  document.body.addEventListener("htmx:afterSwap", () => apply(document));
  apply(document);
})();
