// The same place of the same page in the other language: the part on top of the window stays there.
behaviour("language-switch", (link) => {
  link.addEventListener("click", () => {
    const parts = Array.from(document.querySelectorAll("main [id]"));
    const seen = parts.filter((part) => part.offsetParent && part.getBoundingClientRect().top < 120).pop();
    if (seen && window.scrollY > 200) link.hash = seen.id;
  });
});
