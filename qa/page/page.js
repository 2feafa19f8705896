// Runs once for the transcript and once for the source panel, as the body of a function that Gradio calls
// with (element, trigger, props, server, upload, watch). Text never becomes markup here.

const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const narrow = () => window.matchMedia("(max-width: 900px)").matches;

async function copy(button) {
  const text = button.dataset.copy;
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without a secure context (another machine's address) only the old way is left.
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    area.style.opacity = "0";
    document.body.append(area);
    area.select();
    done = document.execCommand("copy");
    area.remove();
    button.focus();
  }
  const label = (button.dataset.label ||= button.textContent);
  button.textContent = done ? "Copied" : "Could not copy";
  button.setAttribute("aria-live", "polite");
  window.clearTimeout(Number(button.dataset.timer));
  button.dataset.timer = window.setTimeout(() => (button.textContent = label), 2000);
}

// Hands a file that the server has made to the browser, which saves it where the person wants it.
function save(file) {
  const { name, type, content } = file.dataset;
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  file.remove();
  window.setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

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

// Marks. Who marks is asked once and remembered by this browser; what stands is told by the server, of all turns
// each time, and kept here by turn, because the transcript is drawn anew with each question.
const standing = (window.ibidStanding ||= new Map());

function who() {
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
  form.querySelector("button").textContent = waiting ? "Mark" : "Keep name";
  form.elements.by.focus();
}

function named(form) {
  const name = form.elements.by.value.trim();
  if (!name) return;
  remember(name);
  form.hidden = true;
  // The source panel may be what waits for the name that is given in the chat.
  const free = document.dispatchEvent(new CustomEvent("ibid:named", { cancelable: true }));
  if (free) trigger("like", { turn: form.dataset.turn, verdict: "", by: name });
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
  shown.querySelector(".rename").hidden = !state.words;
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
  panel.querySelector(".marked").textContent = state.spot ? `Marked by ${state.by}.` : state.turns[state.turn].words;
  const back = panel.querySelector("[data-do=unpick]");
  back.hidden = !state.spot;
  back.dataset.spot = JSON.stringify(state.spot || null);
  const lasting = window.CSS?.highlights;
  if (state.spot && panel.picked) lasting?.set("marked", new Highlight(panel.picked));
  else lasting?.delete("marked");
}

// Where a point of the page lies in the document's text, in code points: what the page adds does not count.
function offsetIn(text, node, at) {
  const range = document.createRange();
  range.setStart(text, 0);
  range.setEnd(node, at);
  const before = range.cloneContents();
  before.querySelectorAll(".added").forEach((one) => one.remove());
  return Number(text.dataset.first) + Array.from(before.textContent).length;
}

function selection() {
  const chosen = document.getSelection();
  const text = element.querySelector(".source .text");
  if (!text || !chosen.rangeCount || chosen.isCollapsed) return null;
  const range = chosen.getRangeAt(0);
  return text.contains(range.startContainer) && text.contains(range.endContainer) ? range : null;
}

document.addEventListener("selectionchange", () => {
  const panel = element.isConnected && element.querySelector(".source .selecting");
  if (!panel) return;
  const range = selection();
  // Pressing the button may undo the selection: what was selected last is what counts.
  if (range) panel.picked = range.cloneRange();
  else if (!panel.contains(document.activeElement)) panel.picked = null;
  panel.querySelector("[data-do=pick]").disabled = !panel.picked;
});

function pick() {
  const source = element.querySelector(".source");
  const range = source.querySelector(".selecting").picked;
  if (!range) return;
  const text = source.querySelector(".text");
  const copy = range.cloneContents();
  copy.querySelectorAll(".added").forEach((one) => one.remove());
  const { turn, document: name } = source.dataset;
  const start = offsetIn(text, range.startContainer, range.startOffset);
  const end = offsetIn(text, range.endContainer, range.endOffset);
  mark({ turn, verdict: "answers", document: name, start, end, words: copy.textContent, where: "panel" });
}

element.addEventListener("pointerdown", (event) => {
  // The selection stays while the button beside it is pressed.
  if (event.target.closest("[data-do=pick]")) event.preventDefault();
});

element.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.target.matches("form.by")) named(event.target);
});

element.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-to]");
  if (link) {
    event.preventDefault();
    follow(link.dataset.to);
    return;
  }
  const button = event.target.closest("button[data-do]");
  if (!button) return;
  const { turn, number, question } = button.dataset;
  if (button.dataset.do === "show") {
    document.querySelector("button[data-open]")?.removeAttribute("data-open");
    button.dataset.open = "";
    trigger("select", { turn, number });
  } else if (button.dataset.do === "copy") copy(button);
  else if (button.dataset.do === "save") trigger("download", { to: button.dataset.to });
  else if (button.dataset.do === "ask") trigger("example_select", { question });
  else if (button.dataset.do === "close") close();
  else if (button.dataset.do === "run") {
    trigger(button.dataset.what === "resume" ? "retry" : "select", { run: button.dataset.run });
  } else if (button.dataset.do === "pick") pick();
  else if (button.dataset.do === "rename") askName(button.closest(".turn").dataset.turn);
  else if (button.dataset.do === "unpick") {
    const { turn } = button.closest(".source").dataset;
    mark({ turn, verdict: "withdrawn", where: "panel", ...JSON.parse(button.dataset.spot) });
  } else if (button.dataset.do === "mark") {
    const verdict = button.getAttribute("aria-pressed") === "true" ? "withdrawn" : button.dataset.verdict;
    mark(number ? { turn, number, verdict } : { turn, verdict });
  }
});

element.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && element.querySelector(".source")) close();
});

let opened = "";
function settle() {
  const file = element.querySelector(".file");
  if (file) return save(file);
  const made = element.querySelector(".judged");
  if (made) return judged(made);
  const panel = element.querySelector(".source");
  if (panel) {
    if (panel.dataset.opened === opened) return;
    opened = panel.dataset.opened;
    const scroll = panel.querySelector(".scroll");
    const lit = panel.querySelector(".lit");
    if (narrow()) {
      (lit || panel).scrollIntoView({ block: "center" });
    } else {
      const top = lit ? lit.getBoundingClientRect().top - scroll.getBoundingClientRect().top : 0;
      scroll.scrollTop += top - scroll.clientHeight / 3;
      if (!lit) scroll.scrollTop = 0;
      // The chat has just become narrower: bring back the card that was being read.
      document.querySelector("button[data-open]")?.closest(".card").scrollIntoView({ block: "nearest" });
    }
    panel.querySelector(".close").focus({ preventScroll: true });
    return;
  }
  const turns = element.querySelectorAll(".turn");
  const run = element.querySelector(".opened");
  if (run) {
    run.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
    run.querySelector("h2").focus({ preventScroll: true });
  }
  if (!element.querySelector(".turns")) return;
  if (!turns.length) standing.clear();
  for (const { dataset } of turns) press(dataset.turn);
  // Who has marked before sees what they said of the same question then.
  const fresh = [...turns].filter((one) => one.querySelector(".judging") && !standing.has(one.dataset.turn));
  if (who() && fresh.length) trigger("like", { turn: fresh[0].dataset.turn, verdict: "", by: who() });
  const last = turns[turns.length - 1];
  if (turns.length > 1) last.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}

watch("value", () => requestAnimationFrame(settle));
