/* The task stays in sight above the editor; the line that one writes in must not lie behind it. */
(() => {
  const area = document.getElementById("policy");
  const task = document.querySelector(".lab .task");
  if (!area || !task) return;

  /* A task that fits needs no "more". */
  const fit = () => { if (!task.querySelector(".more :checked")) task.classList.toggle("fits", task.scrollHeight <= task.clientHeight + 40); };
  addEventListener("resize", fit);
  fit();

  const plainTop = () => {
    const style = getComputedStyle(area);
    const at = area.selectionDirection === "backward" ? area.selectionStart : area.selectionEnd;
    const line = area.value.slice(0, at).split("\n").length - 1;
    const top = parseFloat(style.paddingTop) + line * parseFloat(style.lineHeight) - area.scrollTop;
    return area.getBoundingClientRect().top + top;
  };
  const richTop = () => {
    const { focusNode: node } = getSelection();
    const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    return element?.closest?.(".cm-line")?.getBoundingClientRect().top;
  };

  document.addEventListener("selectionchange", () => {
    const here = document.activeElement;
    if (here !== area && !here?.matches(".editor .cm-content")) return;
    const top = here === area ? plainTop() : richTop();
    const card = task.getBoundingClientRect();
    // Where the two do not overlap, the card is not over the editor: it lies at its own place.
    const covered = here.closest(".editor").getBoundingClientRect().top < card.bottom;
    if (covered && top < card.bottom) scrollBy({ top: top - card.bottom - 8, behavior: "instant" });
  });
})();
