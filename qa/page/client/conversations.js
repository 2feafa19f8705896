// Conversations: what this tab has open is kept as it grows; the list opens, names, saves and deletes the others.
const MOST_BROUGHT = 64; // megabytes of a file that is imported
const PATIENCE = 30_000; // milliseconds after which one can ask whether or not the server has answered
const listing = new Listing();
const current = { id: "", version: undefined }; // what is open here, "" for one that nothing was kept of yet
let person = null; // who is signed in; null before the server has said
let vault = null;
let heard = false; // whether the server has told this page of any turns
let opening = "";
let begun = 0; // how many new conversations were begun here by hand
let undoing = []; // ids that were deleted last, …
let undoingOpen = ""; // … and the one of them that was open
let work = Promise.resolve(); // one thing after the other
let others = null; // the other tabs of this browser

let know;
const known = new Promise((resolve) => (know = resolve)); // settled when it is known who is there and what they kept
const after = (act) =>
  (work = work.then(() => known).then(() => (vault ? act() : line(said("off")))).catch(trouble));
const tabs = () => `ibid.open:${person}`;
function remembered() {
  try {
    return sessionStorage.getItem(tabs()) || "";
  } catch {
    return "";
  }
}
function remember(id) {
  try {
    if (id) sessionStorage.setItem(tabs(), id);
    else sessionStorage.removeItem(tabs());
  } catch {
    // Then a reload begins anew; the list has it all the same.
  }
}

function line(words, where = shell().querySelector(".bar .line")) {
  where.textContent = words;
}
const below = (words, undo = false) => {
  line(words, drawer().querySelector(".line [role=status]"));
  drawer().querySelector("[data-do=undo]").hidden = !undo;
};
function trouble(error) {
  if (!(error instanceof DOMException)) return window.setTimeout(() => { throw error; });
  line(said(error.name === FULL ? "full" : "off"));
}

// What is open, by name, in the bar.
async function shown() {
  const record = current.id && vault ? await vault.one(current.id) : null;
  const name = shell().querySelector(".bar .name");
  name.textContent = record?.name || "";
  name.hidden = !record;
  shell().querySelector(".bar [data-do=rename]").hidden = !record;
}
async function redrawn() {
  await shown();
  if (!drawer().open) return;
  await listing.read(vault);
  await listing.draw(current.id);
}
function changed() {
  others?.postMessage("changed");
  return redrawn();
}

function begin(id = "", version = undefined) {
  current.id = id;
  current.version = version;
  remember(id);
}

// ── what the server tells ──────────────────────────────────────────────────────────────────────────────

async function acquainted(name) {
  person = name;
  const found = await Keeping.of(person);
  others = new BroadcastChannel(`ibid:${person}`);
  others.onmessage = () => after(redrawn);
  await found.all();
  if (found.damaged) line(said("damaged-store"));
  await found.purge();
  vault = found;
  window.setInterval(() => after(() => vault.purge()), TAKE_BACK);
}

function met(told) {
  // Not in its turn: whatever else was asked for waits for this.
  if (person === null) acquainted(told.person).catch(trouble).finally(know);
  return after(() => welcomed(told));
}

async function welcomed({ ready }) {
  // An address that asks something begins a conversation of its own.
  const [visit] = performance.getEntriesByType("navigation");
  const asks = new URL(visit?.name || location.href).searchParams.has("q");
  const busy = document.querySelector(".transcript .turn");
  if (ready && !asks && !busy && !heard && remembered()) await open(remembered());
}

async function grown({ first, turns }) {
  if (!vault) return;
  const forgotten = first && heard && current.id;
  heard = true;
  if (!turns.length) {
    // The last of its turns was taken away.
    if (current.id) await vault.change(current.id, { deleted: Date.now() });
    return changed();
  }
  if (forgotten) return mended(turns);
  if (!current.id) begin(identity());
  const kept = await vault.keep(current.id, current.version, turns);
  if (kept.missing) return trigger("retry", {});
  if (kept.conflict) {
    // Another tab has gone on with it: this one goes on with a conversation of its own.
    begin(identity());
    return trigger("retry", {});
  }
  begin(current.id, kept.record.version);
  return changed();
}

// The server forgot the conversation (it was started anew, or nothing was asked for long), and the person asked
// on: what is kept goes before what is new, and all of it is opened again.
async function mended(turns) {
  const record = await vault.one(current.id);
  const kept = record && (await vault.keep(current.id, record.version, [...record.turns, ...turns]));
  if (kept?.record) return open(current.id);
  begin();
  return trigger("retry", {});
}

