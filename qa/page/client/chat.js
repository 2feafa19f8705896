does.show = (button) => {
  document.querySelector("button[data-open]")?.removeAttribute("data-open");
  button.dataset.open = "";
  const { turn, number } = button.dataset;
  trigger("select", { turn, number });
};
does.save = (button) => trigger("download", { to: button.dataset.to });
does.ask = (button) => trigger("example_select", { question: button.dataset.question });

settling.push(() => {
  if (!element.querySelector(".turns")) return false;
  const turns = element.querySelectorAll(".turn");
  if (!turns.length) standing.clear();
  for (const { dataset } of turns) press(dataset.turn);
  // Who has marked before sees what they said of the same question then.
  const fresh = [...turns].filter((one) => one.querySelector(".judging") && !standing.has(one.dataset.turn));
  if (who() && fresh.length) trigger("like", { turn: fresh[0].dataset.turn, verdict: "", by: who() });
  const last = turns[turns.length - 1];
  if (turns.length > 1) last.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  return true;
});
