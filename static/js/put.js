/* What the page offers as a text: put into the editor so that it can be undone, or copied.
   Without JavaScript the same buttons send the text to the server, which gives it back.

     <button data-put="words to say">          its value goes into the editor
     <button data-copy="id" data-copied="…" hidden>   that element's text goes to the clipboard */
(() => {
  const area = document.getElementById("policy");
  const say = (text) => { document.getElementById("live").textContent = text; };

  // Before htmx and the form hear of the click.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-put]");
    if (!button || !area || area.readOnly) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const detail = { text: button.value, notice: button.dataset.put };
    area.dispatchEvent(new CustomEvent("policy:set", { detail, cancelable: true, bubbles: true }));
  }, true);

  const select = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };

  const thank = (button) => {
    say(button.dataset.copied);
    if (button.dataset.thanking) return;
    const words = [...button.childNodes];
    button.dataset.thanking = "1";
    button.replaceChildren(button.dataset.copied);
    setTimeout(() => { button.replaceChildren(...words); delete button.dataset.thanking; }, 2000);
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    const source = button && document.getElementById(button.dataset.copy);
    if (!source) return;
    try {
      await navigator.clipboard.writeText(source.textContent);
      thank(button);
    } catch {
      select(source);  // no clipboard without HTTPS: the keys copy what is selected
    }
  });

  const offer = () => {
    for (const button of document.querySelectorAll("button[data-copy][hidden]")) button.hidden = false;
  };
  document.body.addEventListener("htmx:afterSettle", offer);
  offer();
})();
