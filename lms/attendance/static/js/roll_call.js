// The roll call saves each tap at once, keeps it on the device while there is no line, and shows what others marked.
const rollEvery = 5000;

behaviour("roll-call", (form) => {
  if (!keepsOnDevice()) return;
  const words = form.dataset;
  const mayTake = words.tapsUrl !== undefined;
  const kept = keptTaps(words);
  const labels = JSON.parse(words.labels);
  const part = (name) => document.querySelector(`[data-roll-${name}]`);
  const rows = Array.from(form.querySelectorAll("[data-enrolment]"));
  // More than the rows where the server was asked for some of them.
  const listed = Number(form.dataset.people);
  const rowOf = (id) => form.querySelector(`[data-enrolment="${id}"]`);
  const fieldOf = (row, name) => form.elements[`${name}-${row.dataset.enrolment}`];
  const shown = (row) => ({ status: fieldOf(row, "status").value, minutes: fieldOf(row, "minutes").value.trim(), remark: fieldOf(row, "remark").value.trim() });
  const keyOf = (said) => [said.status, said.minutes, said.remark].join("|");
  const typing = new Map();
  let cursor = Number(words.cursor);
  // How often something was sent: what was asked before that knows less than its answer.
  let sendings = 0;
  let [sending, problem, failures, isOver, closing] = [false, "", 0, false, null];
  let timer;

  const say = (row, text, isFault) => {
    const line = row.querySelector("[data-line]");
    line.textContent = text;
    line.hidden = !text;
    line.classList.toggle("fault", Boolean(isFault));
  };
  // A name of a status that came after this page, or is no longer offered: one more button for this person.
  const offer = (row, value, label) => {
    const known = Array.from(row.querySelectorAll('input[type="radio"]'));
    if (!value || known.some((one) => one.value === value)) return;
    const added = row.querySelector(".further label").cloneNode(true);
    added.className = value.split("-")[0];
    added.querySelector("input").value = value;
    added.querySelector("span").textContent = label;
    row.querySelector(".further").append(added);
  };
  // What the segments do not show stands in the row also while « More » is folded.
  const beside = ["", ...form.dataset.beside.split(" ")];
  const sayAside = (row) => {
    const said = shown(row);
    const choice = row.querySelector("details input:checked");
    const parts = [choice && !beside.includes(said.status) ? choice.parentElement.textContent.trim() : "", said.minutes && words.minutes.replace("NUM", said.minutes), said.remark];
    const line = row.querySelector("[data-said]");
    line.firstElementChild.textContent = parts.filter(Boolean).join(" · ");
    line.hidden = !parts.some(Boolean);
  };
  const fill = (row, said) => {
    offer(row, said.status, said.label || labels[said.status] || said.status);
    row.querySelectorAll('input[type="radio"]').forEach((one) => { one.checked = one.value === said.status; });
    fieldOf(row, "minutes").value = said.minutes;
    fieldOf(row, "remark").value = said.remark;
    sayAside(row);
  };

  // The bar at the lower edge: how many are marked, and whether the server has it all.
  const show = () => {
    const marked = rows.filter((row) => fieldOf(row, "status").value).length;
    rows.forEach((row) => { const chip = row.querySelector("[data-unmarked]"); if (chip) chip.hidden = Boolean(fieldOf(row, "status").value); });
    if (rows.length === listed) part("count").textContent = `${marked} / ${listed}`;
    const waiting = mayTake ? kept.count() : 0;
    const refused = rows.filter((row) => row.dataset.refused).length;
    const line = part("state");
    const unsent = waiting === 1 ? words.unsentOne : words.unsent.replace("NUM", waiting);
    if (problem && waiting) saveState(line, "waiting", unsent);
    else if (waiting) saveState(line, "saving", words.saving);
    else if (refused) saveState(line, "failed", words.refused);
    else if (problem) saveState(line, "waiting", words.noLine);
    else saveState(line, "saved", words.saved);
    const isFull = waiting && kept.isFull();
    part("why").hidden = !problem && !isFull;
    part("why").textContent = isFull ? words.full : problem === "expired" ? words.expired : words.offline;
  };

  // Closed, or closed and opened again: a page of before marks nothing any more.
  const isPast = (answer) => !answer.is_open || answer.closings !== Number(words.closings);
  const over = (refused, isOpen) => {
    isOver = true;
    clearTimeout(timer);
    if (!refused.length) { location.reload(); return; }
    Array.from(form.elements).forEach((one) => { one.disabled = true; });
    part("over").hidden = false;
    part("over-closed").hidden = Boolean(isOpen);
    sayRefused(part("refused"), refused, words);
  };

  // What the server has; a person with a tap on its way, or somebody typing, is left alone until that is settled.
  const apply = (answer) => {
    // Overtaken by a newer answer on a slow line.
    if (answer.cursor < cursor) return;
    // Taken back on another page: nobody has marked them any more.
    answer.unmarked.forEach((id) => {
      const row = rowOf(id);
      if (!row || kept.at(id) || typing.has(row) || fieldOf(row, "was").value === "||") return;
      fieldOf(row, "was").value = "||";
      fill(row, { status: "", minutes: "", remark: "" });
      say(row, "");
    });
    answer.rows.forEach((one) => {
      const row = rowOf(one.enrolment);
      if (!row || kept.at(one.enrolment) || typing.has(row)) return;
      const was = fieldOf(row, "was");
      const isSame = was.value === one.key;
      if (isSame && row.dataset.refused) return;
      was.value = one.key;
      if (!isSame || keyOf(shown(row)) !== one.key) fill(row, one);
      if (!isSame) { delete row.dataset.refused; say(row, one.by); }
    });
    cursor = answer.cursor;
    part("changed").hidden = answer.people === listed;
  };

  const send = async (leaving) => {
    if (sending || isOver || !mayTake || !kept.count()) return;
    sending = true;
    let refused = [];
    try {
      const found = await kept.send(leaving === true);
      [problem, failures, refused] = ["", 0, found.refused];
      refused.forEach(([id, error]) => { const row = rowOf(id); if (row) { row.dataset.refused = "1"; say(row, error, true); } });
      if (!found.answer.settled || isPast(found.answer)) { over(refused, found.answer.is_open); return; }
      apply(found.answer);
      const unlisted = refused.filter(([id]) => !rowOf(id));
      if (unlisted.length) sayRefused(part("refused"), unlisted, words);
    } catch (error) {
      problem = error.message === "expired" ? "expired" : "waiting";
      failures += 1;
      closing = null;
    } finally {
      sending = false;
      sendings += 1;
      if (!isOver) show();
    }
    if (kept.count()) { later(problem ? Math.min(30000, 1000 * 2 ** failures) : 0); return; }
    if (closing && !rows.some((row) => row.dataset.refused)) form.requestSubmit(closing);
    closing = null;
  };
  const later = (delay) => { clearTimeout(timer); timer = setTimeout(send, delay); };

  // What cannot be stored is said until it is mended or taken back.
  const refuse = (row, text) => { row.dataset.refused = "1"; say(row, text, true); show(); };
  const settle = (row) => { if (!row.dataset.refused) return; delete row.dataset.refused; say(row, ""); show(); };

  // What stands in the fields of somebody goes on its way, if it is something else than the server has.
  // Of « Everyone present » it is only for somebody whom nobody has marked; the next tap by hand is so no longer.
  const keep = (row, ofEveryone) => {
    clearTimeout(typing.get(row));
    typing.delete(row);
    const said = shown(row);
    sayAside(row);
    const id = row.dataset.enrolment;
    if (!said.status) { if (said.minutes || said.remark) refuse(row, words.needsStatus); else settle(row); return; }
    const before = kept.at(id);
    if (keyOf(said) === (before ? keyOf(before) : fieldOf(row, "was").value)) { settle(row); return; }
    kept.put(id, ofEveryone ? { ...said, only_unmarked: true } : said);
    delete row.dataset.refused;
    say(row, "");
    show();
    later(300);
  };
  const keepTyped = () => Array.from(typing.keys()).forEach((row) => keep(row));

  // « Everyone present », and the way back: what is on this device only is dropped, what the server has it takes back.
  const undo = part("undo");
  const everyone = () => {
    // Another page of this device may hold a tap that is not shown here; nobody marks themselves.
    const free = rows.filter((row) => !fieldOf(row, "status").value && !kept.at(row.dataset.enrolment) && !("own" in row.dataset));
    if (!free.length) return;
    undo.hidden = false;
    undo.elements.after.value = cursor;
    undo.elements.people.value = free.map((row) => row.dataset.enrolment).join(",");
    part("undo-said").textContent = free.length === 1 ? undo.dataset.one : undo.dataset.many.replace("NUM", free.length);
    free.forEach((row) => { fieldOf(row, "status").value = "present"; keep(row, true); });
  };
  const takeBack = async () => {
    if (isOver) return;
    if (sending) { setTimeout(takeBack, 200); return; }
    const { people, after, until } = undo.elements;
    const pressed = people.value ? people.value.split(",") : [];
    pressed.map(rowOf).filter((row) => row && keyOf(shown(row)) === "present||" && kept.drop(row.dataset.enrolment))
      .forEach((row) => { if (fieldOf(row, "was").value === "||") fill(row, { status: "", minutes: "", remark: "" }); });
    show();
    // The server may hold changes whose answer was lost: whom it marked is named, how far they reach is not known here.
    if (people.value) until.value = 999999999;
    try {
      sending = true;
      const response = await fetch(undo.action, { method: "POST", body: new FormData(undo), headers: { Accept: "application/json" }, credentials: "same-origin", signal: givesUp(20000) });
      if (!response.ok) throw new Error("refused");
      undo.hidden = true;
      form.querySelector('.roll-head [value="everyone"]')?.focus();
    } catch {
      // What was on this device only is gone already: nothing may be left to undo.
      if (pressed.length && !pressed.map(rowOf).some((row) => row && keyOf(shown(row)) === "present||")) undo.hidden = true;
      else toast(words.notUndone);
    } finally {
      sending = false;
      sendings += 1;
    }
    ask();
  };
  if (undo) undo.addEventListener("submit", (event) => { event.preventDefault(); takeBack(); });

  form.reset();
  rows.forEach((row) => { const tap = kept.at(row.dataset.enrolment); if (tap) fill(row, tap); });
  form.classList.add("saves-itself");
  show();

  form.addEventListener("input", (event) => {
    const row = event.target.closest("[data-enrolment]");
    if (!row || event.target.type === "radio") return;
    clearTimeout(typing.get(row));
    sayAside(row);
    typing.set(row, setTimeout(keep, 1000, row));
  });
  form.addEventListener("change", (event) => { const row = event.target.closest("[data-enrolment]"); if (row) keep(row); });
  form.addEventListener("submit", (event) => {
    keepTyped();
    const does = event.submitter ? event.submitter.value : "save";
    if (does === "close" && !kept.count() && navigator.onLine) return;
    event.preventDefault();
    if (does === "everyone") everyone();
    if (does === "close") {
      if (!navigator.onLine) { problem = "waiting"; show(); toast(words.closeLater); return; }
      closing = event.submitter;
      later(0);
    }
  });

  const ask = async () => {
    if (isOver || sending) return;
    const before = sendings;
    try {
      const response = await fetch(`${words.stateUrl}?after=${cursor}`, { headers: { Accept: "application/json" }, credentials: "same-origin", signal: givesUp(20000) });
      if ([400, 401, 403].includes(response.status)) throw new Error("expired");
      if (response.status === 404) { over([]); return; }
      if (!response.ok) throw new Error("waiting");
      const answer = await response.json();
      if (!Array.isArray(answer.rows)) throw new Error("waiting");
      // Signed in again meanwhile: this page's own key is of the sign-in before. What waits is sent by the next page.
      if (problem === "expired") { isOver = true; location.reload(); return; }
      if (isPast(answer)) { if (kept.count()) later(0); else over([]); return; }
      if (sending || sendings !== before) return;
      const wasWaiting = problem;
      problem = "";
      apply(answer);
      if (wasWaiting && kept.count()) later(0);
    } catch (error) {
      problem = error.message === "expired" ? "expired" : "waiting";
    }
    if (!isOver) show();
  };
  const follow = async () => { if (document.visibilityState === "visible") await ask(); if (!isOver) setTimeout(follow, rollEvery); };
  setTimeout(follow, rollEvery);

  window.addEventListener("online", () => { failures = 0; if (kept.count()) later(0); else ask(); });
  window.addEventListener("offline", () => { problem = problem || "waiting"; show(); });
  window.addEventListener("storage", (event) => { if (event.key === kept.store) show(); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") { keepTyped(); send(true); } else { later(0); ask(); } });
  window.addEventListener("pagehide", () => { keepTyped(); send(true); });
  send();
});
