// Marks. Who marks is asked once and remembered by this browser; what stands is told by the server, of all turns
// each time, and kept here by turn, because the transcript is drawn anew with each question.
const standing = (window.ibidStanding ||= new Map());

// The name of who has signed in; "" where nobody does.
const signed = () => document.getElementById("ibid-person")?.dataset.name || "";

function who() {
  if (signed()) return signed();
  try {
    return window.localStorage.getItem("ibid.by") || "";
  } catch {
    return window.ibidBy || "";
  }
}

function remember(name) {
  window.ibidBy = name;
  try {
    window.localStorage.setItem("ibid.by", name);
  } catch {
    // Without storage the name lasts as long as the page.
  }
}

const turnOf = (turn) => document.querySelector(`.turn[data-turn="${CSS.escape(turn)}"]`);

let waiting = null;
function mark(asked) {
  if (who()) return trigger("like", { ...asked, by: who() });
  waiting = asked;
  askName(asked.turn);
}

function askName(turn) {
  const form = turnOf(turn)?.querySelector("form.by");
  if (!form) return;
  form.hidden = false;
  form.elements.by.value = who();
  form.querySelector("button").textContent = word(waiting ? "mark" : "keep-name");
  form.elements.by.focus();
}

function named(form) {
  const name = form.elements.by.value.trim();
  if (!name) return;
  remember(name);
  form.hidden = true;
  // The source panel may be what waits for the name that is given in the chat.
  const free = document.dispatchEvent(new CustomEvent("ibid:named", { cancelable: true }));
  if (free) trigger("like", { turn: form.closest(".turn").dataset.turn, verdict: "", by: name });
}
document.addEventListener("ibid:named", (event) => {
  if (!waiting || !element.isConnected) return;
  event.preventDefault();
  trigger("like", { ...waiting, by: who() });
  waiting = null;
});

function press(turn) {
  const shown = turnOf(turn);
  const state = standing.get(turn);
  if (!shown || !state) return;
  for (const button of shown.querySelectorAll("button.mark")) {
    const { number, verdict } = button.dataset;
    const pressed = number ? state.places[number] === verdict : state.nothing;
    button.setAttribute("aria-pressed", String(Boolean(pressed)));
  }
  shown.querySelector(".marked").textContent = state.words;
  shown.querySelector(".rename").hidden = !state.words || Boolean(signed());
}

function judged(made) {
  const state = JSON.parse(made.dataset.state);
  made.remove();
  const panel = document.querySelector(".source .selecting");
  const ours = panel?.closest(".source").dataset.turn === state.turn;
  if (state.error) {
    const place = state.where === "panel" ? panel : turnOf(state.turn);
    const said = place?.querySelector(".marked");
    if (said) said.textContent = state.error;
    return;
  }
  for (const [turn, said] of Object.entries(state.turns)) {
    standing.set(turn, said);
    press(turn);
  }
  if (!ours || state.where !== "panel") return;
  panel.querySelector(".marked").textContent = state.spot ? word("marked-by").replace("NAME", state.by) : state.turns[state.turn].words;
  const back = panel.querySelector("[data-do=unpick]");
  back.hidden = !state.spot;
  back.dataset.spot = JSON.stringify(state.spot || null);
  const lasting = window.CSS?.highlights;
  if (state.spot && panel.picked) lasting?.set("marked", new Highlight(panel.picked));
  else lasting?.delete("marked");
}

does.rename = (button) => askName(button.closest(".turn").dataset.turn);
does.mark = (button) => {
  const { number } = button.dataset;
  const { turn } = button.closest(".turn").dataset;
  const verdict = button.getAttribute("aria-pressed") === "true" ? "withdrawn" : button.dataset.verdict;
  mark(number ? { turn, number, verdict } : { turn, verdict });
};

element.addEventListener("submit", (event) => {
  if (!event.target.matches("form.by")) return;
  event.preventDefault();
  named(event.target);
});

settling.push(() => {
  const made = element.querySelector(".judged");
  if (made) judged(made);
  return Boolean(made);
});
