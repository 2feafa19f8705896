// Puts what is new of the transcript in its place. It names all turns by their keys; those that the page has
// already stay as they are, with what is unfolded in them and what has the focus.
function put(news) {
  const transcript = document.querySelector(".transcript");
  const turns = transcript.querySelector(".turns");
  const keyed = (root) => [...root.querySelectorAll(":scope > .turn")].map((one) => [one.dataset.key, one]);
  const before = keyed(turns);
  const there = new Map(before);
  const made = new Map(keyed(news));
  const keys = news.dataset.keys.split(" ").filter(Boolean);
  if (keys.some((key) => !made.has(key) && !there.has(key))) return trigger("retry", {});

  const added = keys.filter((key) => !there.has(key));
  const numbers = new Map(before.map(([key, one]) => [key, one.dataset.turn]));
  turns.querySelector(":scope > .welcome")?.remove();
  if (!keys.length) turns.append(news.querySelector(".welcome"));
  for (const [key, old] of before) {
    const now = made.get(key);
    if (now && keys.includes(key)) renew(old, now);
    else if (!keys.includes(key)) old.remove();
  }
  let at = turns.querySelector(":scope > .turn");
  keys.forEach((key, index) => {
    const now = made.get(key) || there.get(key);
    if (now === at) at = at.nextElementSibling;
    else turns.insertBefore(now, at);
    now.dataset.turn = index + 1;
    count(now, keys.length - index - 1);
  });
  transcript.querySelector(".foot").replaceChildren(...news.querySelector(".foot").childNodes);
  const moved = before.some(([key]) => key !== "pending" && numbers.get(key) !== String(keys.indexOf(key) + 1));
  if (moved) follow(numbers, keys);
  transcript.querySelector(".said").textContent = spoken(turns, added);
  if (added.length && keys.length > 1 && added.includes(keys[keys.length - 1])) {
    turns.lastElementChild.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  }
  // The address has been asked: a reload is not to ask it again.
  if (keys.length && new URLSearchParams(location.search).has("q")) {
    history.replaceState(history.state, "", location.pathname);
  }
  transcript.querySelector(".turns").dispatchEvent(
    new CustomEvent("ibid:turns", { bubbles: true, detail: { moved } }),
  );
}

// A turn that comes again keeps what was unfolded and a name that is being asked for; of further quotes the first
// takes the focus.
function renew(old, now) {
  const writing = document.activeElement.closest("form.by") && document.activeElement;
  const focused = old.contains(document.activeElement);
  const naming = old.querySelector("form.by:not([hidden])");
  if (naming) now.querySelector("form.by")?.replaceWith(naming);
  const folds = old.querySelectorAll(".card details");
  const cards = old.querySelectorAll(".card").length;
  const fresh = now.querySelectorAll(".card");
  const open = now.querySelectorAll(".card details");
  folds.forEach((fold, index) => fold.open && open[index] && (open[index].open = true));
  old.replaceWith(now);
  if (naming?.contains(writing)) writing.focus();
  else if (focused) (fresh[cards] || now.querySelector("[data-do=more]"))?.focus();
}

// How many questions are taken away with this one, where it is edited.
function count(turn, later) {
  const said = turn.querySelector(".replaces");
  if (said) said.textContent = later ? word("replaces").replace("NUMBER", later) : "";
}

// The panel beside belongs to a turn, whose number may be another now.
function follow(numbers, keys) {
  const panel = document.querySelector(".talk ~ .beside .source[data-turn]");
  if (!panel) return;
  const key = [...numbers].find(([, number]) => number === panel.dataset.turn)?.[0];
  if (keys.includes(key)) panel.dataset.turn = keys.indexOf(key) + 1;
  else panel.querySelector("[data-do=close]")?.click();
}

// What is spoken of an answer to who does not see it: how sure it is, not the whole of it.
function spoken(turns, added) {
  const last = turns.lastElementChild;
  if (!last || !added.includes(last.dataset.key)) return "";
  return last.querySelector(".message, .strength, .no-answer p")?.textContent || "";
}

// Called at once, not with the next frame: two in a row are both seen.
function take() {
  for (const news of element.querySelectorAll(".news")) {
    news.remove();
    put(news);
  }
}
watch("value", take);
take(); // what came before this script was there
