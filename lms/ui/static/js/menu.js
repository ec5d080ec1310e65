// The staff's menu on a phone: Esc closes it and gives the focus back to its button.
behaviour("menu", (menu) => {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});
