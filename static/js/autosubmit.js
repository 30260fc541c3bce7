// form[data-autosubmit]: a changed select or box sends it; its button stays for no script.
// select[data-step]: sends its form as that step, with all that was typed, unchecked.
document.addEventListener("change", (event) => {
  const { form, dataset } = event.target;
  if (form?.matches("[data-autosubmit]")) form.requestSubmit();
  if (!form || !dataset.step) return;
  const step = document.createElement("input");
  [step.type, step.name, step.value] = ["hidden", "step", dataset.step];
  form.append(step);
  form.submit();
});
for (const button of document.querySelectorAll("[data-step-button]")) button.remove();
