// Keeps what is typed in a form through a change of language or a lost page; never a password. Cleared on sending.
behaviour("draft", (form) => {
  const key = "draft:" + location.pathname.replace(/^\/(ar|fr)\//, "/");
  const fields = () => Array.from(form.elements).filter((field) => field.name && field.type !== "password" && field.type !== "hidden" && field.type !== "submit");
  const stored = sessionStorage.getItem(key);
  if (stored && !form.querySelector("[aria-invalid]")) {
    const values = JSON.parse(stored);
    fields().forEach((field) => {
      if (!(field.name in values)) return;
      if (field.type === "checkbox" || field.type === "radio") field.checked = values[field.name].includes(field.value);
      else if (!field.value) field.value = values[field.name][0] || "";
    });
  }
  form.addEventListener("input", () => {
    const values = {};
    fields().forEach((field) => {
      if ((field.type === "checkbox" || field.type === "radio") && !field.checked) return;
      (values[field.name] = values[field.name] || []).push(field.value);
    });
    sessionStorage.setItem(key, JSON.stringify(values));
  });
  form.addEventListener("submit", () => sessionStorage.removeItem(key));
});
