// Copies an address and says so.
behaviour("copy", (button) => {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", () => navigator.clipboard.writeText(button.dataset.text).then(() => { button.querySelector("span").textContent = button.dataset.done; }));
});
