/* Help that was asked for gets the focus where its own button is gone: the edit, the solution. Who asked
   by the keys from elsewhere, such as the editor, stays there. */
(() => {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const show = (element) => element.scrollIntoView({
    block: "nearest", behavior: calm.matches ? "auto" : "smooth",
  });

  document.body.addEventListener("htmx:afterSettle", (event) => {
    const asked = event.detail.requestConfig?.elt?.id;
    if (asked === "show-flip") {
      const flip = document.getElementById("flip");
      flip?.focus({ preventScroll: true });
      if (flip) show(flip);
    }
    if (asked !== "next-hint" || event.detail.target?.id !== "hints") return;
    const opened = document.getElementById("solution") ?? [...document.querySelectorAll(".hint-list > li")].at(-1);
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (lost && !document.getElementById("next-hint")) opened?.focus({ preventScroll: true });
    if (opened) show(opened);
  });
})();
