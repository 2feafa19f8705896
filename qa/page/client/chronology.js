// The chronology: what is shown, the pages of its list, the way from a mark to its entry.
let wanted = null; // an item that the list is to be opened at, once it is drawn

does.turn = (button) => {
  if (button.getAttribute("aria-disabled") === "true") return;
  wanted = `[data-name="${button.dataset.name}"]`;
  trigger("input", { at: nextNumber(), what: "first", value: Number(button.dataset.value) });
};
does.place = (button) => {
  document.querySelector("button[data-open]")?.removeAttribute("data-open");
  button.dataset.open = "";
  trigger("select", { item: Number(button.dataset.item) });
};
does.save = (button) => trigger("download", { to: button.dataset.to });

element.addEventListener("change", (event) => {
  if (event.target.dataset.change !== "of") return;
  wanted = "[data-change=of]";
  trigger("input", { at: nextNumber(), what: "of", value: event.target.value });
});

function goTo(target) {
  const entry = target.closest("li");
  entry?.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  target.focus({ preventScroll: Boolean(entry) });
}

element.addEventListener("click", (event) => {
  const mark = event.target.closest(".timeline [data-item], .timeline .year");
  const item = mark?.dataset.item || mark?.dataset.key;
  if (!item) return;
  const selector = `.chronology button[data-item="${item}"]`;
  const here = element.querySelector(selector);
  if (here) return goTo(here);
  wanted = selector;
  trigger("input", { at: nextNumber(), what: "first", value: Number(item) });
});

settling.push(() => {
  const target = wanted && element.querySelector(wanted);
  wanted = null;
  if (target) goTo(target);
  return true;
});
