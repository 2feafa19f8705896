// The document in the panel, drawn a part at a time, and the way from offsets in its text (code points) to it.

const panel = () => element.querySelector(".source");
const textOf = () => element.querySelector(".source .text");
const lit = () => (panel().lit ||= JSON.parse(panel().dataset.lit));
const scroller = () => (narrow() ? document.scrollingElement : panel().querySelector(".scroll"));
const grouped = (number) => new Intl.NumberFormat(navigator.language).format(number);

// What the server tells of ``what``. Throws an Error with the words for the person.
async function told(what, data) {
  let reply;
  try {
    const sent = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(data) };
    reply = await (await fetch(`source/${what}`, sent)).json();
  } catch {
    throw new Error(word("no-reply"));
  }
  if (reply.error) throw new Error(reply.error);
  return reply;
}

const cutsOf = () => textOf().dataset.cuts.split(" ").map(Number);
const drawn = () => [...textOf().querySelectorAll(":scope > .part")];
const numberOf = (part) => Number(part.dataset.part);

function partAt(offset) {
  const cuts = cutsOf();
  let part = 0;
  while (part < cuts.length - 2 && cuts[part + 1] <= offset) part += 1;
  return part;
}

async function fetched(part) {
  const made = document.createElement("template");
  // The server's own markup, in which all text is escaped: the same that the panel came as.
  made.innerHTML = (await told("part", { lit: lit(), part })).html;
  return made.content.firstElementChild;
}

// Draws a part beside those that are drawn; with ``jump`` in their place, where it is not beside them. One
// after the other, so that none is drawn twice.
let drawing = Promise.resolve();
function draw(part, jump = false) {
  const where = panel();
  const now = async () => {
    const beside = () => {
      const numbers = drawn().map(numberOf);
      return part === numbers[0] - 1 ? -1 : part === numbers.at(-1) + 1 ? 1 : numbers.includes(part) ? 0 : null;
    };
    if (panel() !== where || beside() === 0 || (beside() === null && !jump)) return;
    const made = await fetched(part);
    if (panel() !== where) return;
    const side = beside();
    const parts = drawn();
    if (side === 1) parts.at(-1).after(made);
    else {
      const first = parts[0].getBoundingClientRect().top;
      if (side === -1) parts[0].before(made);
      else textOf().replaceChildren(made);
      textOf().dataset.first = cutsOf()[part];
      // What is being read stays where it is.
      if (side === -1) scroller().scrollTop += parts[0].getBoundingClientRect().top - first;
    }
    nodes = null;
    edges();
    paint();
  };
  drawing = drawing.then(now, now);
  return drawing;
}

// What is not drawn yet stands at both ends as a button, which presses itself as it comes near.
let nearing = null;
function edges() {
  nearing?.disconnect();
  const text = textOf();
  text.querySelectorAll(":scope > .more").forEach((one) => one.remove());
  const cuts = cutsOf();
  const numbers = drawn().map(numberOf);
  const [first, last] = [numbers[0], numbers.at(-1)];
  if (first > 0) text.prepend(more(first - 1, "more-before", cuts[first]));
  if (last < cuts.length - 2) text.append(more(last + 1, "more-after", cuts.at(-1) - cuts[last + 1]));
  const seen = (entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) draw(Number(target.dataset.part)).catch(() => {});
  };
  const root = narrow() ? null : panel().querySelector(".scroll");
  nearing = new IntersectionObserver(seen, { root, rootMargin: "800px 0px" });
  text.querySelectorAll(":scope > .more").forEach((one) => nearing.observe(one));
}

function more(part, name, characters) {
  const place = document.createElement("p");
  place.className = "added more";
  place.dataset.part = part;
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.do = "more";
  button.textContent = word(name).replace("N", grouped(characters));
  place.append(button);
  return place;
}
does.more = (button) => draw(Number(button.parentElement.dataset.part)).catch(() => {});

// The text nodes of the document in order, each with the offset it begins at.
let nodes = null;
function nodesOf() {
  if (nodes) return nodes;
  nodes = [];
  let at = Number(textOf().dataset.first);
  const kept = (node) =>
    node.nodeType === Node.ELEMENT_NODE
      ? node.classList.contains("added") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP
      : NodeFilter.FILTER_ACCEPT;
  const walk = document.createTreeWalker(textOf(), NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, kept);
  while (walk.nextNode()) {
    const { data } = walk.currentNode;
    const length = /[\ud800-\udbff]/.test(data) ? Array.from(data).length : data.length;
    nodes.push({ node: walk.currentNode, at, length });
    at += length;
  }
  return nodes;
}

// The stretch of the page that shows text[start:end]; null where that is not drawn.
function rangeOf(start, end) {
  const all = nodesOf();
  const last = all.at(-1);
  if (!last || start < all[0].at || end > last.at + last.length) return null;
  const point = (offset, ends) => {
    let [low, high] = [0, all.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (all[middle].at < offset || (!ends && all[middle].at === offset)) low = middle;
      else high = middle - 1;
    }
    const { node, at, length } = all[low];
    const into = Math.min(offset - at, length);
    return [node, node.data.length === length ? into : Array.from(node.data).slice(0, into).join("").length];
  };
  const range = document.createRange();
  range.setStart(...point(start, false));
  range.setEnd(...point(end, true));
  return range;
}

// Brings a place into view; draws it first where need be.
async function go(start, end, { smooth = false } = {}) {
  const where = panel();
  if (!rangeOf(start, end)) {
    await draw(partAt(start), true);
    if (partAt(end - 1) !== partAt(start)) await draw(partAt(end - 1));
  }
  if (panel() !== where) return;
  const box = rangeOf(start, end)?.getBoundingClientRect();
  if (!box) return;
  const frame = scroller();
  const top = narrow() ? 0 : frame.getBoundingClientRect().top;
  const height = narrow() ? window.innerHeight : frame.clientHeight;
  const behavior = smooth && !calm ? "smooth" : "auto";
  frame.scrollTo({ top: frame.scrollTop + box.top - top - height / 3, behavior });
}
