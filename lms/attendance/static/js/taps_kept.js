// Taps of a roll call that wait on this device, the last one of each person: numbers and statuses, never a name.
// Kept apart by who is signed in: nobody sends under their own name what somebody else tapped. Sent twice, a tap
// changes nothing, each carries a counter; and how often the half-day had been closed, so that none from before a closing counts after it.
function keptTaps({ whose, halfDay, tapsUrl, closings }) {
  const store = `unsent:roll:${whose}:${halfDay}`;
  // What a device that is full does not store is kept, and sent, as long as the page is open.
  const unstored = new Map();
  const stored = (name) => unstored.get(name) ?? localStorage.getItem(name);
  const keep = (name, value) => { try { localStorage.setItem(name, value); unstored.delete(name); } catch { unstored.set(name, value); } };
  const forget = (name) => { unstored.delete(name); localStorage.removeItem(name); };
  const read = () => JSON.parse(stored(store) || "{}");
  const write = (waiting) => { if (Object.keys(waiting).length) keep(store, JSON.stringify(waiting)); else forget(store); };
  const own = (name) => `roll:${whose}:${name}`;
  const device = () => {
    const value = stored(own("device")) || Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("");
    keep(own("device"), value);
    return value;
  };
  const nextCounter = () => { const value = Math.max(Date.now(), Number(stored(own("counter")) || 0) + 1); keep(own("counter"), String(value)); return value; };
  // What an answer of these says stays refused however often it is sent.
  const forGood = [404, 409, 413, 422];

  return {
    store,
    all: read,
    at: (id) => read()[id],
    count: () => Object.keys(read()).length,
    isFull: () => unstored.has(store),
    put(id, said) { const all = read(); all[id] = { counter: nextCounter(), closings: Number(closings), ...said }; write(all); },
    // What was not sent yet need not be.
    drop(id) { const all = read(); const had = id in all; delete all[id]; write(all); return had; },
    // Sends what waits, a part at a time; gives the server's answer and what it refused for good: [id, sentence, tap].
    // Throws « expired » until somebody signs in again, « waiting » when the line or the server did not hold.
    async send(leaving) {
      const sent = Object.entries(read()).sort(([, one], [, other]) => one.counter - other.counter).slice(0, 100);
      const response = await fetch(tapsUrl, {
        method: "POST", keepalive: leaving, credentials: "same-origin", signal: givesUp(20000),
        headers: { "Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": csrfToken() },
        body: JSON.stringify({ device: device(), taps: sent.map(([id, tap]) => ({ enrolment: Number(id), ...tap })) }),
      });
      if (!response.ok && !forGood.includes(response.status)) throw new Error([400, 401, 403].includes(response.status) ? "expired" : "waiting");
      const answer = await response.json();
      // Not from the server: a network answers that wants somebody to sign in first.
      if (response.ok && !Array.isArray(answer.settled)) throw new Error("waiting");
      const settled = answer.settled || sent.map(([id, tap]) => ({ enrolment: Number(id), counter: tap.counter, error: answer.error }));
      const now = read();
      const refused = [];
      settled.forEach(({ enrolment, counter, error }) => {
        // Tapped again since: that one is on its way.
        if (!now[enrolment] || now[enrolment].counter !== counter) return;
        if (error) refused.push([enrolment, error, now[enrolment]]);
        delete now[enrolment];
      });
      write(now);
      return { answer, refused };
    },
  };
}

// Whether this browser keeps anything at all; without, the page stays the form that it is.
function keepsOnDevice() {
  try { localStorage.setItem("keeps", "1"); localStorage.removeItem("keeps"); return true; } catch { return false; }
}

// Names whose taps were refused, each with what was tapped and why.
function sayRefused(box, refused, words) {
  const labels = JSON.parse(words.labels);
  box.querySelector("ul").append(...refused.map(([id, error, tap]) => {
    const row = document.querySelector(`[data-enrolment="${id}"]`);
    const [line, name] = [document.createElement("li"), document.createElement("bdi")];
    name.textContent = row ? row.dataset.name : words.somebody;
    line.append(name, ` · ${labels[tap.status] || tap.status}${tap.minutes ? ` · ${tap.minutes}` : ""}${tap.remark ? ` · ${tap.remark}` : ""} — ${error}`);
    return line;
  }));
  box.hidden = false;
  box.focus();
}

// Sends what waits from the pages after the roll call: the review before the closing, the closed half-day.
behaviour("taps-waiting", (box) => {
  if (!keepsOnDevice()) return;
  const words = box.dataset;
  const kept = keptTaps(words);
  const line = box.querySelector("[data-save-state]");
  const list = box.querySelector("[data-refused-list]");

  const send = async () => {
    if (!kept.count()) return;
    box.hidden = false;
    saveState(line, "saving", words.saving);
    const refused = [];
    try {
      while (kept.count()) refused.push(...(await kept.send(false)).refused);
    } catch (error) {
      saveState(line, "waiting", error.message === "expired" ? words.expired : words.offline);
      setTimeout(send, 5000);
    }
    if (refused.length) { saveState(line, "failed", words.refused); sayRefused(list, refused, words); }
    else if (!kept.count()) location.reload();
  };
  // What is countersigned is what was seen: with marks on the way the review is out of date.
  document.querySelectorAll("form[data-closes]").forEach((form) => form.addEventListener("submit", (event) => {
    if (!kept.count()) return;
    event.preventDefault();
    send();
  }));
  window.addEventListener("online", send);
  send();
});

// Whoever signs out while something waits on this device is told first; the second press goes on.
behaviour("warns-unsent", (form) => {
  form.addEventListener("submit", (event) => {
    const notice = document.querySelector("[data-unsent-notice]");
    const waits = Object.keys(localStorage).some((key) => key.startsWith("unsent:"));
    if (!waits || !notice || !notice.hidden) return;
    event.preventDefault();
    notice.hidden = false;
    notice.focus();
  });
});
