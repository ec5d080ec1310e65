// Light, dark or as on the device, at once and for the next pages.
behaviour("theme", (group) => {
  group.hidden = false;
  group.addEventListener("click", (event) => {
    const chosen = event.target.closest("button");
    if (!chosen) return;
    document.documentElement.dataset.theme = chosen.value;
    keepChoice("theme", chosen.value);
    group.querySelectorAll("button").forEach((button) => {
      button.setAttribute("aria-pressed", String(button === chosen));
    });
  });
});