let patience = 0;
let focused = null; // what had the focus while nothing could be asked
function held(holding) {
  window.clearTimeout(patience);
  const composer = document.querySelector(".composer");
  if (holding && composer?.contains(document.activeElement)) focused = document.activeElement;
  composer?.toggleAttribute("inert", holding);
  document.querySelector(".desk")?.classList.toggle("bringing", holding);
  if (holding) patience = window.setTimeout(() => held(false), PATIENCE);
  else if (document.activeElement === document.body) focused?.focus({ preventScroll: true });
  if (!holding) focused = null;
}

async function answered({ opened, failed, line: words }) {
  if (opened !== undefined || failed !== undefined) held(false);
  if (opened && opened === opening) {
    const record = await vault.one(opened);
    begin(opened, record?.version);
  } else if (failed && failed === remembered() && !current.id) remember("");
  opening = "";
  line(words || "");
  if (drawer().open) below(words || "");
  await redrawn();
}

for (const [name, act] of [["turns", grown], ["said", answered]]) {
  document.addEventListener(`ibid:told-${name}`, ({ detail }) => element.isConnected && after(() => act(detail)));
}
document.addEventListener("ibid:told-who", ({ detail }) => element.isConnected && met(detail));
if (window.ibidTold?.who) met(window.ibidTold.who);

// ── what the person does ───────────────────────────────────────────────────────────────────────────────

async function open(id) {
  const before = begun;
  const record = await vault.one(id);
  if (!record) return remember("");
  if (begun !== before) return; // the person has begun a new one since
  opening = id;
  drawer().close();
  line(said("opening"));
  // Until it is there nothing can be asked: a question would go to the one before.
  held(true);
  document.querySelector(".talk ~ .beside .source [data-do=close]")?.click();
  trigger("select", { id, turns: await vault.turns(record) });
}

const idOf = (button) => button.closest("li")?.dataset.id || current.id;

does.list = () => {
  drawer().showModal();
  below("");
  listing.limit = FEW;
  if (narrow()) drawer().querySelector("[data-do=shut]").focus();
  else drawer().querySelector("input[type=search]").focus();
  after(redrawn);
};
does.shut = () => drawer().close();
does.open = (button) => {
  const id = idOf(button);
  if (id === current.id) return drawer().close();
  after(() => open(id));
};
does.further = () => {
  listing.limit += FEW;
  after(() => listing.draw(current.id));
};

// The name is changed where it stands.
does.rename = (button) => {
  const id = idOf(button);
  const place = button.closest("li") || shell().querySelector(".bar");
  place.querySelector("form.naming")?.remove();
  const form = element.querySelector("template.renaming").content.firstElementChild.cloneNode(true);
  form.dataset.id = id;
  form.elements.name.value = place.querySelector(".name").textContent;
  place.classList.add("renaming");
  place.append(form);
  form.elements.name.select();
};
function unname(form) {
  const place = form.parentElement;
  place.classList.remove("renaming");
  form.remove();
  (place.querySelector("summary") || place.querySelector("[data-do=rename]")).focus();
}
does.unname = (button) => unname(button.closest("form"));
element.addEventListener("submit", (event) => {
  if (!event.target.matches("form.naming")) return;
  event.preventDefault();
  const form = event.target;
  const { id } = form.dataset;
  const name = form.elements.name.value.trim();
  unname(form);
  if (name) after(async () => (await vault.change(id, { name, named: true })) && changed());
});
element.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  const form = event.target.closest("form.naming");
  const menu = event.target.closest("details.more[open]");
  if (!form && !menu) return;
  event.preventDefault();
  if (form) return unname(form);
  menu.open = false;
  menu.querySelector("summary").focus();
});
element.addEventListener("toggle", ({ target }) => {
  if (!target.matches("details.more") || !target.open) return;
  for (const other of element.querySelectorAll("details.more[open]")) if (other !== target) other.open = false;
}, true);
element.addEventListener("click", (event) => {
  const { left, right, top, bottom } = drawer().getBoundingClientRect();
  const { clientX: x, clientY: y } = event;
  const beside = x < left || x > right || y < top || y > bottom;
  if (event.target === drawer() && beside) drawer().close();
});

