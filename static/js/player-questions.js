// Questions within a lesson: judged on the server, explained, and asked again.
//
// One that belongs to a second of the film is asked at that second; the rest stand below.

async function ask(form) {
  const response = await fetch(form.action, {
    method: "POST",
    credentials: "same-origin",
    headers: { Accept: "application/json" },
    body: new FormData(form),
  });
  return response.json();
}

function show(form, answer) {
  const place = form.querySelector("[data-verdict]");
  const { right, wrong } = place.dataset;
  form.dataset.right = String(answer.right === true);
  place.textContent = answer.detail ?? `${answer.right ? right : wrong} ${answer.explanation ?? ""}`;
  if (!answer.right) return;
  for (const field of form.querySelectorAll("input, button")) field.disabled = true;
}

export function bindQuestions(root, answered) {
  for (const form of root.querySelectorAll("[data-question]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("button");
      button.disabled = true;
      try {
        const answer = await ask(form);
        show(form, answer);
        answered(answer, form);
      } catch {
        form.querySelector("[data-verdict]").textContent = form.dataset.lost;
      }
      button.disabled = form.dataset.right === "true";
    });
  }
}

/** Asks at its second what belongs to one. `stop` and `go` hold and release the film. */
export class AskedOnTheWay {
  constructor(root, { stop, go }) {
    this.dialog = root.querySelector("[data-ask]");
    this.stop = stop;
    this.go = go;
    this.asked = new Set();
    this.forms = [...root.querySelectorAll("[data-question][data-at]")];
    this.dialog?.addEventListener("close", () => this.#home());
    for (const button of this.dialog?.querySelectorAll("[data-ask-later], [data-ask-on]") ?? []) {
      button.addEventListener("click", () => this.dialog.close());
    }
  }

  get open() {
    return this.form != null;
  }

  /** The film has run from one second to another. */
  passed(from, to) {
    if (this.open) return;
    const form = this.forms.find(
      (one) =>
        one.dataset.right !== "true" &&
        !this.asked.has(one) &&
        from < Number(one.dataset.at) &&
        Number(one.dataset.at) <= to,
    );
    if (form) this.#ask(form);
  }

  /** Put the question back in its place without going on. */
  cancel() {
    if (!this.open) return;
    this.held = true;
    this.dialog.close();
  }

  /** A right answer may be read in peace; then the person goes on. */
  answered(form) {
    if (form !== this.form || form.dataset.right !== "true") return;
    this.dialog.querySelector("[data-ask-on]").focus();
  }

  #ask(form) {
    this.form = form;
    this.asked.add(form);
    this.mark = document.createComment("question");
    form.replaceWith(this.mark);
    this.dialog.querySelector("[data-ask-place]").append(form);
    this.stop();
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    this.dialog.showModal();
    form.querySelector("input:not([type=hidden])")?.focus();
  }

  #home() {
    if (!this.form) return;
    this.mark.replaceWith(this.form);
    this.form = null;
    const { held } = this;
    this.held = false;
    if (!held) this.go();
  }
}
