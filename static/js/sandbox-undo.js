/* More than one step back. The page itself holds the last step, as the server made it; this script keeps the
   ones before it, and the ones that were undone, in this window's memory, so that no request grows by them. */
(() => {
  const form = document.getElementById("sandbox");
  if (!form) return;
  const MOST_STEPS = 100;
  const MOST_TEXT = 16_000_000;  // characters: a large cluster's steps are long
  const held = () => form.querySelector('#state [name="earlier"]');
  const read = (step) => { try { return JSON.parse(step); } catch { return null; } };

  let undos = [];  // steps as texts, the newest last; the one that the page holds is in neither
  let redos = [];
  let sent = null;  // what a press under way started from, and whether it was Undo or Redo

  const bounded = (steps) => {
    let room = MOST_TEXT;
    return steps.slice(-MOST_STEPS).reverse().filter((step) => (room -= step.length) > 0).reverse();
  };

  /* Beside the step that the page holds stands the way in the other direction, if there is one. */
  const show = () => {
    const own = document.getElementById("undo-step");
    const step = read(held().value);
    const text = step && (step.undone ? undos : redos).at(-1);
    document.getElementById("other-step")?.remove();
    if (!own || !text) return;
    const { what } = read(text);
    const other = Object.assign(document.createElement("button"), {
      id: "other-step", className: "button", name: "do", value: "undo",
      textContent: `${step.undone ? own.dataset.undo : own.dataset.redo}: ${what[0].toLowerCase()}${what.slice(1)}`,
    });
    own[step.undone ? "before" : "after"](other);  // Undo stands first
  };

  document.body.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.elt !== form) return;
    const pressed = detail.requestConfig.triggeringEvent?.submitter;
    sent = { held: held().value, undos, redos, turn: pressed?.value === "undo", whole: ["open", "resume"].includes(pressed?.value) };
  });
  /* The other step takes the place of the page's own, which waits where it will be looked for. */
  document.body.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.triggeringEvent?.submitter?.id !== "other-step") return;
    const steps = read(held().value)?.undone ? undos : redos;
    if (steps.length) detail.parameters.earlier = steps.at(-1);
  });
  // Before sandbox.js gives the focus back, which may belong here.
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (detail.target?.id !== "result" || detail.requestConfig?.elt !== form || !sent) return;
    settle(sent, detail.requestConfig.triggeringEvent?.submitter?.id === "other-step");
    sent = null;
    show();
  }, true);
  const settle = (before, other) => {
    const was = read(before.held);
    if (before.whole) undos = redos = [];  // another sandbox stands here
    else if (other && was) {
      if (was.undone) { undos = undos.slice(0, -1); redos = bounded([...redos, before.held]); }
      else { redos = redos.slice(0, -1); undos = bounded([...undos, before.held]); }
    } else if (!before.turn && held().value !== before.held) {  // a new change: what was undone is gone
      if (was && !was.undone) undos = bounded([...undos, before.held]);
      redos = [];
    }
  };
})();
