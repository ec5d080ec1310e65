// Counts down from what the server said; spoken at ten, five and one minutes only. Can be hidden. The server is asked
// again now and then, and at the end: more time may have been given meanwhile.
behaviour("timer", (timer) => {
  const shown = timer.querySelector("[data-clock]");
  const spoken = timer.querySelector("[data-spoken]");
  const toggle = timer.querySelector("button");
  const two = (value) => String(value).padStart(2, "0");
  let end = performance.now() + Number(timer.dataset.seconds) * 1000;
  let said = null;
  const hidden = () => localStorage.getItem("timer-hidden") === "1";
  const left = () => Math.max(0, Math.round((end - performance.now()) / 1000));
  const take = (seconds) => {
    // There is no limit any more.
    if (seconds === null) { timer.hidden = true; end = Infinity; return; }
    // A second of travel is no change of plan.
    if (Math.abs(seconds - left()) > 1) end = performance.now() + seconds * 1000;
  };
  const ask = async () => {
    const response = await fetch(timer.dataset.url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!response.ok) throw new Error("later");
    take((await response.json()).seconds_left);
  };
  const finish = async () => {
    try { await ask(); } catch { setTimeout(finish, 5000); return; }
    if (left()) draw(); else location.assign(timer.dataset.over);
  };
  const draw = () => {
    const seconds = left();
    shown.textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
    shown.hidden = hidden();
    toggle.textContent = hidden() ? toggle.dataset.show : toggle.dataset.hide;
    const minutes = Math.ceil(seconds / 60);
    if ([10, 5, 1].includes(minutes) && said !== minutes && seconds % 60 === 0 && seconds) { said = minutes; spoken.textContent = timer.dataset[`say${minutes}`]; }
    if (seconds) setTimeout(draw, 1000); else finish();
  };
  toggle.hidden = false;
  toggle.addEventListener("click", () => { localStorage.setItem("timer-hidden", hidden() ? "0" : "1"); shown.hidden = hidden(); toggle.textContent = hidden() ? toggle.dataset.show : toggle.dataset.hide; });
  document.addEventListener("time-left", (event) => take(event.detail));
  setInterval(() => { if (document.visibilityState === "visible") ask().catch(() => {}); }, 15000);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") ask().catch(() => {}); });
  draw();
});
