// Saves an answer when it changes and says so only once the server acknowledged it.
behaviour("autosave", (form) => {
  const line = document.querySelector("[data-save-state]");
  const kept = keptAnswers(form.dataset.attempt);
  const position = form.dataset.position;
  let settled = [line.dataset.state, line.querySelector("span").textContent];
  let sending = false;

  const show = (kind, text) => { if (kind === "saved" || kind === "failed") settled = [kind, text]; saveState(line, kind, text); };
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
  // Whether the page shows something else than the server sent: a browser may bring back what was typed before.
  const asSent = (field) => field.options ? (field.querySelector("[selected]") || field.options[0]).value : field.defaultValue;
  const differs = () => fields().some((field) => isTick(field) ? field.checked !== field.defaultChecked : field.value !== asSent(field));

  const send = async (leaving) => {
    if (sending && !leaving) return;
    sending = true;
    try {
      await kept.send((taken, answer) => {
        if (!taken) { show("failed", answer.error || form.dataset.refused); return; }
        if (typeof answer.seconds_left === "number") document.dispatchEvent(new CustomEvent("time-left", { detail: answer.seconds_left }));
        if (kept.isEmpty()) show("saved", form.dataset.saved.replace("TIME", answer.saved_at));
      });
    } catch (error) {
      show("waiting", kept.why(error, form.dataset));
    } finally {
      sending = false;
    }
    if (!leaving && !kept.isEmpty() && navigator.onLine) setTimeout(send, 5000);
  };

  // Of the last change on this page; 0: what it shows is what the server has.
  let counter = 0;
  // Typed within the last second and not kept yet.
  let isFresh = false;
  const keep = () => { isFresh = false; counter = kept.put(position, form.dataset.url, chosen()); };
  // What was said of the answer before is not said of this one.
  const forget = () => {
    const verdict = form.querySelector(".verdict");
    if (!verdict) return;
    verdict.remove();
    form.querySelector(".quiz-main").classList.remove("wrong");
    const [check, next] = ["check", "next"].map((go) => form.querySelector(`.quiz-foot [value=${go}]`));
    [check.className, next.className] = ["button primary", "button secondary"];
    document.querySelector("button[form=answer-form]").value = "check";
  };
  const waiting = kept.at(position);
  if (waiting) { fill(waiting.values); counter = waiting.counter; forget(); }
  let typing;
  form.addEventListener("input", (event) => {
    clearTimeout(typing);
    isFresh = isFresh || (isAnswer(event.target.name) && !isTick(event.target));
    if (!isTick(event.target)) typing = setTimeout(() => event.target.dispatchEvent(new Event("change", { bubbles: true })), 1000);
  });
  form.addEventListener("change", (event) => {
    if (!isAnswer(event.target.name)) return;
    clearTimeout(typing);
    keep();
    forget();
    localStorage.setItem(`${kept.store}:tab`, tab);
    show("saving", form.dataset.sending);
    send(false);
  });
  // The page that is left carries its answer under the same counter; what waits is let go when the next page is told.
  const hidden = (name) => { const field = document.createElement("input"); field.type = "hidden"; field.name = name; form.append(field); return field; };
  const [deviceField, counterField] = [hidden("device"), hidden("counter")];
  form.addEventListener("submit", (event) => {
    if (isFresh || (!counter && differs())) keep();
    // On a phone the line of the saving lies below the button: that nothing opens is said above it too.
    if (!navigator.onLine) { event.preventDefault(); show("waiting", form.dataset.offline); toast(form.dataset.offline); return; }
    // Sent from here, practice would leave out what waits of other questions: the summary sends that first.
    if (form.dataset.ends !== undefined && event.submitter.value === "next" && kept.hasOthers(position)) event.submitter.value = "summary";
    deviceField.value = kept.device;
    counterField.value = counter;
  });
  const tab = String(Math.random());
  localStorage.setItem(`${kept.store}:tab`, tab);
  window.addEventListener("storage", (event) => {
    if (event.key !== `${kept.store}:tab` || !event.newValue || event.newValue === tab) return;
    show("waiting", form.dataset.elsewhere);
    Array.from(form.elements).forEach((part) => { part.disabled = true; });
  });
  window.addEventListener("online", () => { document.querySelectorAll(".toast").forEach((box) => box.remove()); if (kept.isEmpty()) show(...settled); else send(false); });
  window.addEventListener("offline", () => show("waiting", kept.isEmpty() ? form.dataset.offline : form.dataset.waiting));
  const leave = () => { if (isFresh) keep(); send(true); };
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); else send(false); });
  window.addEventListener("pagehide", leave);
  send(false);
});

// Sends what waits on this device from the pages around the questions: the summary, the result, the way in.
behaviour("unsent", (box) => {
  const kept = keptAnswers(box.dataset.attempt);
  const line = box.querySelector("[data-save-state]");
  const show = (kind, text) => { box.hidden = false; saveState(line, kind, text); };

  const send = async () => {
    if (kept.isEmpty()) return;
    let refused = "";
    show("saving", box.dataset.sending);
    try {
      await kept.send((taken, answer) => { if (!taken) refused = answer.error || box.dataset.refused; });
    } catch (error) {
      show("waiting", kept.why(error, box.dataset));
      if (navigator.onLine) setTimeout(send, 5000);
      return;
    }
    if (refused) show("failed", refused); else location.reload();
  };

  // Nothing is handed in while answers wait here: they would be left out.
  document.querySelectorAll("form[data-hands-in]").forEach((form) => form.addEventListener("submit", (event) => {
    if (kept.isEmpty() && navigator.onLine) return;
    event.preventDefault();
    if (kept.isEmpty()) show("waiting", box.dataset.offline); else send();
  }));
  window.addEventListener("online", () => { if (kept.isEmpty()) box.hidden = true; else send(); });
  send();
});
