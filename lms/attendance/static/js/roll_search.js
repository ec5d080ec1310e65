// The same folding as the server's (lms/core/text.py, fold): a browser test compares them on the same samples.
const foldedLetters = {
  "\u0623": "\u0627", "\u0625": "\u0627", "\u0622": "\u0627", "\u0671": "\u0627",
  "\u0649": "\u064a", "\u0626": "\u064a", "\u06cc": "\u064a", "\u0624": "\u0648", "\u0629": "\u0647", "\u0621": "",
  "\u06ad": "\u0643", "\u06af": "\u0643", "\u06a9": "\u0643",
  "-": " ", "\u2010": " ", "\u2011": " ", "\u2019": " ", "'": " ", "`": " ", "\u00df": "ss", "\u03c2": "\u03c3",
};

function foldText(text) {
  return text.normalize("NFKD").toLowerCase()
    .replace(/\p{Mn}/gu, "")
    .replace(/[\u0640\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, "")
    .replace(/[\u0660-\u0669]/g, (digit) => digit.charCodeAt(0) - 0x660).replace(/[\u06f0-\u06f9]/g, (digit) => digit.charCodeAt(0) - 0x6f0)
    .replace(/./gu, (letter) => (letter in foldedLetters ? foldedLetters[letter] : letter))
    .split(/\s+/).filter(Boolean).join(" ");
}

// Leaves the people whose name or organisation holds every word that was typed; nothing leaves the page.
behaviour("roll-search", (box) => {
  const button = document.querySelector("[data-opens-search]");
  const field = box.querySelector("input");
  const said = box.querySelector("[data-found]");
  const rows = Array.from(document.querySelectorAll("[data-search]"));
  const everyone = document.querySelector('.roll-head [value="everyone"]');
  const filter = () => {
    const words = foldText(field.value).split(" ").filter(Boolean);
    rows.forEach((row) => { row.hidden = !words.every((word) => row.dataset.search.includes(word)); });
    // It would mark those too who are not shown now.
    if (everyone) everyone.hidden = words.length > 0;
    const found = rows.filter((row) => !row.hidden).length;
    const some = found === 1 ? box.dataset.one : box.dataset.many.replace("NUM", found);
    said.textContent = words.length ? (found ? some : box.dataset.none) : "";
  };
  field.addEventListener("input", filter);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
    if (event.key !== "Escape") return;
    field.value = "";
    filter();
    if (button.offsetParent) { box.classList.remove("is-open"); button.setAttribute("aria-expanded", "false"); button.focus(); }
  });
  // Without script the button sends what is typed, and the server looks.
  box.classList.add("scripted");
  button.setAttribute("aria-controls", box.id);
  button.setAttribute("aria-expanded", String(box.classList.contains("is-open")));
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const opens = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(opens));
    box.classList.toggle("is-open", opens);
    if (opens) { field.focus(); return; }
    field.value = "";
    filter();
  });
});
