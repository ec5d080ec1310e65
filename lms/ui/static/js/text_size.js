// Smaller and larger text in three steps, kept for the next pages.
behaviour("text-size", (group) => {
  const root = document.documentElement;
  const size = () => Number(root.dataset.text || 0);
  const show = () => {
    group.querySelectorAll("button").forEach((button) => {
      const next = size() + Number(button.dataset.step);
      button.setAttribute("aria-disabled", String(next < 0 || next > 2));
    });
  };
  group.hidden = false;
  group.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    root.dataset.text = String(size() + Number(button.dataset.step));
    keepChoice("text", root.dataset.text);
    show();
  });
  show();
});
