// Questions within a lesson: judged on the server, explained, and asked again.

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
        answered(answer);
      } catch {
        form.querySelector("[data-verdict]").textContent = form.dataset.lost;
      }
      button.disabled = form.dataset.right === "true";
    });
  }
}
