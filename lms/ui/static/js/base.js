// A behaviour is bound to elements by data-module="name other-name". Every page works without any of them.
const behaviours = {};

function behaviour(name, start) {
  behaviours[name] = start;
}

function startBehaviours(root) {
  root.querySelectorAll("[data-module]").forEach((element) => {
    element.dataset.module.split(" ").forEach((name) => {
      const mark = "started" + name.replace(/-/g, "");
      if (!behaviours[name] || element.dataset[mark]) return;
      element.dataset[mark] = "1";
      behaviours[name](element);
    });
  });
}

function csrfToken() {
  const field = document.querySelector('input[name="csrf_token"]');
  return field ? field.value : "";
}

// Cookies of appearance are read by the server, so that the next page comes right at once.
function keepChoice(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}
