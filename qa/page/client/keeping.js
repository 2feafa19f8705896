// What this browser keeps: conversations and their turns in IndexedDB, a database for each person who signs in.
// What lies there may be damaged, or of another version of the page: it is looked at before it is used.
const TAKE_BACK = 600_000; // milliseconds for which what is deleted can be brought back
const FULL = "QuotaExceededError";

const promised = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
const finished = (transaction) =>
  new Promise((done, failed) => {
    transaction.oncomplete = () => done();
    transaction.onabort = () => failed(transaction.error || new Error("aborted"));
  });
// An identity without crypto.randomUUID, which pages from another machine's plain address do not have.
const identity = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte.toString(16).padStart(2, "0")).join("");
const of = (id) => IDBKeyRange.bound([id], [id, []]);
const text = (value, most = 5_000) => (typeof value === "string" ? value.slice(0, most) : "");
const time = (value) => (Number.isFinite(value) && value > 0 && value < 8.6e15 ? value : 0);

// A record of a conversation as the page needs it, or null.
function sound(kept) {
  if (!kept || typeof kept.id !== "string" || !kept.id || !Array.isArray(kept.turns)) return null;
  const turns = kept.turns
    .filter((turn) => turn && typeof turn.key === "string" && typeof turn.question === "string")
    .map(({ key, question, asked }) => ({ key, question, asked: text(asked, 40) }));
  if (!turns.length || turns.length !== kept.turns.length) return null;
  return {
    id: kept.id,
    name: text(kept.name, 500) || text(turns[0].question, 500),
    named: kept.named === true,
    made: time(kept.made),
    changed: time(kept.changed),
    version: time(kept.version),
    deleted: time(kept.deleted),
    turns,
  };
}

class Keeping {
  static async of(person) {
    if (!window.indexedDB) throw new DOMException("Nothing can be kept here.", "NotSupportedError");
    const request = indexedDB.open(person ? `ibid:${person}` : "ibid", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("conversations", { keyPath: "id" });
      request.result.createObjectStore("turns", { keyPath: ["of", "key"] });
    };
    const database = await promised(request);
    database.onversionchange = () => database.close();
    return new Keeping(database);
  }

  constructor(database) {
    this.database = database;
    this.damaged = 0;
  }

  // What is done in one transaction, which is given up whole where anything in it fails.
  async within(mode, act) {
    const transaction = this.database.transaction(["conversations", "turns"], mode);
    const end = finished(transaction);
    end.catch(() => {});
    let result;
    try {
      result = await act(transaction.objectStore("conversations"), transaction.objectStore("turns"));
    } catch (error) {
      try {
        transaction.abort();
      } catch {
        // It has ended already, by the same error.
      }
      throw transaction.error || error;
    }
    await end;
    return result;
  }

  // All conversations, the latest first.
  async all({ deleted = false } = {}) {
    const found = await this.within("readonly", (shelf) => promised(shelf.getAll()));
    const records = found.map(sound);
    this.damaged = records.filter((one) => !one).length;
    return records
      .filter((one) => one && (deleted || !one.deleted))
      .sort((one, other) => other.changed - one.changed);
  }

  async one(id) {
    const found = sound(await this.within("readonly", (shelf) => promised(shelf.get(id))));
    return found && !found.deleted ? found : null;
  }

  // What was kept of each turn, in order; null for one that is gone.
  async turns(record) {
    const found = await this.within("readonly", (_, store) => promised(store.getAll(of(record.id))));
    const kept = new Map(found.map((one) => [one.key, one.record]));
    return record.turns.map(({ key }) => kept.get(key) ?? null);
  }

