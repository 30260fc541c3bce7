// Every POST form goes once: a second tap while the first is under way does nothing.
const PATIENCE_MS = 5000;

const free = (form) => {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  // A look in a page of its own sends nothing away.
  if (event.submitter?.formTarget) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
  // A download leaves the page where it is: then the form must work again.
  setTimeout(() => free(form), PATIENCE_MS);
});

// Back from the history: the form may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) free(form);
});
