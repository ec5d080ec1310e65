// Answers of an attempt that wait on this device, by question, each with a counter: sent twice, they change nothing.
function keptAnswers(attempt) {
  const store = `answers:${attempt}`;
  const once = (name, make) => { let value = localStorage.getItem(name); if (!value) { value = make(); localStorage.setItem(name, value); } return value; };
  const read = () => JSON.parse(localStorage.getItem(store) || "{}");
  const write = (waiting) => { if (Object.keys(waiting).length) localStorage.setItem(store, JSON.stringify(waiting)); else localStorage.removeItem(store); };
  const device = once("answers:device", () => Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join(""));
  const nextCounter = () => { const value = Math.max(Date.now(), Number(localStorage.getItem("answers:counter") || 0) + 1); localStorage.setItem("answers:counter", String(value)); return value; };

  return {
    // What to say of an answer that has to wait, of the words that an element carries.
    why: (error, words) => error.message === "expired" ? words.expired : words.waiting,
    store,
    device,
    at: (position) => read()[position],
    hasOthers: (position) => Object.keys(read()).some((one) => one !== position),
    isEmpty: () => !Object.keys(read()).length,
    put(position, url, values) {
      const all = read();
      all[position] = { url, counter: nextCounter(), values };
      write(all);
      return all[position].counter;
    },
    // Calls settled(taken, answer) for each that the server took or refused for good; throws when one has to wait:
    // « expired » until somebody signs in again, « waiting » else.
    async send(settled) {
      for (const [position, waiting] of Object.entries(read())) {
        const response = await fetch(waiting.url, {
          method: "POST", keepalive: true, credentials: "same-origin",
          headers: { "Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": csrfToken() },
          body: JSON.stringify({ device, counter: waiting.counter, values: waiting.values }),
        });
        // Only these settle an answer; after all others it stays on the device.
        if (![200, 404, 409, 422].includes(response.status)) throw new Error([400, 401, 403].includes(response.status) ? "expired" : "waiting");
        const answer = await response.json();
        const now = read();
        if (now[position] && now[position].counter === waiting.counter) { delete now[position]; write(now); }
        settled(response.ok, answer);
      }
    },
  };
}
