// Sends the lesson's form with a progress bar; without this script the form posts itself.
const form = document.querySelector("[data-upload]");
if (form) form.addEventListener("submit", send);

function send(event) {
  const file = form.querySelector("input[type=file]")?.files[0];
  if (!file) return;
  event.preventDefault();
  const state = form.querySelector("[data-upload-state]");
  const [bar, words] = [state.querySelector("progress"), state.querySelector("span")];
  const button = form.querySelector("button[type=submit]");
  state.hidden = false;
  button.disabled = true;

  const request = new XMLHttpRequest();
  request.open("POST", form.action || location.href);
  request.setRequestHeader("Accept", "application/json");
  request.upload.addEventListener("progress", (e) => {
    const percent = Math.round((100 * e.loaded) / e.total);
    bar.value = percent;
    words.textContent =
      percent < 100
        ? form.dataset.wordsSending.replace("{percent}", percent)
        : form.dataset.wordsChecking;
  });
  request.addEventListener("load", () => {
    let told = {};
    try {
      told = JSON.parse(request.responseText);
    } catch {
      /* the form came back as a page */
    }
    if (request.status === 200 && told.next) {
      location.assign(told.next);
      return;
    }
    button.disabled = false;
    words.textContent = told.detail || form.dataset.wordsFailed;
  });
  request.addEventListener("error", () => {
    button.disabled = false;
    words.textContent = form.dataset.wordsFailed;
  });
  request.send(new FormData(form));
}
