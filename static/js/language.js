// The language changes without loss: what was typed stays, and a page that answered a form
// is asked for again. Passwords, codes, files and whatever must not be remembered
// (autocomplete="off": ID numbers) are never kept.
const KEY = "kept-for-language";
const form = document.querySelector("form.language");

const mine = (field) =>
  field.name &&
  field.name !== "csrf_token" &&
  !["password", "file", "submit", "button"].includes(field.type) &&
  !["off", "one-time-code", "current-password", "new-password"].includes(
    field.autocomplete,
  );

const posting = () =>
  [...document.querySelectorAll("main form[method=post]")].filter(
    (one) => !one.matches(".button-form"),
  );

const where = (one) => one.getAttribute("action") || location.pathname;

function keep() {
  const forms = posting().map((one) => [
    where(one),
    [...one.elements]
      .filter(mine)
      .map((field) => [field.name, field.type, field.value, field.checked]),
  ]);
  sessionStorage.setItem(KEY, JSON.stringify(forms));
}

function restore() {
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  const forms = new Map(JSON.parse(kept ?? "[]"));
  for (const one of posting()) {
    for (const [name, type, value, checked] of forms.get(where(one)) ?? []) {
      const same = [...one.elements].filter((f) => f.name === name && mine(f));
      const field = ["radio", "checkbox"].includes(type)
        ? same.find((f) => f.value === value)
        : same[0];
      if (!field) continue;
      if (field.type === "radio" || field.type === "checkbox") field.checked = checked;
      else field.value = value;
    }
  }
}

async function again(event, asked) {
  event.preventDefault();
  const body = new FormData(form, event.submitter);
  try {
    await fetch(form.action, { method: "POST", body, redirect: "manual" });
  } catch {
    return form.submit();
  }
  const step = document.createElement("input");
  [step.type, step.name, step.value] = ["hidden", "step", asked.dataset.again];
  asked.append(step);
  asked.submit();
}

form?.addEventListener("submit", (event) => {
  const asked = document.querySelector("form[data-again]");
  if (asked) return again(event, asked);
  keep();
});
try {
  restore();
} catch {
  sessionStorage.removeItem(KEY);
}
