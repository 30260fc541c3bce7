// Adds up what is typed, for the eye alone: the house counts again.
const form = document.querySelector("[data-quote]");
const sum = form?.querySelector("[data-sum]");

function add() {
  let total = 0;
  for (const field of form.querySelectorAll("input[data-unit]")) {
    const seats = /^\d{1,5}$/.test(field.value.trim()) ? Number(field.value) : 0;
    total += seats * Number(field.dataset.unit);
  }
  sum.hidden = total === 0;
  const yuan = (total / 100).toLocaleString("zh-CN", {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  sum.querySelector("strong").textContent = `¥${yuan}`;
}

if (form && sum) {
  form.addEventListener("input", add);
  add();
}
