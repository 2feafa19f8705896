// The results of the concordance: pages, orders, the way into the source.
let turning = ""; // what brought the results: where the focus goes back to when they are drawn
function turn(what, value, back) {
  turning = back;
  trigger("input", { at: nextNumber(), what, value });
}

does.turn = (button) => {
  if (button.getAttribute("aria-disabled") === "true") return;
  const { what, value, kind, name } = button.dataset;
  turn(what, kind === "number" ? Number(value) : value, name ? `[data-name="${name}"]` : "h2");
};
does.place = (button) => {
  document.querySelector("button[data-open]")?.removeAttribute("data-open");
  button.dataset.open = "";
  trigger("select", { number: Number(button.dataset.number) });
};
does.save = (button) => trigger("download", { what: button.dataset.what });
does.measure = (button) => {
  for (const one of element.querySelectorAll("[data-do=measure]"))
    one.setAttribute("aria-pressed", String(one === button));
  for (const one of element.querySelectorAll(".plot")) one.hidden = one.dataset.measure !== button.dataset.measure;
};

element.addEventListener("change", (event) => {
  if (event.target.dataset.change === "order") turn("order", event.target.value, "[data-change=order]");
});
element.addEventListener("click", (event) => {
  const year = event.target.closest(".plot .year")?.dataset.key;
  if (year) turn("year", Number(year), ".places h3");
});

// From line to line without passing through what stands between.
function step(event, by) {
  const here = event.target.closest(".kwic .word");
  if (!here) return;
  event.preventDefault();
  const every = [...element.querySelectorAll(".kwic .word")];
  every[every.indexOf(here) + by]?.focus();
}
pressed.ArrowDown = (event) => step(event, 1);
pressed.ArrowUp = (event) => step(event, -1);

settling.push(() => {
  const found = element.querySelector(".concordance");
  if (!found) return false;
  const back = turning && found.querySelector(turning);
  turning = "";
  if (!back) return true;
  if (!back.matches("button, select")) back.tabIndex = -1;
  back.focus({ preventScroll: true });
  const lines = found.querySelector(".places");
  if (back.closest(".pager, .places > h3") && lines.getBoundingClientRect().top < 0)
    lines.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  return true;
});
