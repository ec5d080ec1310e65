// Saves an answer when it changes and says so only once the server acknowledged it. Unsent answers stay on the
// device, with a counter, and are sent again on return; sending twice changes nothing.
behaviour("autosave", (form) => {
  const line = document.querySelector("[data-save-state]");
  const store = `answers:${form.dataset.attempt}`;
  const position = form.dataset.position;
  const keep = (name, make) => { let value = localStorage.getItem(name); if (!value) { value = make(); localStorage.setItem(name, value); } return value; };
  const device = keep("answers:device", () => Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join(""));
  const read = () => JSON.parse(localStorage.getItem(store) || "{}");
  const write = (waiting) => { if (Object.keys(waiting).length) localStorage.setItem(store, JSON.stringify(waiting)); else localStorage.removeItem(store); };
  const nextCounter = () => { const value = Math.max(Date.now(), Number(localStorage.getItem("answers:counter") || 0) + 1); localStorage.setItem("answers:counter", String(value)); return value; };
  let sending = false;

  const show = (kind, text) => saveState(line, kind, text);
  const isAnswer = (name) => /^(answer(:.*)?|certainty)$/.test(name || "");
  const fields = () => Array.from(form.elements).filter((field) => isAnswer(field.name));
  const sent = (field, value) => field.name === "answer" ? value : `${field.name.replace("answer:", "")}:${value}`;
  const isTick = (field) => field.type === "radio" || field.type === "checkbox";
  const chosen = () => fields().filter((field) => !isTick(field) || field.checked).map((field) => sent(field, field.value));
  const fill = (values) => fields().forEach((field) => {
    if (isTick(field)) { field.checked = values.includes(sent(field, field.value)); return; }
    const start = sent(field, "");
    const found = values.find((value) => value.startsWith(start));
    field.value = found === undefined ? "" : found.slice(start.length);
  });

  const send = async (leaving) => {
    if (sending && !leaving) return;
    sending = true;
    try {
      for (const [place, waiting] of Object.entries(read())) {
        const response = await fetch(waiting.url, {
          method: "POST", keepalive: true, credentials: "same-origin",
          headers: { "Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": csrfToken() },
          body: JSON.stringify({ device, counter: waiting.counter, values: waiting.values }),
        });
        // Only these settle an answer; after all others (an expired sign-in, say) it stays on the device.
        if (![200, 404, 409, 422].includes(response.status)) throw new Error("later");
        const answer = await response.json();
        const now = read();
        if (now[place] && now[place].counter === waiting.counter) { delete now[place]; write(now); }
        if (!response.ok) { show("failed", answer.error || form.dataset.refused); continue; }
        if (typeof answer.seconds_left === "number") document.dispatchEvent(new CustomEvent("time-left", { detail: answer.seconds_left }));
        if (!Object.keys(now).length) show("saved", form.dataset.saved.replace("TIME", answer.saved_at));
      }
    } catch (error) {
      show("waiting", form.dataset.waiting);
    } finally {
      sending = false;
    }
    if (!leaving && Object.keys(read()).length && navigator.onLine) setTimeout(send, 5000);
  };

  const waiting = read();
  if (waiting[position]) fill(waiting[position].values);
  let typing;
  form.addEventListener("input", (event) => {
    clearTimeout(typing);
    if (!isTick(event.target)) typing = setTimeout(() => event.target.dispatchEvent(new Event("change", { bubbles: true })), 1000);
  });
  form.addEventListener("change", (event) => {
    if (!isAnswer(event.target.name)) return;
    clearTimeout(typing);
    const all = read();
    all[position] = { url: form.dataset.url, counter: nextCounter(), values: chosen() };
    write(all);
    localStorage.setItem(`${store}:tab`, tab);
    show("saving", form.dataset.sending);
    send(false);
  });
  form.addEventListener("submit", () => {
    const all = read();
    delete all[position];
    write(all);
  });
  const tab = String(Math.random());
  localStorage.setItem(`${store}:tab`, tab);
  window.addEventListener("storage", (event) => {
    if (event.key !== `${store}:tab` || !event.newValue || event.newValue === tab) return;
    show("waiting", form.dataset.elsewhere);
    Array.from(form.elements).forEach((part) => { part.disabled = true; });
  });
  window.addEventListener("online", () => send(false));
  window.addEventListener("offline", () => show("waiting", form.dataset.waiting));
  document.addEventListener("visibilitychange", () => send(document.visibilityState === "hidden"));
  window.addEventListener("pagehide", () => send(true));
  send(false);
});
