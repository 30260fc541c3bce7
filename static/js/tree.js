// The tree of a draft: chapters and lessons in the order that they are dragged or stepped to.
// Each step is saved at once, with the mark of the order that was looked at.

import { post } from "./csrf.js";

const tree = document.querySelector("[data-tree]");
const said = document.querySelector("[data-tree-said]");
let saving = Promise.resolve();

const chapters = () => [...tree.querySelectorAll("[data-tree-chapter]")];
const lessons = (chapter) => [...chapter.querySelectorAll("[data-tree-lesson]")];
const place = (thing) => {
  if (thing.matches("[data-tree-chapter]")) return String(chapters().indexOf(thing) + 1);
  const chapter = thing.closest("[data-tree-chapter]");
  return `${chapters().indexOf(chapter) + 1}.${lessons(chapter).indexOf(thing) + 1}`;
};
const order = () =>
  chapters().map((chapter) => ({
    chapter: chapter.dataset.treeChapter,
    lessons: lessons(chapter).map((one) => one.dataset.treeLesson),
  }));

function save(thing) {
  saving = saving.then(async () => {
    const body = { seen: tree.dataset.seen, tree: order() };
    const answer = await post(tree.dataset.tree, body).catch(() => null);
    const told = await answer?.json().catch(() => null);
    if (!answer?.ok) {
      said.textContent = told?.detail ?? tree.dataset.lost;
      // What is shown is not what stands: nothing more is moved before the page is new.
      tree.dataset.stale = "true";
      return;
    }
    tree.dataset.seen = told.seen;
    said.textContent = tree.dataset.saved
      .replace("{name}", thing.dataset.name)
      .replace("{place}", place(thing));
  });
}

function tidy() {
  for (const none of tree.querySelectorAll("[data-tree-none]")) {
    none.hidden = Boolean(none.parentElement.querySelector("[data-tree-lesson]"));
  }
}

// -- by keyboard ----------------------------------------------------------------------

function step(thing, down) {
  const chapter = thing.matches("[data-tree-chapter]");
  const all = chapter ? chapters() : lessons(thing.closest("[data-tree-chapter]"));
  const next = all[all.indexOf(thing) + (down ? 1 : -1)];
  if (next) {
    next[down ? "after" : "before"](thing);
    return true;
  }
  if (chapter) return false;
  const rooms = chapters();
  const room = rooms[rooms.indexOf(thing.closest("[data-tree-chapter]")) + (down ? 1 : -1)];
  room?.querySelector("[data-tree-lessons]")[down ? "prepend" : "append"](thing);
  return Boolean(room);
}

function keyed(event) {
  const grip = event.target.closest("[data-grip]");
  const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  if (!grip || !way || event.ctrlKey || event.metaKey || tree.dataset.stale) return;
  event.preventDefault();
  const thing = grip.closest(`[data-tree-${grip.dataset.grip}]`);
  if (!step(thing, way === "down")) return;
  tidy();
  grip.focus();
  save(thing);
}

// -- by pointer -----------------------------------------------------------------------

function over(held, x, y) {
  const kind = held.matches("[data-tree-chapter]") ? "chapter" : "lesson";
  const under = document.elementFromPoint(x, y);
  const found = under?.closest(`[data-tree-${kind}]`);
  if (found && found !== held && tree.contains(found)) {
    const box = found.getBoundingClientRect();
    found[y < box.top + box.height / 2 ? "before" : "after"](held);
    return;
  }
  if (found || kind === "chapter") return;
  const room = under?.closest("[data-tree-chapter]")?.querySelector("[data-tree-lessons]");
  if (room && !room.contains(held)) room.append(held);
}

function held(event) {
  const grip = event.target.closest("[data-grip]");
  if (!grip || event.button !== 0 || tree.dataset.stale) return;
  const thing = grip.closest(`[data-tree-${grip.dataset.grip}]`);
  const before = JSON.stringify(order());
  const old = { parent: thing.parentElement, next: thing.nextElementSibling };
  event.preventDefault();
  grip.focus();
  thing.classList.add("held");
  // The pointer may leave the grip; the page hears it all the same.
  const move = (moved) => {
    over(thing, moved.clientX, moved.clientY);
    if (moved.clientY < 90) window.scrollBy(0, -12);
    if (moved.clientY > window.innerHeight - 60) window.scrollBy(0, 12);
  };
  const end = (ended) => {
    for (const [name, hear] of heard) document.removeEventListener(name, hear);
    thing.classList.remove("held");
    if (ended.type !== "pointerup") old.parent.insertBefore(thing, old.next);
    tidy();
    grip.focus();
    if (JSON.stringify(order()) !== before) save(thing);
  };
  const escape = (key) => {
    if (key.key === "Escape") end(key);
  };
  const heard = [
    ["pointermove", move],
    ["pointerup", end],
    ["pointercancel", end],
    ["keydown", escape],
  ];
  for (const [name, hear] of heard) document.addEventListener(name, hear);
}

if (tree && said) {
  for (const grip of tree.querySelectorAll("[data-grip]")) grip.hidden = false;
  for (const hint of document.querySelectorAll("[data-tree-hint]")) hint.hidden = false;
  tree.addEventListener("keydown", keyed);
  tree.addEventListener("pointerdown", held);
  tidy();
}
