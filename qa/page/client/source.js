function follow(name) {
  const target = element.querySelector("#" + CSS.escape(name));
  if (!target) return;
  target.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  const focus = target.querySelector("a") || target;
  if (focus === target) target.tabIndex = -1;
  focus.focus({ preventScroll: true });
}

function close() {
  trigger("clear", {});
  const opener = document.querySelector("button[data-open]");
  opener?.removeAttribute("data-open");
  opener?.focus();
}

does.close = close;
pressed.Escape = () => {
  if (element.querySelector(".source")) close();
};

element.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-to]");
  if (!link) return;
  event.preventDefault();
  follow(link.dataset.to);
});

let opened = "";
settling.push(() => {
  const panel = element.querySelector(".source");
  if (!panel || panel.dataset.opened === opened) return Boolean(panel);
  opened = panel.dataset.opened;
  const scroll = panel.querySelector(".scroll");
  const lit = panel.querySelector(".lit");
  if (narrow()) {
    (lit || panel).scrollIntoView({ block: "center" });
  } else {
    const top = lit ? lit.getBoundingClientRect().top - scroll.getBoundingClientRect().top : 0;
    scroll.scrollTop += top - scroll.clientHeight / 3;
    if (!lit) scroll.scrollTop = 0;
    // What is beside it has just become narrower: bring back what was being read.
    document.querySelector("button[data-open]")?.closest(".card, tr, li")?.scrollIntoView({ block: "nearest" });
  }
  panel.querySelector(".close").focus({ preventScroll: true });
  return true;
});
