// Loads a page again while something moves on it: [data-again] says after how many seconds.
const moving = document.querySelector("[data-again]");
if (moving) {
  const again = () => {
    if (document.visibilityState === "visible") location.reload();
    else document.addEventListener("visibilitychange", again, { once: true });
  };
  setTimeout(again, Number(moving.dataset.again) * 1000);
}
