// form[data-confirm="words"] asks first; [data-dialog="id"] opens <dialog id>.
// What a page must count before it asks, it asks by `ask`: no page uses the browser's own.
const WORDS = document.documentElement.lang.startsWith("zh")
  ? { yes: "确定", no: "取消" }
  : { yes: "Yes", no: "Cancel" };

const button = (label, cls, value) => {
  const made = document.createElement("button");
  made.className = `button ${cls}`;
  made.value = value;
  made.textContent = label;
  return made;
};

export const ask = (words, answers = WORDS) =>
  new Promise((answer) => {
    const dialog = document.createElement("dialog");
    const text = document.createElement("p");
    const form = document.createElement("form");
    text.textContent = words;
    text.id = "dialog-words";
    dialog.setAttribute("aria-labelledby", text.id);
    form.method = "dialog";
    form.className = "actions";
    form.append(button(answers.no, "", "no"), button(answers.yes, "primary", "yes"));
    dialog.append(text, form);
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.confirm || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { submitter } = event;
  if (!(await ask(form.dataset.confirm))) return;
  form.dataset.confirmed = "yes";
  form.requestSubmit(submitter);
  delete form.dataset.confirmed;
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (!opener) return;
  event.preventDefault();
  document.getElementById(opener.dataset.dialog)?.showModal();
});
