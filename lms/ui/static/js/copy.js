// Copies a text and says so.
behaviour("copy", (button) => {
  if (!navigator.clipboard) return;
  const words = button.querySelector("span");
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.clipboard.writeText(button.dataset.text).then(() => {
      words.textContent = button.dataset.done;
    });
  });
});
