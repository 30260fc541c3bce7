// Marks typed text; without it, authors type the marks, and the preview works all the same.

function put(text, before, inner, after) {
  const from = text.selectionStart;
  text.setRangeText(`${before}${inner}${after}`, from, text.selectionEnd, "end");
  // What is to be typed next is chosen: the words, or the address of a link.
  const at = before.indexOf("https://");
  if (at >= 0) text.setSelectionRange(from + at, from + at + "https://".length);
  else if (!inner) text.setSelectionRange(from + before.length, from + before.length);
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function mark(text, tag) {
  const chosen = text.value.slice(text.selectionStart, text.selectionEnd);
  if (tag === "a") {
    put(text, '<a href="https://">', chosen, "</a>");
    return;
  }
  if (tag === "ul" || tag === "ol") {
    const lines = chosen.split("\n").filter((line) => line.trim());
    const rows = (lines.length ? lines : [""]).map((line) => `<li>${line.trim()}</li>`);
    put(text, `<${tag}>\n`, rows.join("\n"), `\n</${tag}>`);
    return;
  }
  put(text, `<${tag}>`, chosen, `</${tag}>`);
}

for (const bar of document.querySelectorAll("[data-marks]")) {
  bar.hidden = false;
  const text = document.getElementById(bar.dataset.marks);
  bar.addEventListener("click", (event) => {
    const tag = event.target.closest("[data-mark]")?.dataset.mark;
    if (tag) mark(text, tag);
  });
  text.addEventListener("keydown", (event) => {
    const tag = { b: "strong", i: "em", k: "a" }[event.key.toLowerCase()];
    if (!tag || event.altKey || event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    mark(text, tag);
  });
}
