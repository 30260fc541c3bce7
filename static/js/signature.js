// A pad for a handwritten signature; what is written goes up as a PNG file.
for (const root of document.querySelectorAll("[data-sign]")) pad(root);

function pad(root) {
  const view = root.querySelector("[data-sign-pad]");
  const input = root.querySelector("input[type=file]");
  const pen = view.getContext("2d");
  let strokes = [], now = null;
  root.querySelector("[data-sign-stage]").hidden = false;

  view.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    view.setPointerCapture(event.pointerId);
    now = [spot(event)];
    strokes.push(now);
    draw();
  });
  view.addEventListener("pointermove", (event) => {
    if (!now) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) now.push(spot(one));
    draw();
  });
  for (const end of ["pointerup", "pointercancel"]) view.addEventListener(end, () => { now = null; });
  root.querySelector("[data-sign-undo]").addEventListener("click", () => { strokes.pop(); draw(); });
  root.querySelector("[data-sign-clear]").addEventListener("click", () => { strokes = []; draw(); });
  input.addEventListener("change", () => { if (input.files.length) { strokes = []; draw(); } });

  input.form.addEventListener("submit", async (event) => {
    if (!strokes.length) return;
    event.preventDefault();
    draw();
    const blob = await new Promise((done) => view.toBlob(done, "image/png"));
    const carrier = new DataTransfer();
    carrier.items.add(new File([blob], "signature.png", { type: "image/png" }));
    input.files = carrier.files;
    strokes = [];
    input.form.requestSubmit();
  });

  function spot(event) {
    const box = view.getBoundingClientRect();
    return [(event.clientX - box.left) * view.width / box.width, (event.clientY - box.top) * view.height / box.height];
  }

  function draw() {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, view.width, view.height);
    pen.strokeStyle = pen.fillStyle = "#111827";
    pen.lineWidth = 8;
    pen.lineCap = pen.lineJoin = "round";
    for (const stroke of strokes) {
      pen.beginPath();
      pen.moveTo(...stroke[0]);
      for (const point of stroke) pen.lineTo(...point);
      if (stroke.length === 1) pen.lineTo(stroke[0][0] + 0.1, stroke[0][1]);
      pen.stroke();
    }
  }
}
