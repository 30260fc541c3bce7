// One question at a time, with a map of all. Without script the paper is one long list.

export function paged(form) {
  const places = [...form.querySelectorAll("[data-place]")];
  const map = form.querySelector(".paper-map");
  const sheet = form.querySelector("[data-exam-map]");
  const steps = form.querySelector("[data-exam-steps]");
  let now = 0;

  const answered = (question) => question.querySelector("input:checked") !== null;
  const unanswered = () => places.findIndex((one) => !answered(one));

  function fold(open) {
    map.classList.toggle("open", open);
    sheet.setAttribute("aria-expanded", String(open));
  }

  function marked() {
    const last = now === places.length - 1;
    form.classList.toggle("at-end", last || unanswered() < 0);
    steps.querySelector("[data-exam-step='-1']").disabled = now === 0;
    steps.querySelector("[data-exam-step='1']").disabled = last;
  }

  function show(next, moved = true) {
    now = Math.min(Math.max(next, 0), places.length - 1);
    places.forEach((one, i) => (one.hidden = i !== now));
    const place = places[now].dataset.place;
    map.querySelectorAll("[data-go]").forEach((a) => {
      if (a.dataset.go === place) a.setAttribute("aria-current", "true");
      else a.removeAttribute("aria-current");
    });
    marked();
    fold(false);
    if (!moved) return;
    history.replaceState(null, "", `#q${place}`);
    places[now].focus({ preventScroll: true });
    places[now].scrollIntoView({ block: "start" });
  }

  const at = (place) => places.findIndex((one) => one.dataset.place === place);

  form.addEventListener("click", (event) => {
    const go = event.target.closest("[data-go]");
    const step = event.target.closest("[data-exam-step]");
    if (go) {
      event.preventDefault();
      show(at(go.dataset.go));
    } else if (step) show(now + Number(step.dataset.examStep));
    else if (event.target.closest("[data-exam-map]")) {
      fold(!map.classList.contains("open"));
    } else if (!event.target.closest(".paper-map")) fold(false);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !map.classList.contains("open")) return;
    fold(false);
    sheet.focus();
  });
  form.addEventListener("change", marked);
  window.addEventListener("hashchange", () => {
    const next = at(location.hash.slice(2));
    if (next >= 0) show(next);
  });

  form.classList.add("paged");
  sheet.hidden = steps.hidden = false;
  const begun = at(location.hash.slice(2));
  show(begun >= 0 ? begun : Math.max(unanswered(), 0), false);
  return { open: () => show(Math.max(unanswered(), 0)) };
}
