// The projector of a half-day, and the phone of somebody who scanned early. Only the server's clock counts: the page is
// told how long a code stays, and measures that much from the moment it was told.
const checkInEvery = 4000;

behaviour("check-in-screen", (screen) => {
  const leave = screen.querySelector("[data-leave]");
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); leave.click(); }
  });
  const stayAwake = () => { if (navigator.wakeLock && document.visibilityState === "visible") navigator.wakeLock.request("screen").catch(() => {}); };
  document.addEventListener("visibilitychange", stayAwake);
  stayAwake();

  const qr = screen.querySelector(".projector-qr");
  const offline = screen.querySelector("[data-offline]");
  const step = Number(screen.dataset.step);
  const dated = (codes, at) => codes.map((one) => ({ ...one, until: at + one.left }));
  let codes = dated(JSON.parse(screen.dataset.codes || "[]"), performance.now());
  let shown = codes[0];
  // The next code is here before it is needed: a request that is lost changes nothing for the length of a step.
  const draw = () => {
    const now = performance.now();
    const current = codes.find((one) => one.until > now);
    if (qr) offline.hidden = Boolean(current);
    if (!current) { if (qr) { qr.classList.add("stale"); screen.querySelector("[data-left]").textContent = "0"; } return; }
    const left = current.until - now;
    screen.querySelector("[data-ring]").setAttribute("stroke-dasharray", `${(100 * Math.min(left, step)) / step} 100`);
    screen.querySelector("[data-left]").textContent = Math.ceil(Math.min(left, step) / 1000);
    qr.classList.remove("stale");
    if (current.path === shown.path) return;
    shown = current;
    qr.setAttribute("viewBox", `0 0 ${current.side} ${current.side}`);
    qr.querySelector("path").setAttribute("d", current.path);
    screen.querySelector("[data-digits]").textContent = current.digits;
  };
  const ask = async () => {
    const asked = performance.now();
    const response = await fetch(screen.dataset.url, { headers: { Accept: "application/json" }, credentials: "same-origin", signal: givesUp(8000) });
    if (!response.ok) { if (response.status < 500) location.reload(); return; }
    const now = await response.json();
    if (now.state !== screen.dataset.state) { location.reload(); return; }
    // Counted from the question: a slow answer never lets a code stay too long.
    codes = dated(now.codes, asked);
    screen.querySelector("[data-here]").textContent = now.here;
    screen.querySelector("[data-people]").textContent = now.people;
    draw();
  };
  const again = async () => {
    try { await ask(); } catch { /* the next one may come through */ }
    setTimeout(again, checkInEvery);
  };
  setTimeout(again, checkInEvery);
  if (qr) { draw(); setInterval(draw, 250); }
});

behaviour("check-in-early", (form) => {
  const page = form.closest("main");
  page.querySelector("[data-check-in-script]").hidden = false;
  page.querySelector("[data-check-in-plain]").hidden = true;
  form.querySelector("button").hidden = true;
  // A phone's clock may be set, and the other one stands still while some phones sleep: whichever went further. Too
  // early, the server answers with this page again.
  const [began, beganOn] = [performance.now(), Date.now()];
  const waited = () => Math.max(performance.now() - began, Date.now() - beganOn);
  const opens = Number(form.dataset.wait) + 500;
  let [sending, next] = [false, opens];
  // Sent beside the page, which stays and tries again while there is no line; a second arrival changes nothing.
  const send = async () => {
    if (sending || waited() < next) return;
    sending = true;
    try {
      const response = await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin", signal: givesUp(8000) });
      if (response.status >= 500) throw new Error("waiting");
      location.replace(response.redirected ? response.url : form.action);
    } catch {
      [sending, next] = [false, waited() + 2000];
    }
  };
  const look = () => { next = opens; send(); };
  setInterval(send, 500);
  window.addEventListener("online", look);
  document.addEventListener("visibilitychange", look);
});