// Files.
does.save = (button) => {
  const id = idOf(button);
  below("");
  after(async () => {
    const record = await vault.one(id);
    if (record) trigger("download", { to: button.dataset.to, name: record.name, turns: await vault.turns(record) });
  });
};
const plain = (name) => name.replace(/[^\p{L}\p{N}_-]+/gu, " ").trim().slice(0, 60).trim() || "conversation";
const written = (parts) => new Blob(parts, { type: "application/json" });
does.receipts = (button) => {
  const id = idOf(button);
  after(async () => {
    const record = await vault.one(id);
    const answers = record ? (await vault.turns(record)).map((turn) => turn?.answer).filter(Boolean) : [];
    if (!answers.length) return below(said("empty"));
    hand(`${plain(record.name)}-receipts.json`, written([JSON.stringify(answers, null, 1), "\n"]));
  });
};
does.carry = () =>
  after(async () => {
    const parts = [];
    for (const record of await vault.all()) {
      const { id, name, named, made, changed } = record;
      const turns = (await vault.turns(record)).filter(Boolean);
      parts.push(JSON.stringify({ id, name, named, made, changed, turns }));
    }
    if (!parts.length) return below(said("empty"));
    const day = new Date().toISOString().slice(0, 10);
    const whole = ['{"ibid": "conversations", "version": 1, "conversations": [\n', parts.join(",\n"), "\n]}\n"];
    hand(`ibid-conversations-${day}.json`, written(whole));
    below(said("exported"));
  });
does.fetch = () => element.querySelector("input[type=file]").click();
element.addEventListener("change", ({ target }) => {
  const file = target.matches("input[type=file]") && target.files[0];
  if (!file) return;
  after(() => brought(file)).then(() => (target.value = ""));
});
// A file of conversations, or receipts, which become one conversation.
async function brought(file) {
  if (file.size > MOST_BROUGHT * 2 ** 20) return below(said("too-large", { MAX: MOST_BROUGHT }));
  let whole;
  try {
    whole = JSON.parse(await file.text());
  } catch {
    return below(said("not-imported"));
  }
  const answers = [whole].flat().filter((one) => Array.isArray(one?.quotes) && Array.isArray(one?.nearest));
  const turns = answers.map((answer) => ({ question: answer.question, answer }));
  const found = turns.length ? [{ turns }] : whole?.conversations;
  if (!Array.isArray(found) || !found.length) return below(said("not-imported"));
  const came = { new: 0, known: 0, bad: 0 };
  for (const one of found) came[await vault.take(one)] += 1;
  await changed();
  below(said("imported", { NEW: came.new, KNOWN: came.known, BAD: came.bad }));
}

// Deleting, and bringing back.
async function forget(ids, words) {
  undoing = ids;
  for (const id of ids) await vault.change(id, { deleted: Date.now() });
  if (ids.includes(current.id)) {
    undoingOpen = current.id;
    document.querySelector("button.fresh")?.click();
  }
  await changed();
  below(words, true);
  drawer().querySelector("[data-do=undo]").focus();
}
does.delete = (button) => {
  const id = idOf(button);
  const name = button.closest("li").querySelector(".name").textContent;
  after(() => forget([id], said("deleted", { NAME: name })));
};
does.clear = () =>
  after(async () => {
    const ids = (await vault.all()).map((record) => record.id);
    if (ids.length) await forget(ids, said("deleted-all"));
  });
does.undo = () =>
  after(async () => {
    for (const id of undoing) await vault.change(id, { deleted: 0 });
    const was = undoing.includes(undoingOpen) && !current.id ? undoingOpen : "";
    undoing = [];
    undoingOpen = "";
    await changed();
    below(said("back"));
    drawer().querySelector("input[type=search]").focus();
    if (was) await open(was);
  });

// A search waits until the typing pauses.
let pause = 0;
element.addEventListener("input", ({ target }) => {
  if (!target.matches("input[type=search]")) return;
  window.clearTimeout(pause);
  pause = window.setTimeout(() => {
    listing.limit = FEW;
    after(() => listing.draw(current.id));
  }, 120);
});

// A new conversation: what is open is kept as it is, and nothing of it is gone on with.
document.addEventListener(
  "click",
  (event) => {
    if (!element.isConnected || !event.target.closest?.("button.fresh")) return;
    begun += 1;
    begin();
    line("");
    after(redrawn);
  },
  true,
);
