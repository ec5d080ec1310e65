// A glossary term opens its definition beside the word; Esc, a second press or a press elsewhere closes it.
behaviour("term", (link) => {
  let box = null;
  const close = () => {
    if (!box) return;
    box.remove();
    box = null;
    link.setAttribute("aria-expanded", "false");
    document.removeEventListener("click", outside);
    document.removeEventListener("keydown", escape);
  };
  const outside = (event) => { if (box && !box.contains(event.target) && event.target !== link) close(); };
  const escape = (event) => { if (event.key === "Escape") { close(); link.focus(); } };
  link.setAttribute("aria-expanded", "false");
  link.setAttribute("role", "button");
  link.addEventListener("keydown", (event) => { if (event.key === " ") { event.preventDefault(); link.click(); } });
  link.addEventListener("click", (event) => {
    const entry = document.getElementById(link.hash.slice(1));
    if (!entry) return;
    event.preventDefault();
    if (box) { close(); return; }
    box = document.createElement("div");
    box.className = "popover";
    box.setAttribute("role", "status");
    box.append(...Array.from(entry.children, (child) => child.cloneNode(true)));
    document.body.append(box);
    const place = link.getBoundingClientRect();
    const widest = document.documentElement.clientWidth - box.offsetWidth - 16;
    const wanted = document.dir === "rtl" ? place.right - box.offsetWidth : place.left;
    box.style.insetBlockStart = `${place.bottom + window.scrollY + 8}px`;
    box.style.setProperty(document.dir === "rtl" ? "inset-inline-end" : "inset-inline-start", `${Math.max(16, Math.min(wanted, widest))}px`);
    link.setAttribute("aria-expanded", "true");
    document.addEventListener("click", outside);
    document.addEventListener("keydown", escape);
  });
});
