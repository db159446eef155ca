/* The time that is left, as the server says it: with the page, and with each answer to a draft. In
   between it is counted by a clock that no setting of the time of day moves. At the end the server is
   asked, for its word counts alone. */
(() => {
  document.querySelector("#hand-in[data-over]")?.requestSubmit();
  const clock = document.getElementById("clock");
  if (!clock?.dataset.remaining) return;
  const face = clock.querySelector("[data-face]");
  const words = clock.dataset;
  let end = 0;
  let before = Infinity;
  const left = () => Math.max(0, Math.round((end - performance.now()) / 1000));
  const sync = (remaining) => { end = performance.now() + 1000 * remaining; over = false; tick(); };

  const ANNOUNCED = [[300, "five"], [60, "one"]];
  const two = (number) => String(number).padStart(2, "0");
  let over = false;
  const finish = async () => {
    if (over) return;
    over = true;
    document.dispatchEvent(new CustomEvent("quiz:flush"));
    document.getElementById("live").textContent = words.over;
    // A moment for what is on its way: the server takes it for a few seconds more.
    setTimeout(() => location.assign(words.next), 1500);
  };
  const tick = () => {
    const now = left();
    const hours = Math.floor(now / 3600);
    const minutes = Math.floor(now / 60) % 60;
    face.textContent = hours ? `${hours}:${two(minutes)}:${two(now % 60)}` : `${minutes}:${two(now % 60)}`;
    clock.classList.toggle("short", now <= 60);
    for (const [seconds, name] of ANNOUNCED) {
      if (before > seconds && now <= seconds) document.getElementById("live").textContent = words[name];
    }
    before = now;
    if (now === 0) finish();
  };

  document.addEventListener("quiz:clock", ({ detail }) => {
    if (typeof detail.remaining === "number") sync(detail.remaining);
  });
  /* A sleeping machine may have stopped every clock of the page. */
  const ask = async () => {
    try {
      const answer = await fetch(words.url, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const { remaining, over: gone } = await answer.json();
      if (gone) location.assign(words.next);
      else if (typeof remaining === "number") sync(remaining);
    } catch { /* no server: counted on */ }
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  addEventListener("pageshow", (event) => { if (event.persisted) ask(); });

  before = Number(clock.dataset.remaining) + 1;
  end = performance.now() + 1000 * Number(clock.dataset.remaining);
  tick();
  setInterval(tick, 250);
})();
