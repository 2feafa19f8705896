// The source panel: opening and closing it, the way from one lit place to the next, notes in their place.

function close() {
  forget();
  unfold();
  trigger("clear", {});
  const opener = document.querySelector("button[data-open]");
  opener?.removeAttribute("data-open");
  opener?.focus();
}

does.close = close;
pressed.Escape = (event) => {
  if (!panel()) return;
  const marker = unfold();
  if (marker) return marker.focus();
  if (event.target.matches(".find input") && event.target.value) {
    event.preventDefault();
    event.target.value = "";
    return search();
  }
  close();
};

// Previous and next: through the stops where there are some, else through the places of this document.
let stepped = 0;
does.step = (button) => {
  const by = Number(button.dataset.by);
  const { stops, places } = lit();
  const next = (stops.length ? lit().step : lit().at) + by;
  if (next < 0 || next >= (stops.length || places.length)) return;
  if (!stops.length) return moveTo(next);
  const stop = stops[next];
  if (stop.document !== lit().document) {
    stepped = by;
    return trigger("select", { ...lit(), step: next });
  }
  lit().step = next;
  if (stop.turn !== null) panel().dataset.turn = lit().turn = stop.turn;
  moveTo(places.findIndex(([start, end]) => start === stop.start && end === stop.end));
};

async function moveTo(at) {
  const where = panel();
  const { document: name, places } = lit();
  const [start, end] = places[at];
  lit().at = at;
  counted();
  if (picturing()) {
    where.pages.found = [];
    const box = where.pages.boxes.find(([number]) => number === at);
    turnPage(box ? box[1] : where.page);
  } else await go(start, end, { smooth: true }).catch(() => {});
  markOpened();
  const reply = await told("cite", { document: name, start, end }).catch(() => null);
  if (!reply || panel() !== where || lit().at !== at) return;
  where.querySelector(".cited").textContent = reply.citation;
  where.querySelector("[data-copy]").dataset.copy = reply.citation;
}

function markOpened() {
  for (const one of panel().querySelectorAll(".lit"))
    one.classList.toggle("opened", one.dataset.place.split(" ").includes(String(lit().at)));
}

function counted() {
  const steps = panel().querySelector(".steps");
  if (!steps) return;
  const { stops, places, step, at } = lit();
  const [here, all] = stops.length ? [step, stops.length] : [at, places.length];
  const count = steps.querySelector(".count");
  count.textContent = count.dataset.words.replace("N", grouped(here + 1)).replace("M", grouped(all));
  for (const button of steps.querySelectorAll("button")) {
    const next = here + Number(button.dataset.by);
    button.setAttribute("aria-disabled", String(next < 0 || next >= all));
  }
}

// A note in its place: while the pointer is on its marker, or until it is folded again where it was pressed.
let unfolded = null;
function unfold() {
  const { marker, box } = unfolded || {};
  box?.remove();
  marker?.setAttribute("aria-expanded", "false");
  unfolded = null;
  return marker && box?.dataset.kept ? marker : null;
}

async function foldOut(marker, kept) {
  unfold();
  const { note, at } = marker.dataset;
  const box = document.createElement("div");
  box.className = "added note-here";
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", marker.getAttribute("aria-label"));
  box.tabIndex = -1;
  if (kept) box.dataset.kept = "yes";
  unfolded = { marker, box };
  const selector = `[data-is="note-${CSS.escape(note)}"]`;
  const source = element.querySelector(selector) || (await fetched(partAt(Number(at))).catch(() => null))?.querySelector(selector);
  if (!source || unfolded?.box !== box) return;
  const words = source.cloneNode(true);
  words.querySelectorAll(".added").forEach((one) => one.remove());
  const text = document.createElement("p");
  text.textContent = words.textContent.trim();
  const jump = document.createElement("button");
  jump.type = "button";
  jump.dataset.do = "toNote";
  jump.textContent = word("to-note");
  box.append(text, jump);
  const paragraph = marker.closest("p, .note, .part");
  paragraph.after(box);
  const [from, frame] = [marker.getBoundingClientRect(), textOf().getBoundingClientRect()];
  box.style.top = `${from.bottom - frame.top + 6}px`;
  box.style.left = `${Math.max(0, Math.min(from.left - frame.left - 24, frame.width - box.offsetWidth))}px`;
  marker.setAttribute("aria-expanded", "true");
  if (kept) box.focus({ preventScroll: true });
}

does.toNote = () => {
  const { marker } = unfolded;
  unfold();
  follow(`note-${marker.dataset.note}`, Number(marker.dataset.at));
};

async function follow(name, at) {
  const selector = `[data-is="${CSS.escape(name)}"]`;
  if (!element.querySelector(selector)) await draw(partAt(at), true).catch(() => {});
  const target = element.querySelector(selector);
  if (!target) return;
  target.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  const focus = target.querySelector("a") || target;
  if (focus === target) target.tabIndex = -1;
  focus.focus({ preventScroll: true });
}

element.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-to], a[data-note]");
  if (link) event.preventDefault();
  if (link?.dataset.to) follow(link.dataset.to, Number(link.dataset.at));
  else if (link && unfolded?.marker === link && unfolded.box.dataset.kept) unfold();
  else if (link) foldOut(link, true);
  else if (unfolded && !event.target.closest(".note-here")) unfold();
});
let resting = 0;
element.addEventListener("pointerover", (event) => {
  if (event.pointerType !== "mouse" || unfolded?.box.dataset.kept) return;
  window.clearTimeout(resting);
  const marker = event.target.closest("a[data-note]");
  if (marker && unfolded?.marker !== marker) resting = window.setTimeout(() => foldOut(marker, false), 250);
  else if (!marker && unfolded && !event.target.closest(".note-here")) resting = window.setTimeout(unfold, 300);
});
element.addEventListener("pointerleave", () => {
  window.clearTimeout(resting);
  if (unfolded && !unfolded.box.dataset.kept) unfold();
});
element.addEventListener("keydown", (event) => {
  // A link that does what a button does is pressed by the space bar too.
  if (event.key !== " " || !event.target.matches("a[data-note]")) return;
  event.preventDefault();
  event.target.click();
});

// The panel ends where the window ends, however far down the page it begins.
function fit() {
  if (!panel() || narrow()) return;
  const above = Math.max(0, element.getBoundingClientRect().top);
  panel().style.setProperty("--above", `${Math.round(above)}px`);
}
for (const what of ["scroll", "resize"]) window.addEventListener(what, () => requestAnimationFrame(fit), { passive: true });

let opened = "";
settling.push(() => {
  if (!panel() || panel().dataset.opened === opened) return Boolean(panel());
  opened = panel().dataset.opened;
  nodes = unfolded = null;
  fit();
  forget();
  counted();
  if (textOf()) edges();
  if (saySaved()) return true;
  const first = panel().querySelector(".lit.opened");
  if (first && view === "picture" && panel().querySelector(".pictured")) showPicture();
  else if (first) go(...lit().places[lit().at]).catch(() => {});
  else if (narrow()) panel().scrollIntoView({ block: "start" });
  else panel().querySelector(".scroll").scrollTop = 0;
  // What is beside it has just become narrower: bring back what was being read.
  if (!narrow()) document.querySelector("button[data-open]")?.closest(".card, .check, tr, li")?.scrollIntoView({ block: "nearest" });
  const focus = stepped && panel().querySelector(`[data-do=step][data-by="${stepped}"]`);
  (focus || panel().querySelector(".close")).focus({ preventScroll: true });
  stepped = 0;
  return true;
});
