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

does.pick = pick;
does.unpick = (button) => {
  const { turn } = button.closest(".source").dataset;
  mark({ turn, verdict: "withdrawn", where: "panel", ...JSON.parse(button.dataset.spot) });
};
