// The one-inch frame: choose a picture, move and scale it, send only what the frame shows.
const WIDE = 295, HIGH = 413, SCALE = 3;

for (const root of document.querySelectorAll("[data-crop]")) frame(root);

function frame(root) {
  const input = root.querySelector("input[type=file]");
  const stage = root.querySelector("[data-crop-stage]");
  const view = root.querySelector("[data-crop-view]");
  const zoom = root.querySelector("[data-crop-zoom]");
  const framed = root.querySelector("[data-crop-framed]");
  const pen = view.getContext("2d");
  let picture = null, across = 0.5, down = 0.5, touched = false;

  input.addEventListener("change", async () => {
    picture = await opened(input.files[0]);
    stage.hidden = picture === null;
    [across, down, touched, zoom.value] = [0.5, 0.5, false, 100];
    framed.value = "";
    draw();
  });
  zoom.addEventListener("input", () => { touched = true; draw(); });
  view.addEventListener("pointermove", (event) => {
    if (!event.buttons || !picture) return;
    const shown = view.getBoundingClientRect().width / WIDE;
    move(-event.movementX / shown, -event.movementY / shown);
  });
  view.addEventListener("pointerdown", (event) => view.setPointerCapture(event.pointerId));
  view.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [6, 0], ArrowRight: [-6, 0], ArrowUp: [0, 6], ArrowDown: [0, -6] }[event.key];
    const more = { "+": 10, "=": 10, "-": -10 }[event.key];
    if (!step && !more) return;
    event.preventDefault();
    if (more) zoom.value = Number(zoom.value) + more;
    move(...(step || [0, 0]));
  });

  input.form.addEventListener("submit", async (event) => {
    if (!picture || !touched || framed.value) return;
    event.preventDefault();
    const big = Object.assign(document.createElement("canvas"), { width: WIDE * SCALE, height: HIGH * SCALE });
    paint(big.getContext("2d"), SCALE);
    const blob = await new Promise((done) => big.toBlob(done, "image/jpeg", 0.92));
    const carrier = new DataTransfer();
    carrier.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
    input.files = carrier.files;
    framed.value = "1";
    input.form.requestSubmit();
  });

  function move(dx, dy) {
    const { size, least } = measure();
    across = clamp(across + dx / (size * picture.width), least[0]);
    down = clamp(down + dy / (size * picture.height), least[1]);
    touched = true;
    draw();
  }

  function measure() {
    const size = Math.max(WIDE / picture.width, HIGH / picture.height) * zoom.value / 100;
    return { size, least: [WIDE / size / picture.width / 2, HIGH / size / picture.height / 2] };
  }

  function paint(brush, scale) {
    const { size, least } = measure();
    [across, down] = [clamp(across, least[0]), clamp(down, least[1])];
    brush.fillStyle = "#fff";
    brush.fillRect(0, 0, WIDE * scale, HIGH * scale);
    brush.drawImage(picture,
      (WIDE / 2 - across * picture.width * size) * scale, (HIGH / 2 - down * picture.height * size) * scale,
      picture.width * size * scale, picture.height * size * scale);
  }

  function draw() {
    if (!picture) return;
    paint(pen, 1);
    pen.strokeStyle = "#1f5fbf";
    pen.lineWidth = 2;
    pen.setLineDash([7, 6]);
    pen.beginPath();
    pen.ellipse(WIDE / 2, HIGH * 0.44, WIDE * 0.29, HIGH * 0.28, 0, 0, Math.PI * 2);
    pen.stroke();
  }
}

function clamp(value, least) {
  return Math.min(1 - least, Math.max(least, value));
}

async function opened(file) {
  if (!file) return null;
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null; // The server will say what is wrong with it.
  }
}
