// The list of what is kept: drawn, searched, a hundred at a time.
const FEW = 100;
const shell = () => element.querySelector(".kept");
const drawer = () => element.querySelector("dialog.drawer");
const speech = () => document.documentElement.lang || "en";
const said = (key, values = {}) =>
  Object.entries(values).reduce(
    (words, [name, value]) => words.replace(name, () => value),
    shell().getAttribute(`data-${key}`) || key,
  );

function counted(number) {
  const forms = new Map(shell().dataset.questions.split("|").map((form) => form.split(/=(.*)/s)));
  const form = forms.get(new Intl.PluralRules(speech()).select(number)) || forms.get("other");
  return form.replace("#", number.toLocaleString(speech()));
}

// The time of day for today's, the day for the others.
function when(moment) {
  if (!moment) return "";
  const date = new Date(moment);
  const today = date.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(speech(), today ? { timeStyle: "short" } : { dateStyle: "medium" }).format(date);
}

class Listing {
  constructor() {
    this.records = [];
    this.words = null; // of everything, once something is searched
    this.limit = FEW;
  }

  async read(vault) {
    this.records = await vault.all();
    this.words = null;
    this.vault = vault;
  }

  // The records that have every word that is searched for, each with the question it was found under.
  async found(wanted) {
    const words = folded(wanted).split(/\s+/).filter(Boolean);
    if (!words.length) return this.records.map((record) => ({ record, under: "" }));
    this.words ||= await this.vault.words();
    return this.records.flatMap((record) => {
      const turns = this.words.get(record.id) || [];
      const name = folded(record.name);
      const all = `${name}\n${turns.map((turn) => turn.words).join("\n")}`;
      if (!words.every((word) => all.includes(word))) return [];
      const rest = words.filter((word) => !name.includes(word));
      const under = rest.length && turns.find((turn) => rest.some((word) => turn.words.includes(word)));
      return [{ record, under: under && under.question !== record.name ? under.question : "" }];
    });
  }

  async draw(current) {
    const wanted = drawer().querySelector("input[type=search]").value;
    const found = await this.found(wanted);
    const list = drawer().querySelector("ul.list");
    if (list.querySelector("form.naming")) return; // a name is being typed
    const rowOf = (inside) => (inside && list.contains(inside) ? inside.closest("li")?.dataset.id : undefined);
    const focused = rowOf(document.activeElement);
    const doing = document.activeElement?.dataset.do;
    const unfolded = rowOf(list.querySelector("details.more[open]"));
    list.replaceChildren(...found.slice(0, this.limit).map((one) => this.row(one, current)));
    // What is unfolded stays so, and what has the focus keeps it.
    for (const row of list.children) {
      if (row.dataset.id === unfolded) row.querySelector("details.more").open = true;
      if (row.dataset.id !== focused) continue;
      (row.querySelector(doing ? `[data-do=${doing}]` : "summary") || row.querySelector("summary")).focus();
    }
    drawer().querySelector(".none").hidden = this.records.length > 0;
    drawer().querySelector(".none-found").hidden = !this.records.length || found.length > 0;
    drawer().querySelector(".further").hidden = found.length <= this.limit;
    drawer().querySelector("input[type=search]").disabled = !this.records.length;
    for (const name of ["carry", "clear"]) {
      drawer().querySelector(`footer [data-do=${name}]`).disabled = !this.records.length;
    }
  }

  row({ record, under }, current) {
    const row = element.querySelector("template.row").content.firstElementChild.cloneNode(true);
    row.dataset.id = record.id;
    row.querySelector(".name").textContent = record.name || said("untitled");
    row.querySelector(".found").textContent = under;
    row.querySelector(".found").hidden = !under;
    row.querySelector(".when").textContent = [when(record.changed), counted(record.turns.length)]
      .filter(Boolean)
      .join(" · ");
    if (record.id === current) row.querySelector(".one").setAttribute("aria-current", "true");
    row.querySelector("summary").setAttribute("aria-label", said("more", { NAME: record.name }));
    return row;
  }
}
