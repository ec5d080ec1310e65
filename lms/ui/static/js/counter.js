// Letters left in a text field; said to assistive technology only when few are left.
behaviour("counter", (line) => {
  const field = document.getElementById(line.dataset.for);
  const most = Number(line.dataset.max);
  const words = line.textContent;
  const show = () => {
    const used = field.value.length;
    line.textContent = used ? `${used} / ${most}` : words;
    line.setAttribute("aria-live", most - used < 20 ? "polite" : "off");
  };
  field.addEventListener("input", show);
  if (field.value) show();
});
