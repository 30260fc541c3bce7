// form[data-autosubmit]: a changed select or box sends it; its button stays for no script.
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-autosubmit]")) form.requestSubmit();
});
