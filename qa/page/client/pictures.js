// The pictures of the document's pages, with what is lit boxed.

let view = "text"; // stays from one document to the next
const ZOOMS = [1, 1.5, 2, 3];
const picturing = () => panel()?.dataset.view === "picture";

async function showPicture() {
  const where = panel();
  const frame = where.querySelector(".pictured");
  if (!frame) return;
  where.dataset.view = "picture";
  presses();
  if (!where.pages) {
    const { document: name, places, at } = lit();
    // The place that was opened comes first, so that it has its boxes whatever there is besides.
    const order = places.map((_, number) => number).sort((a, b) => (b === at) - (a === at) || a - b);
    try {
      where.pages = await told("pages", { document: name, places: order.map((number) => places[number]) });
    } catch (error) {
      saySo(frame, error.message);
      return;
    }
    where.pages.boxes.forEach((box) => (box[0] = order[box[0]]));
    where.zoom = 0;
  }
  if (panel() !== where) return;
  const box = where.pages.boxes.find(([number]) => number === lit().at);
  turnPage(where.page ?? (box ? box[1] : 0));
}

function showText() {
  const where = panel();
  const { page, pages } = where;
  where.dataset.view = "text";
  presses();
  // Who turned pages goes on reading where the page begins.
  const box = pages?.boxes.find(([number]) => number === lit().at);
  const start = page === undefined || page === box?.[1] ? -1 : pages.pages[page][1];
  if (start >= 0) go(start, start + 1).catch(() => {});
  else if (lit().places.length) go(...lit().places[lit().at]).catch(() => {});
}

function presses() {
  for (const button of panel().querySelectorAll("[data-do=view]"))
    button.setAttribute("aria-pressed", String(button.dataset.view === (panel().dataset.view || "text")));
}

function saySo(frame, words) {
  const said = frame.querySelector(".said");
  said.textContent = words;
  said.hidden = !words;
  frame.querySelector(".sheet").hidden = Boolean(words);
}

function turnPage(page) {
  const where = panel();
  const { pages, version } = where.pages;
  if (page < 0 || page >= pages.length) return;
  where.page = page;
  const frame = where.querySelector(".pictured");
  const [label] = pages[page];
  const count = word("n-of-m").replace("N", grouped(page + 1)).replace("M", grouped(pages.length));
  // A number in brackets is counted, not printed: it says what the count says.
  const printed = label && !label.startsWith("[");
  frame.querySelector(".count").textContent = printed ? `${word("page-label").replace("L", label)} · ${count}` : count;
  for (const button of frame.querySelectorAll("[data-do=page]"))
    button.setAttribute("aria-disabled", String(!pages[page + Number(button.dataset.by)]));
  for (const button of frame.querySelectorAll("[data-do=zoom]"))
    button.setAttribute("aria-disabled", String(ZOOMS[where.zoom + Number(button.dataset.by)] === undefined));
  const sheet = frame.querySelector(".sheet");
  sheet.style.width = `${100 * ZOOMS[where.zoom]}%`;
  const image = sheet.querySelector("img");
  const width = Math.ceil(frame.clientWidth * ZOOMS[where.zoom] * Math.min(2, window.devicePixelRatio || 1));
  const asked = new URLSearchParams({ document: lit().document, page, width, version });
  const address = `source/picture?${asked}`;
  saySo(frame, "");
  boxed(sheet, page);
  if (image.getAttribute("src") === address) return centred(frame);
  sheet.setAttribute("aria-busy", "true");
  image.alt = word("picture-of").replace("N", frame.querySelector(".count").textContent);
  image.onload = () => {
    sheet.removeAttribute("aria-busy");
    centred(frame);
  };
  image.onerror = async () => {
    sheet.removeAttribute("aria-busy");
    const reply = await fetch(address).catch(() => null);
    if (panel() === where) saySo(frame, reply && !reply.ok ? (await reply.text()).trim() : word("no-reply"));
  };
  image.src = address;
}

// Each line of a place is lit, and a box drawn around the lines that stand below each other.
function boxed(sheet, page) {
  sheet.querySelectorAll(".box, .line").forEach((one) => one.remove());
  const { boxes, found = [] } = panel().pages;
  const draw = (name, kind, [left, top, right, bottom]) => {
    const box = document.createElement("span");
    box.className = `${name} ${kind}`;
    const part = (fraction) => `${(100 * fraction).toFixed(3)}%`;
    Object.assign(box.style, { left: part(left), top: part(top), width: part(right - left), height: part(bottom - top) });
    sheet.append(box);
  };
  const around = (lines, kind) => {
    let whole = null;
    for (const [, , left, top, right, bottom] of lines) {
      draw("line", kind, [left, top, right, bottom]);
      const below = whole && top >= whole[1] && left < whole[2] && right > whole[0];
      if (whole && !below) draw("box", kind, whole);
      whole = below
        ? [Math.min(whole[0], left), whole[1], Math.max(whole[2], right), Math.max(whole[3], bottom)]
        : [left, top, right, bottom];
    }
    if (whole) draw("box", kind, whole);
  };
  const here = boxes.filter((box) => box[1] === page);
  for (const number of new Set(here.map((box) => box[0])))
    around(here.filter((box) => box[0] === number), number === lit().at ? "opened" : "");
  around(found.filter((box) => box[1] === page), "found");
}

function centred(frame) {
  const box = frame.querySelector(".box.found") || frame.querySelector(".box.opened") || frame.querySelector(".box");
  const scroll = frame.querySelector(".sheets");
  if (!box) return void (scroll.scrollTop = 0);
  scroll.scrollTop = box.offsetTop - scroll.clientHeight / 3;
  scroll.scrollLeft = box.offsetLeft - scroll.clientWidth / 6;
}

// A place that was searched for, boxed on its page.
async function showHit(place) {
  const where = panel();
  const { boxes } = await told("pages", { document: lit().document, places: [place] }).catch(() => ({ boxes: [] }));
  if (panel() !== where || !picturing()) return;
  where.pages.found = boxes;
  if (boxes.length) turnPage(boxes[0][1]);
}

does.view = (button) => {
  view = button.dataset.view;
  if (view === "picture") showPicture();
  else showText();
};
const able = (button) => button.getAttribute("aria-disabled") !== "true";
does.page = (button) => able(button) && turnPage(panel().page + Number(button.dataset.by));
does.zoom = (button) => {
  if (!able(button)) return;
  panel().zoom += Number(button.dataset.by);
  turnPage(panel().page);
};
for (const [key, by] of [["ArrowLeft", -1], ["ArrowRight", 1], ["PageUp", -1], ["PageDown", 1]])
  pressed[key] = (event) => {
    const zoomed = panel()?.zoom && key.startsWith("Arrow");
    if (!event.target.matches(".sheets") || zoomed) return;
    event.preventDefault();
    turnPage(panel().page + by);
  };
