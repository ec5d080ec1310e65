// Shows and hides what is typed in a password field.
behaviour("show-password", (button) => {
  const input = document.getElementById(button.getAttribute("aria-controls"));
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    button.querySelector("span").textContent = shown ? button.dataset.show : button.dataset.hide;
    input.focus();
  });
});
