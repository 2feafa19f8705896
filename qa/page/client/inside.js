// Searching inside the document: the server finds, in all of it, what is drawn is highlighted here.

let hits = [];
let hit = -1;
let sought = "";
let searches = 0;

const findForm = () => element.querySelector(".source .find");

function forget() {
  [hits, hit, sought] = [[], -1, ""];
  searches += 1;
  paint();
}

async function search(by = 0) {
  const form = findForm();
  const words = form.elements.words.value.trim();
  if (words === sought) return by ? turnTo(hit + by) : undefined;
  const mine = ++searches;
  sought = words;
  let found = { places: [], more: false };
  let trouble = "";
  try {
    if (words) found = await told("find", { document: lit().document, words });
  } catch (error) {
    trouble = error.message;
  }
  if (mine !== searches || form !== findForm()) return;
  hits = found.places;
  form.dataset.more = found.more ? "+" : "";
  if (!hits.length) {
    hit = -1;
    form.querySelector(".count").textContent = trouble || (words ? word("none-found") : "");
    paint();
    return;
  }
  // As in a browser: the first one from where one reads.
  const here = reading();
  turnTo(Math.max(0, hits.findIndex(([start]) => start >= here)));
}

// The offset of what stands at the top of the panel.
function reading() {
  const all = nodesOf();
  const top = narrow() ? 0 : scroller().getBoundingClientRect().top;
  let [low, high] = [0, all.length - 1];
  const range = document.createRange();
  while (low < high) {
    const middle = (low + high) >> 1;
    // What is not drawn (a hyphen at a line's end) stands where the words before it stand.
    let near = middle;
    do range.selectNodeContents(all[near].node);
    while (!range.getClientRects().length && near-- > low);
    if (range.getBoundingClientRect().bottom < top) low = middle + 1;
    else high = middle;
  }
  return all[low]?.at ?? 0;
}

function turnTo(number) {
  if (!hits.length) return;
  hit = (number + hits.length) % hits.length;
  const count = word("n-of-m").replace("N", grouped(hit + 1)).replace("M", grouped(hits.length));
  findForm().querySelector(".count").textContent = count + findForm().dataset.more;
  paint();
  if (picturing()) showHit(hits[hit]);
  else go(...hits[hit]).then(paint, () => {});
}

// Highlights lie over the text without touching it, so that offsets and selections stay as they are.
function paint() {
  const highlights = window.CSS?.highlights;
  for (const button of findForm()?.querySelectorAll("button") || []) button.disabled = !hits.length;
  if (!highlights) return;
  highlights.delete("found");
  highlights.delete("found-here");
  if (!hits.length || !textOf()) return;
  const ranges = hits.map(([start, end]) => rangeOf(start, end));
  highlights.set("found", new Highlight(...ranges.filter((range, number) => range && number !== hit)));
  if (ranges[hit]) {
    const here = new Highlight(ranges[hit]);
    here.priority = 1;
    highlights.set("found-here", here);
  }
}

does.hit = (button) => search(Number(button.dataset.by));

let typing = 0;
element.addEventListener("input", (event) => {
  if (!event.target.matches(".find input")) return;
  window.clearTimeout(typing);
  typing = window.setTimeout(() => findForm() && search(), 250);
});
element.addEventListener("submit", (event) => {
  if (!event.target.matches(".find")) return;
  event.preventDefault();
  window.clearTimeout(typing);
  search(1);
});
element.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.shiftKey || !event.target.matches(".find input")) return;
  event.preventDefault();
  window.clearTimeout(typing);
  search(-1);
});
