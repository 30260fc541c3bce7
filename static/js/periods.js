// A specialty's dates tick its box; taking the tick away takes the dates away.
for (const row of document.querySelectorAll("[data-period]")) {
  const box = row.querySelector("input[type=checkbox]");
  const days = [...row.querySelectorAll("input[type=date]")];
  row.addEventListener("change", (event) => {
    if (event.target !== box) box.checked = days.some((day) => day.value);
    else if (!box.checked) for (const day of days) day.value = "";
  });
}
