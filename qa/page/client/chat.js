// The transcript: what its buttons do, and the keys that work all over the page. Turns come by news.js.
const turnAt = (inside) => inside.closest(".turn");
const box = () => document.querySelector("#question textarea");
function fill(text) {
  box().value = text;
  box().dispatchEvent(new Event("input", { bubbles: true }));
}
const pendingTurn = () => element.querySelector('.turn[data-key="pending"]');
const place = (button) => ({ turn: turnAt(button)?.dataset.turn, number: button.dataset.number });

// What changes the conversation waits until the question that is being answered is answered.
const changing = (act) => (button) => {
  if (!pendingTurn()) act(button);
};

does.show = (button) => {
  document.querySelector("button[data-open]")?.removeAttribute("data-open");
  button.dataset.open = "";
  trigger("select", place(button));
};
does.save = (button) => trigger("download", { to: button.dataset.to, ...place(button) });
does.ask = changing((button) => trigger("example_select", { question: button.dataset.question }));
does.stop = (button) => trigger("stop", { question: turnAt(button).dataset.question });
does.delete = changing((button) => trigger("delete", { key: turnAt(button).dataset.key }));
does.undo = changing(() => trigger("undo", {}));
does.more = changing((button) => {
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  button.textContent = word("looking");
  trigger("expand", { key: turnAt(button).dataset.key });
});
does.link = (button) => {
  const asked = JSON.parse(turnAt(button).dataset.link).map((question) => ["q", question]);
  button.dataset.copy = `${location.origin}${location.pathname}?${new URLSearchParams(asked)}`;
  copy(button);
};

// A note opens where it stands, from its marker in the quote too.
does.note = (button) => {
  const { note } = button.dataset;
  const notes = button.closest(".card").querySelectorAll("details.note");
  const found = [...notes].find((one) => one.dataset.note === note);
  if (!found) return;
  found.open = !found.open;
  found.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
};

does.edit = changing((button) => {
  const turn = turnAt(button);
  const form = turn.querySelector("form.again");
  const text = form.querySelector("textarea");
  turn.querySelector(".asked").hidden = true;
  form.hidden = false;
  text.value = turn.dataset.question;
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
});
function unedit(turn) {
  turn.querySelector("form.again").hidden = true;
  turn.querySelector(".asked").hidden = false;
  turn.querySelector("[data-do=edit]").focus();
}
does.unedit = (button) => unedit(turnAt(button));
element.addEventListener("submit", (event) => {
  if (!event.target.matches("form.again")) return;
  event.preventDefault();
  const question = event.target.querySelector("textarea").value.trim();
  if (!question || pendingTurn()) return;
  trigger("edit", { key: turnAt(event.target).dataset.key, question });
});
element.addEventListener("keydown", (event) => {
  const form = event.target.closest("form.again");
  if (!form || event.isComposing) return;
  if (event.key === "Escape") unedit(turnAt(form));
  else if (event.key === "Enter" && !event.shiftKey && event.target.matches("textarea")) {
    event.preventDefault();
    form.requestSubmit();
  }
});

// One question at a time. What is typed while one is being answered stays in the box.
// When, until the page is told that the question is taken; the clock starts at 0 with the page.
let asked = -Infinity;
const busy = () => pendingTurn() || performance.now() - asked < 1000;
const once = (event) => {
  const entered = event.type === "keydown" && event.key === "Enter" && !event.shiftKey && event.target === box();
  const pressed = event.type === "click" && event.target.closest("button.ask");
  if (!element.isConnected || event.isComposing || !(entered || pressed)) return;
  if (!busy()) {
    if (box().value.trim()) asked = performance.now();
    return;
  }
  event.preventDefault();
  event.stopPropagation();
};
// A new conversation begins with an empty box, and with nothing asked before the one that is open is put away.
document.addEventListener("click", (event) => {
  if (!element.isConnected || !event.target.closest?.("button.fresh")) return;
  fill("");
  box().focus();
  asked = performance.now();
});
// Gradio's box asks at the key's press, which follows upon its going down unless that is prevented.
document.addEventListener("keydown", once, true);
document.addEventListener("click", once, true);

// "/" goes to the question, from any pane; the arrow upwards brings the last one back into an empty box.
document.addEventListener("keydown", (event) => {
  if (!element.isConnected || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const { target, key } = event;
  if (key === "/" && !target.closest("input, textarea, select, [contenteditable=true]")) {
    event.preventDefault();
    if (!box().offsetParent) document.getElementById("ask-tab-button")?.click();
    requestAnimationFrame(() => box().focus());
  }
  if (key === "ArrowUp" && target === box() && !target.value) {
    const last = [...element.querySelectorAll(".turn")].pop();
    if (!last) return;
    event.preventDefault();
    fill(last.dataset.question);
  }
});

// The turns have changed: marks stand by their numbers, and who has marked before sees what they said of the
// same question then.
element.addEventListener("ibid:turns", ({ detail }) => {
  asked = -Infinity;
  if (detail.moved) standing.clear();
  const turns = [...element.querySelectorAll(".turn")];
  for (const { dataset } of turns) press(dataset.turn);
  const fresh = turns.find((one) => one.querySelector(".judging") && !standing.has(one.dataset.turn));
  if (who() && fresh) trigger("like", { turn: fresh.dataset.turn, verdict: "", by: who() });
});
