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
  const place = element.isConnected && element.querySelector(".source .selecting");
  if (!place) return;
  const range = selection();
  // Pressing the button may undo the selection: what was selected last is what counts.
  if (range) place.picked = range.cloneRange();
  else if (!place.contains(document.activeElement)) place.picked = null;
  place.toggleAttribute("data-picked", Boolean(place.picked));
  // Not "disabled": Gradio may draw the panel again as it came, which must not take away a press under way.
  for (const button of place.querySelectorAll("[data-do=pick], [data-do=copySelection]")) {
    button.setAttribute("aria-disabled", String(!place.picked));
  }
});

// What is selected: its document, its place, its words; null where nothing is.
function picked() {
  const source = element.querySelector(".source");
  const range = source.querySelector(".selecting").picked;
  if (!range) return null;
  const text = source.querySelector(".text");
  const words = range.cloneContents();
  words.querySelectorAll(".added").forEach((one) => one.remove());
  const start = offsetIn(text, range.startContainer, range.startOffset);
  const end = offsetIn(text, range.endContainer, range.endOffset);
  return { document: source.dataset.document, start, end, words: words.textContent };
}

element.addEventListener("pointerdown", (event) => {
  // The selection stays while the button beside it is pressed.
  if (event.target.closest("[data-do=pick], [data-do=copySelection]")) event.preventDefault();
});

does.pick = () => {
  const place = picked();
  const { turn } = element.querySelector(".source").dataset;
  if (place) mark({ turn, verdict: "answers", ...place, where: "panel" });
};
does.copySelection = async (button) => {
  const place = picked();
  if (!place) return;
  try {
    const { words, citation } = await told("cite", place);
    button.dataset.copy = `“${words}”\n${citation}`;
    await copy(button);
  } catch (error) {
    button.textContent = error.message;
  }
};
does.unpick = (button) => {
  const { turn } = button.closest(".source").dataset;
  mark({ turn, verdict: "withdrawn", where: "panel", ...JSON.parse(button.dataset.spot) });
};
