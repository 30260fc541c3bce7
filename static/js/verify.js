// Drop a certificate's file on the form: [data-verify-drop] takes it and sends itself.

for (const form of document.querySelectorAll("[data-verify-drop]")) {
  const input = form.querySelector('input[type="file"]');
  const lit = (on) => form.classList.toggle("dropping", on);

  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    lit(true);
  });
  form.addEventListener("dragleave", () => lit(false));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    lit(false);
    if (event.dataTransfer.files.length !== 1) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}