  // Keeps the turns of a conversation: those without a record are there already. ``seen`` is the version that
  // this tab knows. Gives {record}, or {conflict} where another tab has gone on with it, or {missing}.
  async keep(id, seen, turns, name = "") {
    return this.within("readwrite", async (shelf, store) => {
      const old = sound(await promised(shelf.get(id)));
      if (old && !old.deleted && old.version !== seen) return { conflict: true };
      const there = new Map((old?.turns || []).map((turn) => [turn.key, turn]));
      if (turns.some((turn) => !turn.record && !there.has(turn.key))) return { missing: true };
      const now = turns.map(({ key, record }) =>
        record ? { key, question: record.question, asked: record.asked } : there.get(key),
      );
      const wanted = new Set(now.map((turn) => turn.key));
      for (const [, key] of await promised(store.getAllKeys(of(id)))) {
        if (!wanted.has(key)) store.delete([id, key]);
      }
      for (const { key, record } of turns) if (record) await promised(store.put({ of: id, key, record }));
      const told = (list) => JSON.stringify((list || []).map(({ question, asked }) => [question, asked]));
      const record = {
        id,
        name: old?.named ? old.name : name || now[0].question,
        named: old?.named || Boolean(name),
        made: old?.made || Date.now(),
        changed: told(old?.turns) === told(now) ? old.changed : Date.now(),
        version: (old?.version || 0) + 1,
        deleted: 0,
        turns: now,
      };
      await promised(shelf.put(record));
      return { record };
    });
  }

  // Changes fields of the record; null where it is gone.
  async change(id, fields) {
    return this.within("readwrite", async (shelf) => {
      const old = sound(await promised(shelf.get(id)));
      if (!old) return null;
      const now = { ...old, ...fields };
      await promised(shelf.put(now));
      return now;
    });
  }

  // Takes a conversation in from a file. Gives "new", "known" or "bad".
  async take(brought) {
    const turns = Array.isArray(brought?.turns) ? brought.turns : [];
    if (!turns.length || turns.some((turn) => !turn || typeof turn.question !== "string")) return "bad";
    const records = turns.map((record, index) => ({ key: `brought-${index}`, record }));
    const listed = turns.map(({ question, asked }, index) => ({ key: `brought-${index}`, question, asked }));
    const made = sound({ ...brought, id: text(brought.id, 100) || identity(), turns: listed });
    if (!made) return "bad";
    return this.within("readwrite", async (shelf, store) => {
      const told = (record) => JSON.stringify(record.turns.map(({ question, asked }) => [question, asked]));
      const old = sound(await promised(shelf.get(made.id)));
      if (old && !old.deleted) {
        if (told(old) === told(made)) return "known";
        made.id = identity();
      }
      for (const key of await promised(store.getAllKeys(of(made.id)))) store.delete(key);
      for (const { key, record } of records) await promised(store.put({ of: made.id, key, record }));
      await promised(shelf.put({ ...made, changed: made.changed || Date.now(), deleted: 0, version: 1 }));
      return "new";
    });
  }

  // Forgets for good what was deleted a while ago, and what is no conversation at all.
  async purge() {
    await this.within("readwrite", async (shelf, store) => {
      for (const kept of await promised(shelf.getAll())) {
        const record = sound(kept);
        if (record && !(record.deleted && record.deleted < Date.now() - TAKE_BACK)) continue;
        shelf.delete(kept.id);
        if (typeof kept.id === "string") store.delete(of(kept.id));
      }
    });
  }

  // Everything that can be searched, folded: (id, question) → words, turn by turn.
  async words() {
    const found = new Map();
    await this.within("readonly", async (_, store) => {
      for (let at = await promised(store.openCursor()); at; ) {
        const { of: id, record } = at.value;
        const answer = record?.answer || {};
        const quotes = [answer.quotes, answer.nearest].flatMap((list) => (Array.isArray(list) ? list : []));
        const said = [record?.question, ...quotes.flatMap((quote) => [quote?.clean, quote?.citation])];
        if (!found.has(id)) found.set(id, []);
        found.get(id).push({ question: text(record?.question), words: folded(said.map((one) => text(one)).join("\n")) });
        at.continue();
        at = await promised(at.request);
      }
    });
    return found;
  }
}

// Letters without case and accents, so that a search finds what is meant.
function folded(words) {
  return words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
