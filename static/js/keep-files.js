// A form with a chosen file is asked first: what is wrong is said at the fields as they
// stand, so that the file need not be chosen again. Without script the form posts itself.
const form = document.querySelector("form[data-keep-files]");
if (form) form.addEventListener("submit", send);

const chosen = () => [...form.querySelectorAll("input[type=file]")].some((one) => one.files.length);

async function send(event) {
  if (!chosen()) return;
  event.preventDefault();
  const buttons = form.querySelectorAll("button[type=submit]");
  buttons.forEach((one) => (one.disabled = true));
  try {
    const body = new FormData(form);
    const headers = { "X-Files-Kept": "1" };
    const reply = await fetch(form.action, { method: "POST", body, headers, redirect: "manual" });
    if (reply.type === "opaqueredirect") return location.assign(form.dataset.next);
    if (reply.status !== 422) throw new Error(String(reply.status));
    judged(new DOMParser().parseFromString(await reply.text(), "text/html"));
  } catch (wrong) {
    if (!(wrong instanceof TypeError)) return form.submit();
    lost();
  }
  buttons.forEach((one) => (one.disabled = false));
}

/** The line is cut: a page of the browser's own would take all that was filled in. */
function lost() {
  const place = document.querySelector("[data-form-errors]");
  const words = document.createElement("p");
  words.className = "notice bad";
  words.setAttribute("role", "alert");
  words.textContent = form.dataset.lost;
  place.replaceChildren(words);
  place.scrollIntoView({ block: "center" });
}

function judged(page) {
  const answer = page.querySelector("form[data-keep-files]");
  const theirs = answer.querySelectorAll(".field");
  form.querySelectorAll(".field").forEach((field, i) => blamed(field, theirs[i]));
  const told = page.querySelector("[data-form-errors]");
  const place = document.querySelector("[data-form-errors]");
  place.replaceChildren(...told.childNodes);
  place.scrollIntoView({ block: "center" });
  form.querySelector("[aria-invalid]")?.focus({ preventScroll: true });
}

function blamed(field, told) {
  field.classList.toggle("wrong", told.classList.contains("wrong"));
  field.querySelector(".error")?.remove();
  const [mine, theirs] = [field, told].map((one) => one.querySelector("input, select, textarea"));
  const error = told.querySelector(".error");
  const place = mine.closest("label") ?? mine;
  if (error) place.before(error);
  for (const name of ["aria-invalid", "aria-describedby"]) {
    const value = theirs.getAttribute(name);
    if (value === null) mine.removeAttribute(name);
    else mine.setAttribute(name, value);
  }
}
