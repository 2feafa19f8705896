does.run = (button) => {
  trigger(button.dataset.what === "resume" ? "retry" : "select", { run: button.dataset.run });
};

settling.push(() => {
  const run = element.querySelector(".opened");
  if (!run) return false;
  run.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  run.querySelector("h2").focus({ preventScroll: true });
  return true;
});
