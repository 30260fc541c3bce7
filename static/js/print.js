// [data-print]: a button that prints the page; hidden where nothing would come of it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
