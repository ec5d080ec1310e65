// The line that says whether an answer is stored: "saving", "saved", "waiting" (not sent, trying again), "failed".
function saveState(element, state, text) {
  element.dataset.state = state;
  element.querySelector("span").textContent = text;
}

// A short message, polite, never the only one: the page says the same in its own place.
function toast(text) {
  let box = document.querySelector(".toast");
  if (!box) {
    box = document.createElement("p");
    box.className = "toast";
    box.setAttribute("role", "status");
    document.body.append(box);
  }
  box.textContent = text;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => box.remove(), 6000);
}
