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

// A question on a line that is dead without saying so is given up, also by browsers without AbortSignal.timeout.
function givesUp(milliseconds) {
  const given = new AbortController();
  setTimeout(() => given.abort(), milliseconds);
  return given.signal;
}

// Cookies of appearance are read by the server, so that the next page comes right at once.
function keepChoice(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}
