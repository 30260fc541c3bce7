// Sends a material with a progress bar; without this script the form posts itself.
for (const form of document.querySelectorAll("[data-hand-in]")) {
  form.addEventListener("submit", send);
  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => tell(form));
  }
}

function files(form) {
  return [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
}

function tell(form) {
  for (const input of form.querySelectorAll("input[type=file]")) {
    input.classList.toggle("chosen", input.files.length > 0);
  }
  const chosen = files(form);
  if (!chosen.length) return;
  const names = chosen.map((file) => file.name).join("、");
  form.querySelector("[data-chosen]").textContent =
    `${form.dataset.wordsChosen.replace("{count}", chosen.length)} ${names}`;
}

function send(event) {
  const form = event.currentTarget;
  if (!files(form).length) return;
  event.preventDefault();
  const state = form.querySelector("[data-state]");
  const [bar, words] = [state.querySelector("progress"), state.querySelector("span")];
  const button = form.querySelector("button[type=submit]");
  const stop = (said) => {
    button.disabled = false;
    bar.hidden = true;
    state.classList.add("error");
    words.textContent = said || form.dataset.wordsFailed;
  };
  state.hidden = false;
  bar.hidden = false;
  state.classList.remove("error");
  bar.value = 0;
  button.disabled = true;

  const request = new XMLHttpRequest();
  request.open("POST", form.action);
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
      /* a page came back */
    }
    if (request.status === 200 && told.next) {
      location.assign(told.next);
      location.reload();
      return;
    }
    stop([told.detail, ...(told.reasons || [])].filter(Boolean).join(" "));
  });
  request.addEventListener("error", () => stop());
  request.send(new FormData(form));
}
