// A quiz in the room. Phones and the screen ask now and then whether the trainer went on; what is chosen is sent at once.
const liveEvery = 2000;

async function liveAsk(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!response.ok) throw new Error("later");
  return response.json();
}

// One question after the other, never two at a time; a page that nobody looks at asks nothing.
function liveFollow(element, ask) {
  const again = async () => {
    if (!element.isConnected) return;
    if (document.visibilityState === "visible") { try { await ask(); } catch { /* the next one may come through */ } }
    setTimeout(again, liveEvery);
  };
  setTimeout(again, liveEvery);
}

behaviour("live-room", (room) => {
  if (!room.dataset.url) return;
  const form = room.querySelector("[data-live-form]");
  room.querySelector("[data-live-again]").hidden = true;
  if (room.dataset.here) fetch(room.dataset.here, { method: "POST", headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" }, credentials: "same-origin" }).catch(() => {});
  // The page of now in place of this one; an answer that is on its way is let through first.
  let sending = null;
  const renew = async () => {
    await sending;
    const response = await fetch(location.href, { credentials: "same-origin" });
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector('[data-module="live-room"]');
    if (!response.ok || !fresh) { location.reload(); return; }
    room.replaceWith(fresh);
    startBehaviours(document);
    document.querySelector("[data-live-said]").textContent = fresh.dataset.said || fresh.querySelector("h1").textContent;
    scrollTo(0, 0);
  };
  liveFollow(room, async () => {
    const now = await liveAsk(room.dataset.url);
    if (String(now.version) !== room.dataset.version) await renew();
  });
  if (!form) return;

  const line = form.querySelector("[data-save-state]");
  form.querySelector("[data-live-send]").hidden = true;
  let changes = 0;
  const send = async () => {
    const mine = changes;
    saveState(line, "saving", form.dataset.sending);
    try {
      const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" }, credentials: "same-origin" });
      const answer = await response.json();
      if (response.ok) saveState(line, "saved", answer.said ? form.dataset.received : form.dataset.empty);
      else saveState(line, "failed", answer.error);
    } catch {
      saveState(line, "waiting", form.dataset.waiting);
      await new Promise((wait) => setTimeout(wait, 1500));
      if (room.isConnected && mine === changes) changes += 1;
    }
    if (mine !== changes) await send();
  };
  // Answers leave in the order they were given: the last one stays.
  const change = () => { changes += 1; if (!sending) sending = send().finally(() => { sending = null; }); };
  form.addEventListener("change", change);
  form.addEventListener("submit", (event) => { event.preventDefault(); change(); });
});

behaviour("live-screen", (screen) => {
  const part = (name) => screen.querySelector(`[data-key="${name}"]`);
  screen.querySelector("[data-live-again]").hidden = true;
  liveFollow(screen, async () => {
    const now = await liveAsk(screen.dataset.url);
    if (String(now.version) !== screen.dataset.version) { location.reload(); return; }
    screen.querySelector("[data-answers]").textContent = now.answers;
    screen.querySelector("[data-present]").textContent = now.present;
  });
  // Arrows follow what is seen: in Arabic the next question lies to the left. Presenters' remotes send Page Up and Down.
  const toTheRight = document.documentElement.dir === "rtl" ? "back" : "forward";
  const toTheLeft = toTheRight === "back" ? "forward" : "back";
  const keys = { " ": "space", ArrowRight: toTheRight, ArrowLeft: toTheLeft, PageDown: "forward", PageUp: "back", Escape: "leave" };
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    if (event.key === " " && event.target.closest("button, a")) return;
    const name = keys[event.key];
    const button = part(name) || (name === "forward" ? screen.querySelector('button[value="next"]') : null);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
  // The screen of the room does not go dark while a question is thought about.
  const stayAwake = () => { if (navigator.wakeLock && document.visibilityState === "visible") navigator.wakeLock.request("screen").catch(() => {}); };
  document.addEventListener("visibilitychange", stayAwake);
  stayAwake();
});
