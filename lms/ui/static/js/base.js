// A behaviour is bound to elements by data-module="name other-name". Pages work without any of them.
const behaviours = {};
function behaviour(name, start) { behaviours[name] = start; }
function startBehaviours(root) {
  root.querySelectorAll("[data-module]").forEach((element) => {
    element.dataset.module.split(" ").forEach((name) => {
      const started = "started" + name.replace(/-/g, "");
      if (behaviours[name] && !element.dataset[started]) {
        element.dataset[started] = "1";
        behaviours[name](element);
      }
    });
  });
}
function csrfToken() {
  const field = document.querySelector('input[name="csrf_token"]');
  return field ? field.value : "";
}
