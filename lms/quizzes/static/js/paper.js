// Enter goes from field to field, and from the last one to the server; without script the server finds the next empty one.
behaviour("enter-moves", (form) => {
  const code = form.querySelector("#code");
  const fields = [code, ...form.querySelectorAll(".entry-grid .input")];
  if (document.activeElement === code) code.select();
  form.addEventListener("keydown", (event) => {
    const place = fields.indexOf(event.target);
    if (event.key !== "Enter" || place < 0 || event.target.matches("textarea") || event.isComposing) return;
    event.preventDefault();
    const save = form.querySelector('button[value="save"]');
    if (fields[place + 1]) fields[place + 1].focus();
    else if (save) form.requestSubmit(save);
  });
  // The name beside the code is that of the row opened: it goes when another code is typed.
  const name = form.querySelector(".entry-name");
  if (name) code.addEventListener("input", () => { name.hidden = code.value.trim().toUpperCase() !== name.dataset.code; });
});

behaviour("print-page", (place) => {
  const button = place.querySelector("button");
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
