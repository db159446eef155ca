/* What a browser keeps (drafts, the sandbox, the terminal's history, …) belongs to whoever sits there. Once
   somebody else does, after signing out or an ended session, all of it goes but choices of how things look.
   Signing in keeps it: it is the same person. Loaded first, before anything reads what was kept. */
(() => {
  const OWNER = "netpol-lab-who";
  const LOOKS = /^netpol-lab-(who|theme|editor|goal|view|fold:.*)$/;
  const who = document.documentElement.dataset.who ?? "";
  try {
    const before = localStorage.getItem(OWNER) ?? "";
    if (before === who) return;
    if (before) {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith("netpol-lab-") && !LOOKS.test(key)) localStorage.removeItem(key);
      }
      sessionStorage.clear();
    }
    if (who) localStorage.setItem(OWNER, who);
    else localStorage.removeItem(OWNER);
  } catch { /* nothing is kept where storage is off */ }
})();
