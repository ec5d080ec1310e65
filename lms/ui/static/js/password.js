// Shows and hides what is typed in a password field.
behaviour("show-password", (button) => {
  const field = document.getElementById(button.getAttribute("aria-controls"));
  const words = button.querySelector("span");
  const show = (visible) => {
    field.type = visible ? "text" : "password";
    button.setAttribute("aria-pressed", String(visible));
    words.textContent = visible ? button.dataset.hide : button.dataset.show;
  };
  button.hidden = false;
  button.addEventListener("click", () => show(field.type === "password"));
  field.form.addEventListener("submit", () => show(false));
});
