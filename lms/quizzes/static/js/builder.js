// Helps of the builder; without them every button and field still works.

// Chosen here, drawn anew by the server: the type of a question decides which fields there are.
behaviour("redraw", (select) => {
  select.addEventListener("change", () => {
    const button = document.createElement("button");
    Object.assign(button, { name: "do", value: "redraw", hidden: true });
    select.form.append(button);
    button.click();
  });
});

// Bold, emphasis and lists for the field that was written in last, and how it will look.
behaviour("marks", (bar) => {
  const form = document.getElementById(bar.dataset.of);
  const shown = bar.querySelector(".shown");
  let field = null;
  bar.hidden = false;
  const show = () => {
    shown.replaceChildren(...(field && /[*]|^- /m.test(field.value) ? markedNodes(field.value) : []));
    if (field) { shown.lang = field.lang; shown.dir = field.dir; }
  };
  form.addEventListener("focusin", (event) => {
    if (!event.target.matches("textarea")) return;
    field = event.target;
    show();
  });
  form.addEventListener("input", show);
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button || !field) return;
    const mark = button.dataset.mark;
    const { selectionStart: start, selectionEnd: end, value } = field;
    const text = value.slice(start, end);
    const whole = mark === "- " ? (text || "").split("\n").map((line) => `- ${line}`).join("\n") : `${mark}${text}${mark}`;
    field.focus();
    insertText(field, whole);
    if (!text) field.setSelectionRange(start + mark.length, start + mark.length);
  });
  // What Word or a page puts on the clipboard comes in as text with the few marks that are kept.
  form.addEventListener("paste", (event) => {
    const html = event.clipboardData && event.clipboardData.getData("text/html");
    if (!html || !event.target.matches("textarea")) return;
    const text = markdownOf(new DOMParser().parseFromString(html, "text/html").body);
    if (!text.trim()) return;
    event.preventDefault();
    insertText(event.target, text.trim());
  });
});

