// Number keys give points to the criterion that has the focus, else to the next empty one; never while somebody types.
// They can be switched off, and stay off on this device.
behaviour("points-by-keys", (form) => {
  const rows = Array.from(form.querySelectorAll("fieldset.points"));
  const label = form.querySelector(".keys");
  if (!label || !rows.length) return;
  const tick = label.querySelector("input");
  label.hidden = false;
  tick.checked = localStorage.getItem("points-by-keys") !== "off";
  tick.addEventListener("change", () => localStorage.setItem("points-by-keys", tick.checked ? "on" : "off"));
  const empty = () => rows.find((row) => !row.querySelector("input:checked"));
  document.addEventListener("keydown", (event) => {
    if (!tick.checked || !/^[0-9]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input:not([type=radio], [type=checkbox]), textarea, select")) return;
    const row = event.target.closest("fieldset.points") || empty();
    const button = row && row.querySelector(`input[value="${event.key}"]`);
    if (!button) return;
    event.preventDefault();
    button.checked = true;
    button.dispatchEvent(new Event("input", { bubbles: true }));
    const next = empty();
    (next ? next.querySelector("input") : form.querySelector("button.primary")).focus();
  });
});

// A kept sentence goes to the end of the comment at once.
behaviour("snippets", (form) => {
  const comment = form.querySelector("textarea");
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button.snippet");
    if (!button) return;
    event.preventDefault();
    comment.value = [comment.value.trimEnd(), button.dataset.text].filter(Boolean).join("\n");
    comment.dispatchEvent(new Event("input", { bubbles: true }));
    comment.focus();
  });
});
