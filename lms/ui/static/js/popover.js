// A glossary term opens its entry beside the word; Esc, its button, a second press or a press elsewhere closes it.
// Without script the link leads to the entry at the end of the page.
let openTerm = null;

function closeTerm(giveFocusBack) {
  if (!openTerm) return;
  const { link, box } = openTerm;
  openTerm = null;
  box.remove();
  link.setAttribute("aria-expanded", "false");
  if (giveFocusBack) link.focus();
}

function placeBeside(box, link) {
  const place = link.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  const fromStart = document.dir === "rtl" ? width - place.x - place.width : place.x;
  const start = Math.max(16, Math.min(fromStart, width - box.offsetWidth - 16));
  box.style.setProperty("inset-inline-start", `${start}px`);
  box.style.setProperty("inset-block-start", `${place.bottom + window.scrollY + 8}px`);
}

function openEntry(link, entry) {
  const box = document.createElement("div");
  box.className = "popover";
  box.tabIndex = -1;
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", link.textContent);
  const list = document.createElement(entry.querySelector("dt") ? "dl" : "div");
  list.append(...Array.from(entry.children, (child) => child.cloneNode(true)));
  const close = document.createElement("button");
  close.type = "button";
  close.className = "close";
  close.textContent = "×";
  close.setAttribute("aria-label", link.dataset.close || "×");
  close.addEventListener("click", () => closeTerm(true));
  box.append(list, close);
  document.body.append(box);
  placeBeside(box, link);
  link.setAttribute("aria-expanded", "true");
  openTerm = { link, box };
  box.focus({ preventScroll: true });
}

behaviour("term", (link) => {
  link.setAttribute("role", "button");
  link.setAttribute("aria-expanded", "false");
  link.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    link.click();
  });
  link.addEventListener("click", (event) => {
    const entry = document.getElementById(link.hash.slice(1));
    if (!entry) return;
    event.preventDefault();
    const again = openTerm && openTerm.link === link;
    closeTerm(false);
    if (!again) openEntry(link, entry);
  });
});

document.addEventListener("click", (event) => {
  if (openTerm && !openTerm.box.contains(event.target) && !openTerm.link.contains(event.target)) closeTerm(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeTerm(true);
});
window.addEventListener("resize", () => closeTerm(false));
