does.show = (button) => {
  document.querySelector("button[data-open]")?.removeAttribute("data-open");
  button.dataset.open = "";
  const { number, quote } = button.dataset;
  trigger("select", { number, quote });
};
does.save = (button) => trigger("download", { to: button.dataset.to });
does.clear = () => trigger("clear", {});

// Only the quotations of one verdict; "" is all of them.
does.only = (button) => {
  for (const each of element.querySelectorAll("[data-do=only]")) {
    each.setAttribute("aria-pressed", String(each === button));
  }
  const { verdict } = button.dataset;
  for (const entry of element.querySelectorAll("article.check")) {
    entry.hidden = Boolean(verdict) && entry.dataset.verdict !== verdict;
  }
};

settling.push(() => {
  const made = element.querySelector(".checked");
  if (!made || made.dataset.seen) return Boolean(made);
  made.dataset.seen = "1";
  const head = made.querySelector("h3");
  if (document.activeElement === document.body) head.focus({ preventScroll: true });
  head.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  return true;
});
