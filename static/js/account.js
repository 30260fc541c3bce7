// Show a password on demand; hold the "send again" button for a minute.
const zh = document.documentElement.lang.startsWith("zh");

for (const input of document.querySelectorAll("input[data-reveal]")) {
  const row = document.createElement("div");
  const button = document.createElement("button");
  row.className = "revealed";
  button.type = "button";
  button.className = "button small";
  input.replaceWith(row);
  row.append(input, button);
  const show = (open) => {
    input.type = open ? "text" : "password";
    button.textContent = open ? (zh ? "隐藏" : "Hide") : zh ? "显示" : "Show";
    button.setAttribute("aria-pressed", String(open));
  };
  button.addEventListener("click", () => show(input.type === "password"));
  // A password is never sent, or kept by the history, as readable text.
  input.form?.addEventListener("submit", () => show(false));
  show(false);
}

for (const form of document.querySelectorAll("form[data-resend]")) {
  const button = form.querySelector("button");
  const words = button.textContent;
  // A page that answers a wrong code goes on counting from when the code was sent.
  const place = `code-sent:${form.getAttribute("action")}`;
  if ("fresh" in form.dataset) sessionStorage.setItem(place, Date.now());
  const until =
    Number(sessionStorage.getItem(place)) + Number(form.dataset.resend) * 1000;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    button.disabled = left > 0;
    button.textContent = left > 0 ? `${words} (${left})` : words;
    if (left > 0) setTimeout(tick, 500);
  };
  tick();
}
