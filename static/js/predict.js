/* Predicting on the lesson page: the locked picture shows each guess as it is made, an arrow leads to
   its question, and the answer has the focus. Without this the form does the same, unseen. */
(() => {
  const form = document.getElementById("predicting");
  const area = document.getElementById("policy");
  if (!form || !area) return;
  const questions = () => document.querySelectorAll("#predict [data-asked]");

  const draw = (question) => {
    const chosen = question.querySelector("input:checked");
    const id = CSS.escape(question.dataset.asked);
    for (const arrow of document.querySelectorAll(`.locked [data-arrow="${id}"]`)) {
      arrow.dataset.guess = chosen?.value ?? "";
      arrow.querySelector(".label").textContent = `${chosen?.dataset.sign ?? "?"} ${question.dataset.port}`;
    }
  };
  const drawAll = () => questions().forEach(draw);

  document.addEventListener("change", (event) => {
    const question = event.target.closest?.("#predict [data-asked]");
    if (!question) return;
    draw(question);
    question.classList.remove("missing");
    question.querySelector(".missing-mark")?.remove();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".locked a");
    const question = link && document.querySelector(link.getAttribute("href"));
    if (!question) return;
    event.preventDefault();
    (question.querySelector("input:checked") ?? question.querySelector("input")).focus();
  });

  /* What was typed meanwhile stays in the answer. */
  document.body.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt !== form) return;
    event.detail.parameters.policy = area.value;
    event.detail.parameters.labels = area.form.querySelector('input[name="labels"]')?.value ?? "";
  });
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "result") return;
    drawAll();
    if (event.detail.requestConfig?.elt !== form) return;
    const place = document.querySelector("#predict .missing input") ?? document.getElementById("predict-title");
    place?.focus({ preventScroll: true });
    const block = document.querySelector("#predict .missing") ? "center" : "nearest";
    document.getElementById("predict")?.scrollIntoView({ block, behavior: calm.matches ? "auto" : "smooth" });
  });
  drawAll();
})();
