/* Keeps the numbered listing under the textarea in step with what is typed, and takes one to a line.
   The page works without it: the listing then shows the text as it was last sent. */
(() => {
  const area = document.getElementById("policy");
  if (!area) return;
  const listing = () => document.getElementById("listing");

  const rows = () => area.value.split("\n");
  const follow = () => { const list = listing(); list.scrollTop = area.scrollTop; list.scrollLeft = area.scrollLeft; };

  /* A changed line loses its mark: what was said of it may no longer hold. */
  const refresh = () => {
    const list = listing();
    const lines = rows();
    while (list.children.length > lines.length) list.lastElementChild.remove();
    lines.forEach((line, index) => {
      const item = list.children[index] ?? list.appendChild(document.createElement("li"));
      if (item.textContent !== line) { item.textContent = line; item.removeAttribute("class"); }
    });
    follow();
  };

  const goTo = (number) => {
    const lines = rows();
    if (number < 1 || number > lines.length) return;
    const start = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
    area.setSelectionRange(start, start + lines[number - 1].length);
    const height = parseFloat(getComputedStyle(area).lineHeight);
    area.scrollTop = Math.max(0, (number - 4) * height);
    follow();
  };

  area.addEventListener("input", refresh);
  area.addEventListener("scroll", follow);
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      document.getElementById("check").click();
    }
  });
  document.body.addEventListener("htmx:afterSettle", () => {
    refresh();
    const marked = listing().querySelector(".error, .decides");
    if (marked) goTo([...listing().children].indexOf(marked) + 1);
  });
  document.addEventListener("click", (event) => {
    const line = event.target.closest("[data-line]");
    if (line) { area.focus(); goTo(Number(line.dataset.line)); }
  });
  refresh();
})();
