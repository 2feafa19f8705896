// The list of documents: ticks, which outlast turning the page, and what can be done with them.
const ticked = new Set();
let all = false; // all that was found, on every page

const boxes = () => [...element.querySelectorAll("[data-tick]:not([data-tick=page])")];

does.look = ({ dataset }) => {
  if (dataset.by) forgetTicks();
  const asked = {};
  for (const name of ["sort", "by", "page"]) if (dataset[name]) asked[name] = dataset[name];
  trigger("look", asked);
};
does.open = (button) => {
  document.querySelector("button[data-open]")?.removeAttribute("data-open");
  button.dataset.open = "";
  trigger("select", { document: button.dataset.document });
};
does.within = (button) => {
  does.look({ dataset: { by: "document" } });
  const form = element.closest(".shelf").querySelector("form.filters");
  form.dispatchEvent(new CustomEvent("within", { detail: button.dataset.words }));
};
does["choose-found"] = () => trigger("apply", { all: true });
does["choose-ticked"] = () => {
  trigger("apply", meant());
  does.untick();
};
does["tick-all"] = () => {
  all = true;
  drawTicks();
};
does.untick = () => {
  forgetTicks();
  drawTicks();
};
does["take-out"] = () => {
  const sure = element.querySelector(".sure");
  const words = sure.querySelector("p");
  words.textContent = words.dataset.words.replace("NUMBER", count());
  sure.hidden = false;
  sure.querySelector("button").focus();
};
does.keep = () => {
  element.querySelector(".sure").hidden = true;
  element.querySelector("[data-do=take-out]").focus();
};
does.sure = (button) => {
  button.disabled = true;
  const words = element.querySelector(".sure p");
  words.textContent = words.dataset.doing;
  trigger("delete", meant());
  forgetTicks();
};
pressed.Escape = () => {
  const sure = element.querySelector(".sure");
  if (sure && !sure.hidden) does.keep();
};

element.addEventListener("change", ({ target }) => {
  if (!target.dataset.tick) return;
  const on = target.dataset.tick === "page" ? boxes() : [target];
  if (all) {
    // Of all that was found only this page can be named: the others are let go.
    all = false;
    ticked.clear();
    for (const box of boxes()) ticked.add(box.dataset.tick);
  }
  for (const box of on) target.checked ? ticked.add(box.dataset.tick) : ticked.delete(box.dataset.tick);
  drawTicks();
});

const meant = () => (all ? { all: true } : { names: [...ticked] });
const count = () => (all ? Number(element.querySelector(".ticked").dataset.rows) : ticked.size);
function forgetTicks() {
  all = false;
  ticked.clear();
}

function drawTicks() {
  const here = boxes();
  for (const box of here) box.checked = all || ticked.has(box.dataset.tick);
  const page = element.querySelector("[data-tick=page]");
  if (page) {
    const on = here.filter((box) => box.checked).length;
    page.checked = Boolean(here.length) && on === here.length;
    page.indeterminate = on > 0 && on < here.length;
  }
  const bar = element.querySelector(".ticked");
  if (!bar) return;
  bar.hidden = !count();
  const number = bar.querySelector(".number");
  number.textContent = number.dataset.words.replace("NUMBER", count());
  const every = bar.querySelector("[data-do=tick-all]");
  every.textContent = every.dataset.words.replace("NUMBER", bar.dataset.rows);
  every.hidden = all || !page?.checked || Number(bar.dataset.rows) <= here.length;
}

let shown = "";
settling.push(() => {
  // Another page begins at its head; what was ticked on the one before stays ticked.
  const sure = element.querySelector(".sure");
  if (sure) {
    sure.hidden = true;
    for (const button of sure.querySelectorAll("button")) button.disabled = false;
  }
  const rows = element.querySelector(".pager span")?.textContent || "";
  if (rows !== shown && shown && element.querySelector(".pager")?.contains(document.activeElement)) {
    element.querySelector(".title")?.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  }
  shown = rows;
  drawTicks();
  return true;
});
