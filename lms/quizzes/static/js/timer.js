// Counts down from what the server said; spoken at ten, five and one minutes only. Can be hidden.
behaviour("timer", (timer) => {
  const shown = timer.querySelector("[data-clock]");
  const spoken = timer.querySelector("[data-spoken]");
  const toggle = timer.querySelector("button");
  const end = performance.now() + Number(timer.dataset.seconds) * 1000;
  const two = (value) => String(value).padStart(2, "0");
  let said = null;
  const hidden = () => localStorage.getItem("timer-hidden") === "1";
  const draw = () => {
    const left = Math.max(0, Math.round((end - performance.now()) / 1000));
    shown.textContent = `${two(Math.floor(left / 60))}:${two(left % 60)}`;
    shown.hidden = hidden();
    toggle.textContent = hidden() ? toggle.dataset.show : toggle.dataset.hide;
    const minutes = Math.ceil(left / 60);
    if ([10, 5, 1].includes(minutes) && said !== minutes && left % 60 === 0 && left) { said = minutes; spoken.textContent = timer.dataset[`say${minutes}`]; }
    if (!left) location.assign(timer.dataset.over);
    else setTimeout(draw, 1000);
  };
  toggle.hidden = false;
  toggle.addEventListener("click", () => { localStorage.setItem("timer-hidden", hidden() ? "0" : "1"); shown.hidden = hidden(); toggle.textContent = hidden() ? toggle.dataset.show : toggle.dataset.hide; });
  draw();
});
