// Keeps what is typed in a form through a change of language or a lost page; never a password or a hidden field.
// The key is the path without its language and the form's own action, so that both languages share the draft.
function draftFields(form) {
  const skipped = ["password", "hidden", "submit", "button", "file"];
  return Array.from(form.elements).filter((field) => field.name && !skipped.includes(field.type));
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

behaviour("draft", (form) => {
  const path = (address) => new URL(address, location.href).pathname.replace(/\/(ar|fr)(?=\/)/, "");
  const key = `draft:${path(location.href)}:${path(form.getAttribute("action") || location.href)}`;
  const stored = sessionStorage.getItem(key);
  // A form that comes back with errors already holds what was typed.
  if (stored && !form.querySelector("[aria-invalid]")) restoreDraft(form, JSON.parse(stored));
  form.addEventListener("input", () => sessionStorage.setItem(key, JSON.stringify(draftValues(form))));
  form.addEventListener("submit", () => sessionStorage.removeItem(key));
});
