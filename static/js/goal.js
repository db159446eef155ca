/* The goal is folded at first on a phone, where the present picture alone fills the screen. Opened or
   folded, it stays so through the answers, and while this browser tab lasts. */
(() => {
  const KEY = "netpol-lab-goal";
  const kept = () => { try { return sessionStorage.getItem(KEY); } catch { return null; } };
  const small = matchMedia("(width < 640px)");
  let open = kept() === null ? !small.matches : kept() === "open";

  const apply = () => {
    const goal = document.getElementById("goal");
    if (!goal || goal.open === open) return;
    goal.open = open;
  };
  document.addEventListener("click", (event) => {
    const goal = event.target.closest("#goal > summary")?.parentElement;
    if (!goal) return;
    open = !goal.open;  // the click is about to turn it
    try { sessionStorage.setItem(KEY, open ? "open" : "folded"); } catch { /* kept for this page */ }
  });
  document.body.addEventListener("htmx:afterSwap", apply);
  apply();
})();
