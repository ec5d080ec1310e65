// Keeps what is typed in a form through a change of language or a lost page; never a password or a hidden field,
// but the version it was opened with: of two people who change one thing, the second must still be told.
// The key is the path without its language and the form's own action, so that both languages share the draft.
function draftFields(form) {
  const skipped = ["password", "hidden", "submit", "button", "file"];
  return Array.from(form.elements).filter(
    (field) => field.name === "version" || (field.name && !skipped.includes(field.type)),
  );
}

function draftValues(form) {
  const values = {};
  draftFields(form).forEach((field) => {
    const ticked = field.type === "checkbox" || field.type === "radio";
    if (ticked && !field.checked) return;
    (values[field.name] = values[field.name] || []).push(field.value);
  });
  return values;
}

function restoreDraft(form, values) {
  draftFields(form).forEach((field) => {
    const kept = values[field.name];
    if (field.type === "checkbox" || field.type === "radio") field.checked = Boolean(kept && kept.includes(field.value));
    else if (kept) field.value = kept[0];
  });
}

function draftPath(address) {
  return new URL(address, location.href).pathname.replace(/\/(ar|fr)(?=\/)/, "");
}

function draftKey(form) {
  return `draft:${draftPath(location.href)}:${draftPath(form.getAttribute("action") || location.href)}`;
}

// data-keep: the draft outlives the sending, for a sign-in that expired or a server that could not answer; with "ok"
// until a page reports success, else until a page with "draft-done" says that all is stored.
behaviour("draft", (form) => {
  const key = draftKey(form);
  const stored = sessionStorage.getItem(key);
  // A form that comes back with errors already holds what was typed.
  if (stored && !document.querySelector("[aria-invalid], .error-summary")) restoreDraft(form, JSON.parse(stored));
  form.addEventListener("input", () => sessionStorage.setItem(key, JSON.stringify(draftValues(form))));
  form.addEventListener("submit", () => {
    if (!form.dataset.keep) sessionStorage.removeItem(key);
    if (form.dataset.keep === "ok") sessionStorage.setItem("draft-sent", key);
  });
});

behaviour("draft-done", (page) => {
  const path = draftPath(page.dataset.of);
  sessionStorage.removeItem(`draft:${path}:${path}`);
});

// Before any form is filled again: what was sent last has arrived.
if (document.querySelector(".notices .notice.ok")) {
  sessionStorage.removeItem(sessionStorage.getItem("draft-sent") || "");
  sessionStorage.removeItem("draft-sent");
}
