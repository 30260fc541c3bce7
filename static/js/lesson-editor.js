// Marks the text of a lesson; without it, authors type the marks.
const form = document.querySelector("[data-lesson]");

function mark(text, tag) {
  const chosen = text.value.slice(text.selectionStart, text.selectionEnd);
  const lines = chosen.split("\n").filter((line) => line.trim());
  const inner =
    tag === "ul"
      ? `\n${(lines.length ? lines : [""]).map((line) => `<li>${line.trim()}</li>`).join("\n")}\n`
      : chosen;
  text.setRangeText(`<${tag}>${inner}</${tag}>`, text.selectionStart, text.selectionEnd, "end");
  text.focus();
}

for (const bar of form?.querySelectorAll("[data-marks]") ?? []) {
  bar.hidden = false;
  const text = document.getElementById(bar.dataset.marks);
  bar.addEventListener("click", (event) => {
    const tag = event.target.closest("[data-mark]")?.dataset.mark;
    if (tag) mark(text, tag);
  });
}
