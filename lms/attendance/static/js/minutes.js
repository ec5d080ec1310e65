// The box of minutes is shown where the status takes them; hidden, it is not sent: what stood there is there again.
behaviour("status-minutes", (form) => {
  const box = form.querySelector('[name="minutes"]');
  const field = box.closest(".field");
  const taking = form.dataset.taking.split(" ");
  const show = () => {
    const status = form.elements.status ? form.elements.status.value : "";
    const isShown = taking.includes(status.split("-")[0]) || field.classList.contains("invalid");
    field.hidden = box.disabled = !isShown;
  };
  form.addEventListener("change", show);
  // A page that comes back from the browser's memory keeps what was chosen.
  window.addEventListener("pageshow", show);
  show();
});