function insertText(field, text) {
  // The browser's own insertion can be undone with its own keys.
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function markdownOf(node) {
  let text = "";
  node.childNodes.forEach((child) => {
    if (child.nodeType === Node.TEXT_NODE) { text += child.data.replace(/\s+/g, " "); return; }
    if (child.nodeType !== Node.ELEMENT_NODE || child.matches("style, script, head, title, meta, link, xml")) return;
    const inner = markdownOf(child);
    const heavy = child.matches("b, strong") && child.style.fontWeight !== "normal" || Number(child.style.fontWeight) > 500 || child.style.fontWeight === "bold";
    if (child.matches("br")) text += "\n";
    else if (child.matches("li")) text += `- ${inner.trim()}\n`;
    else if (child.matches("p, div, h1, h2, h3, h4, h5, h6, tr, ul, ol")) text += `${inner.trim()}\n`;
    else if (!inner.trim()) text += inner;
    else if (heavy) text += `**${inner.trim()}**${/\s$/.test(inner) ? " " : ""}`;
    else if (child.matches("i, em") || child.style.fontStyle === "italic") text += `*${inner.trim()}*${/\s$/.test(inner) ? " " : ""}`;
    else text += inner;
  });
  return text;
}

function markedNodes(text) {
  const inline = (line) => line.split(/(\*\*[^*]+\*\*|\*[^*]+\*)/).map((part) => {
    const strong = part.length > 4 && part.startsWith("**");
    if (!strong && !(part.length > 2 && part.startsWith("*") && part.endsWith("*"))) return document.createTextNode(part);
    const element = document.createElement(strong ? "strong" : "em");
    element.textContent = strong ? part.slice(2, -2) : part.slice(1, -1);
    return element;
  });
  return text.split("\n").flatMap((line) => {
    const element = document.createElement("div");
    element.append(...inline(line.replace(/^- /, "• ")));
    return [element];
  });
}

// Texts typed and not saved stay on the device, through an expired sign-in too; the page offers them again.
behaviour("kept-text", (form) => {
  const key = draftKey(form);
  const values = () => Array.from(new FormData(form)).filter(([name, value]) => typeof value === "string" && name !== "csrf_token" && name !== "do");
  const now = () => JSON.stringify(values());
  const first = now();
  const kept = sessionStorage.getItem(key);
  const sent = sessionStorage.getItem(`${key}:sent`);
  // Drawn anew from what was sent: this is what is kept from now on. Saved though it cannot be published: nothing is.
  if (form.dataset.saved) ["/questions/new", draftPath(location.href)].forEach((path) => sessionStorage.removeItem(`draft:${path}:${path}`));
  else if (form.dataset.typed && (!kept || kept === sent)) sessionStorage.setItem(key, first);
  else if (kept && kept !== first) offer(JSON.parse(kept));
  form.addEventListener("input", () => sessionStorage.setItem(key, now()));
  form.addEventListener("submit", () => {
    sessionStorage.setItem(key, now());
    sessionStorage.setItem(`${key}:sent`, now());
    sessionStorage.setItem("draft-sent", key);
  });

  function offer(old) {
    const notice = document.createElement("div");
    notice.className = "notice warn";
    const line = document.createElement("p");
    line.textContent = form.dataset.restore;
    const button = (text, act) => {
      const one = document.createElement("button");
      Object.assign(one, { type: "button", className: "button secondary compact", textContent: text });
      one.addEventListener("click", act);
      return one;
    };
    const back = () => {
      const copy = document.createElement("form");
      copy.method = "post";
      copy.hidden = true;
      [...old, ["csrf_token", csrfToken()], ["do", "redraw"]].forEach(([name, value]) => {
        const field = document.createElement("textarea");
        field.name = name;
        field.value = value;
        copy.append(field);
      });
      document.body.append(copy);
      copy.submit();
    };
    notice.append(line, button(form.dataset.yes, back), button(form.dataset.no, () => { sessionStorage.removeItem(key); notice.remove(); }));
    form.prepend(notice);
    notice.scrollIntoView({ block: "center" });
  }
});

// The checks follow what is typed: the server draws the page anew without storing it, its panel and counters are taken.
behaviour("live-checks", (form) => {
  let timer = 0;
  let isAsking = false;
  const parts = () => document.querySelectorAll("[data-live]");
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 1500);
  };
  const show = (page) => parts().forEach((part) => {
    const drawn = page.querySelector(`[data-live="${part.dataset.live}"]`);
    if (!drawn) return;
    // Somebody stands on a link there: it is drawn anew once they have gone.
    if (part.contains(document.activeElement)) part.addEventListener("focusout", later, { once: true });
    else part.replaceChildren(...drawn.childNodes);
  });
  async function ask() {
    if (isAsking) { later(); return; }
    const body = new FormData(form);
    // Another type is drawn by the whole page; a picture is looked at when it is stored.
    if (body.get("type") !== body.get("shown_type")) return;
    body.delete("picture");
    body.set("do", "redraw");
    isAsking = true;
    try {
      const answer = await fetch(location.href, { method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(20000) });
      if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // Offline or signed out: what was said last stays.
    } finally {
      isAsking = false;
    }
  }
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => clearTimeout(timer));
});

// J and K go through the lines of a list, Enter opens, X ticks; never while somebody types.
behaviour("rows-by-keys", (form) => {
  const rows = Array.from(form.querySelectorAll("tbody tr"));
  let at = -1;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=checkbox]), textarea, select")) return;
    const step = { j: 1, k: -1 }[event.key];
    if (step) at = Math.min(Math.max(at + step, 0), rows.length - 1);
    else if (event.key !== "x" || at < 0) return;
    if (event.key === "x") rows[at].querySelector("input").click();
    else rows[at].querySelector("a").focus();
    event.preventDefault();
  });
});

// A link of the checks opens the language that its field is written in.
behaviour("builder-links", (page) => {
  page.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const side = field && field.closest(".side");
    if (!side) return;
    document.getElementById(side.classList.contains("second") ? "side-second" : "side-first").checked = true;
    setTimeout(() => field.focus(), 0);
  });
});

// Points and sections are stored as they are chosen, so that no other button loses them.
behaviour("send-on-change", (form) => form.addEventListener("change", () => form.requestSubmit()));
