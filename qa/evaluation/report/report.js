
"use strict";
(() => {
  const STEP = 40; // questions that are put on the page at once
  const LABELS = 12; // labels of a slice that are shown before "show all"
  const LESS_IS_BETTER = new Set(["answered_wrongly", "refused_wrongly", "ece", "aurc"]);
  const SVG = "http://www.w3.org/2000/svg";

  // Everything from documents and questions goes through here and becomes text, never markup.
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child != null && child !== ""));
    return element;
  }
  function rect(name, x, y, width, height) {
    const element = document.createElementNS(SVG, "rect");
    for (const [key, value] of Object.entries({ class: name, x, y, width, height })) element.setAttribute(key, value);
    return element;
  }
  function line(low, high, value) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("class", "line");
    svg.setAttribute("viewBox", "0 0 100 10");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    svg.append(rect("track", 0, 4.5, 100, 1), rect("range", 100 * low, 3, Math.max(0.4, 100 * (high - low)), 4),
      rect("value", Math.min(99, Math.max(0, 100 * value - 0.5)), 0, 1, 10));
    return svg;
  }
  const share = (part, whole) => (whole ? `${Math.round((100 * part) / whole)}\u00a0%` : "–");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  // Lines end where the print did; only empty lines mean something.
  const flowing = (text) => text.replace(/[^\S\n]*\n[^\S\n]*(\n\s*)?/g, (_, empty) => (empty === undefined ? " " : "\n"));
  const isMiss = (question) => question.faults.length > 0;

  const sets = [...document.querySelectorAll("section.set")];
  const shown = new Map(); // section → the set that it shows, once it was looked at

  class Shown {
    constructor(section) {
      this.section = section;
      this.data = JSON.parse(document.getElementById(`data-${section.dataset.number}`).textContent);
      this.filter = { words: "", which: "all", verdict: "", labels: {}, order: "set" };
      this.tryThresholds();
      this.slices();
      this.questions();
      for (const button of section.querySelectorAll("[data-verdict]"))
        button.addEventListener("click", () => this.show({ verdict: button.dataset.verdict }));
      for (const button of section.querySelectorAll("[data-open]"))
        button.addEventListener("click", () => this.open(button.dataset.open));
    }

    // What another threshold would do to these questions.
    tryThresholds() {
      const box = this.section.querySelector(".try");
      if (!box || !this.data.questions.length) return;
      const input = make("input", { type: "range", min: 0, max: 1, step: 0.005, value: box.dataset.start });
      const output = make("output");
      const words = make("p", { "aria-live": "polite" });
      const plot = this.section.querySelector(".plot[data-x]");
      const tried = plot && plot.querySelector(".tried");
      const [x0, x1, y0, y1] = plot ? `${plot.dataset.x} ${plot.dataset.y}`.split(" ").map(Number) : [];
      const tell = () => {
        const from = Number(input.value);
        const answers = this.data.questions.filter((question) => question.confidence >= from);
        const judged = this.data.questions.filter((question) => question.right != null);
        const judgedAnswers = judged.filter((question) => question.confidence >= from);
        const right = judgedAnswers.filter((question) => question.right === 1).length;
        const without = this.data.questions.filter((question) => !question.answerable).length;
        const answeredWithout = answers.filter((question) => !question.answerable).length;
        const refused = this.data.questions.filter((q) => q.answerable && q.confidence < from).length;
        const answerable = this.data.questions.length - without;
        output.textContent = from.toFixed(3);
        words.textContent = `Answers ${answers.length} of ${this.data.questions.length}` +
          (judgedAnswers.length ? `, of which ${share(right, judgedAnswers.length)} show the evidence first` : "") + "." +
          (without ? ` Of ${without} without an answer it answers ${answeredWithout} (${share(answeredWithout, without)}).` : "") +
          (answerable ? ` Of ${answerable} with one it refuses ${refused} (${share(refused, answerable)}).` : "");
        if (tried && judged.length) {
          tried.toggleAttribute("hidden", !judgedAnswers.length);
          const risk = 1 - right / (judgedAnswers.length || 1);
          tried.setAttribute("cx", x0 + (x1 - x0) * (judgedAnswers.length / judged.length));
          tried.setAttribute("cy", y0 + (y1 - y0) * risk);
        }
      };
      input.addEventListener("input", tell);
      box.append(make("label", {}, "Answer from confidence", input, output), words);
      box.hidden = false;
      tell();
      if (tried) tried.setAttribute("hidden", ""); // until somebody tries
    }

    slices() {
      const box = this.section.querySelector(".slices");
      const cuts = Object.entries(this.data.slices).filter(([, labels]) => Object.keys(labels).length);
      const measures = new Set(cuts.flatMap(([, labels]) => Object.values(labels).flatMap((one) => Object.keys(one.measures))));
      if (!cuts.length || !measures.size) return;
      const select = make("select", {}, ...[...measures].map((name) => make("option", { value: name }, name)));
      select.value = measures.has("quote_hit@1") ? "quote_hit@1" : [...measures][0];
      const body = make("div", { class: "cuts" });
      const note = make("span");
      const draw = () => {
        note.textContent = LESS_IS_BETTER.has(select.value) ? " (less is better)" : "";
        body.replaceChildren(...cuts.map(([by, labels]) => this.cut(by, labels, select.value)).filter(Boolean));
      };
      select.addEventListener("change", draw);
      box.append(make("label", { class: "pick" }, "Measure: ", select, note), body);
      box.hidden = false;
      draw();
    }

    cut(by, labels, measure) {
      const rows = Object.entries(labels).filter(([, one]) => one.measures[measure]).map(([label, one]) => {
        const [value, low, high, rests] = one.measures[measure];
        return make("div", { class: "row" },
          make("button", { type: "button", title: `Show the questions: ${label}`, onclick: () => this.show({ labels: { [by]: label } }) }, label),
          make("span", { class: "n", title: `${rests} questions` }, String(rests)), line(low, high, value),
          make("span", { class: "figure", title: `95 % interval ${low.toFixed(3)}–${high.toFixed(3)}` }, value.toFixed(3)));
      });
      if (!rows.length) return null;
      const rest = rows.slice(LABELS);
      const cut = make("div", { class: "cut" }, make("h4", {}, by), ...rows.slice(0, LABELS));
      if (rest.length) {
        const more = make("button", { type: "button", class: "more" }, `Show all ${rows.length}`);
        more.addEventListener("click", () => { more.replaceWith(...rest); rest[0].querySelector("button").focus(); });
        cut.append(more);
      }
      return cut;
    }

    questions() {
      const all = this.data.questions;
      const box = this.section.querySelector(".questions");
      const again = () => this.list();
      this.search = make("input", { type: "search", placeholder: "Search questions, quotes, documents", "aria-label": "Search" });
      let waiting;
      this.search.addEventListener("input", () => {
        clearTimeout(waiting);
        waiting = setTimeout(() => { this.filter.words = this.search.value; again(); }, 150);
      });
      const kinds = [["all", `All ${all.length}`], ["misses", `Misses ${all.filter(isMiss).length}`]];
      const turned = (word) => all.filter((question) => question.turned.some((one) => one.endsWith(word))).length;
      for (const word of ["better", "worse"]) if (turned(word)) kinds.push([word, `Turned ${word} ${turned(word)}`]);
      this.which = make("div", { class: "switch", role: "group", "aria-label": "Which questions" }, ...kinds.map(([kind, words]) =>
        make("button", { type: "button", "data-which": kind, onclick: () => { this.filter.which = kind; again(); } }, words)));
      const legend = [...this.section.querySelectorAll(".legend [data-verdict]")];
      this.verdict = make("select", { "aria-label": "Outcome" }, make("option", { value: "" }, "Any outcome"),
        ...legend.map((one) => make("option", { value: one.dataset.verdict }, one.querySelector("span").textContent)));
      this.verdict.addEventListener("change", () => { this.filter.verdict = this.verdict.value; again(); });
      this.cuts = Object.entries(this.data.slices).filter(([, labels]) => Object.keys(labels).length > 1).map(([by, labels]) => {
        const select = make("select", { "aria-label": by, "data-by": by }, make("option", { value: "" }, `Any ${by}`),
          ...Object.entries(labels).map(([label, one]) => make("option", { value: label }, `${label} (${one.questions})`)));
        select.addEventListener("change", () => { this.filter.labels[by] = select.value; again(); });
        return select;
      });
      this.order = make("select", { "aria-label": "Order" }, make("option", { value: "set" }, "In the set's order"),
        make("option", { value: "sure" }, "Most confident first"), make("option", { value: "unsure" }, "Least confident first"),
        make("option", { value: "slow" }, "Slowest first"));
      this.order.addEventListener("change", () => { this.filter.order = this.order.value; again(); });
      this.count = make("p", { class: "count", "aria-live": "polite" });
      this.body = make("div", { class: "items" });
      this.more = make("button", { type: "button", class: "more", onclick: () => this.append() }, "Show more");
      box.append(make("div", { class: "controls" }, this.search, this.which, this.verdict, ...this.cuts, this.order), this.count, this.body, this.more);
      box.hidden = false;
      new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting) && this.found.length > this.at) this.append(); },
        { rootMargin: "600px" }).observe(this.more);
      this.list();
    }

    // Another filter, and the list in view.
    show(change) {
      this.filter = { words: "", which: "all", verdict: "", labels: {}, order: this.filter.order, ...change };
      this.list();
      this.section.querySelector(".questions").scrollIntoView();
      this.search.focus({ preventScroll: true });
    }

    open(id) {
      this.show({});
      const at = this.found.findIndex((question) => question.id === id);
      if (at < 0) return;
      while (this.at <= at) this.append();
      const item = this.body.children[at];
      item.open = true;
      item.scrollIntoView();
      item.querySelector("summary").focus({ preventScroll: true });
    }

    list() {
      const { words, which, verdict, labels, order } = this.filter;
      const wanted = plain(words).split(/\s+/).filter(Boolean);
      const cut = Object.entries(labels).filter(([, label]) => label);
      this.found = this.data.questions.filter((question) =>
        (which === "all" || (which === "misses" ? isMiss(question) : question.turned.some((one) => one.endsWith(which)))) &&
        (!verdict || question.verdict === verdict) && cut.every(([by, label]) => question.labels[by] === label) &&
        (!wanted.length || wanted.every((word) => this.haystack(question).includes(word))));
      const by = { sure: (a, b) => b.confidence - a.confidence, unsure: (a, b) => a.confidence - b.confidence, slow: (a, b) => b.seconds - a.seconds }[order];
      if (by) this.found.sort(by);
      if (this.search.value !== words) this.search.value = words;
      this.verdict.value = verdict;
      for (const select of this.cuts) select.value = labels[select.dataset.by] || "";
      for (const button of this.which.children) button.setAttribute("aria-pressed", String(button.dataset.which === which));
      const narrowed = this.found.length !== this.data.questions.length;
      this.count.replaceChildren(narrowed ? `${this.found.length} of ${this.data.questions.length} questions` : `${this.found.length} questions`,
        narrowed ? make("button", { type: "button", onclick: () => { this.filter = { ...this.filter, words: "", which: "all", verdict: "", labels: {} }; this.list(); } }, "Show all") : "");
      this.body.replaceChildren();
      this.at = 0;
      this.append();
      if (!this.found.length) this.body.append(make("p", { class: "none" }, "No question is like that."));
    }

    append() {
      const next = this.found.slice(this.at, this.at + STEP);
      this.body.append(...next.map((question) => this.item(question)));
      this.at += next.length;
      this.more.hidden = this.at >= this.found.length;
    }

    haystack(question) {
      question.hay ??= plain([question.id, question.question, ...question.after, ...question.answers,
        ...question.evidence.flatMap((one) => [one.document, this.title(one.document), ...(one.words || [])]),
        ...question.quotes.flatMap((one) => [one.document, this.title(one.document), ...one.words.slice(1, 4)])].join(" "));
      return question.hay;
    }

    meaning(question) {
      return this.section.querySelector(`.legend [data-verdict="${question.verdict}"] span`).textContent;
    }

    title(name) { return (this.data.documents[name] || [""])[0]; }

    item(question) {
      const tags = make("span", { class: "tags" }, make("span", {}, question.id),
        ...["kind", "style"].filter((by) => question.labels[by]).map((by) => make("span", {}, question.labels[by])),
        ...question.faults.map((fault) => make("span", { class: "fault" }, fault)),
        ...question.turned.map((one) => make("span", {}, `turned: ${one}`)));
      const summary = make("summary", {}, make("i", { class: `v-${question.verdict}`, role: "img", "aria-label": this.meaning(question), title: this.meaning(question) }),
        make("span", {}, ...question.after.map((one) => make("span", { class: "earlier" }, one)),
          make("span", { class: "asks" }, question.question), tags),
        make("span", { class: "sure", title: "confidence" }, question.confidence.toFixed(2)));
      const item = make("details", { class: "item" }, summary);
      item.addEventListener("toggle", () => { if (item.open && item.children.length === 1) item.append(this.sides(question)); });
      return item;
    }

    sides(question) {
      const expected = make("div", { class: "expected" }, make("h4", {}, "Expected"));
      if (!question.answerable) expected.append(make("p", { class: "plainly" }, "The library holds no answer."));
      if (question.answers.length)
        expected.append(make("p", { class: "plainly" }, "Answer: ", make("b", {}, question.answers.join(" / "))));
      for (const one of question.evidence) {
        const [before, words, after] = one.words || ["", "", ""];
        expected.append(this.place(one.document, before, [words], after,
          question.pages && one === question.evidence[0] ? question.pages : null, []));
      }
      const got = make("div", { class: "got" }, make("h4", {}, "Got"));
      const sure = `confidence ${question.confidence.toFixed(2)}`;
      got.append(make("p", { class: "plainly" }, question.error ? `Could not be asked: ${question.error}`
        : question.answered ? `Answered, ${sure}.` : `Not answered, ${sure}.${question.quotes.length ? " The nearest:" : ""}`));
      question.quotes.forEach((one) => {
        const [before, start, phrase, end, after] = one.words;
        const said = [];
        if (one.hit === true) said.push(make("span", { class: "hit" }, "shows the evidence"));
        if (one.hit === false) said.push(make("span", {}, question.evidence.some((item) => item.document === one.document)
          ? "right document, other words" : "another place"));
        if (one.exact === false) said.push(make("span", { class: "no" }, "NOT VERBATIM: not found so in its file"));
        got.append(this.place(one.document, before, [start, phrase, end], after, one.pages, said));
      });
      const values = Object.entries(question.values).map(([name, value]) => `${name} ${value.toFixed(3)}`);
      if (question.ranking.length) {
        const where = question.answerable ? (question.rank ? `, the expected one at ${question.rank}` : ", the expected one not among them") : "";
        got.append(make("details", { class: "ranking" }, make("summary", {}, `Documents found${where}`),
          make("ol", {}, ...question.ranking.map(([name, score, wanted]) =>
            make("li", { class: wanted && "wanted" }, `${name} ${this.title(name)} (${score.toFixed(3)})`)))));
      }
      const time = question.seconds >= 0.995 ? `${question.seconds.toFixed(1)} s` : `${Math.round(1000 * question.seconds)} ms`;
      got.append(make("p", { class: "ranking" }, [...values, time].join(", ")));
      return make("div", { class: "sides" }, expected, got);
    }

    place(name, before, [start, phrase, end], after, pages, said) {
      const [title, date] = this.data.documents[name] || ["", ""];
      const words = start || phrase ? make("blockquote", {},
        make("span", { class: "around" }, flowing(before)),
        make("mark", {}, flowing(start), phrase ? make("b", {}, flowing(phrase)) : "", flowing(end || "")),
        make("span", { class: "around" }, flowing(after))) : "";
      const facts = [title && title !== name ? title : "", date, pages ? `p. ${pages}` : ""].filter(Boolean).join(", ");
      const foot = make("footer", {}, make("b", {}, name), facts && make("span", {}, ` · ${facts}`));
      for (const one of said) foot.append(" · ", one);
      return make("div", { class: "place" }, words, foot);
    }
  }

  function look(section) {
    if (!shown.has(section)) shown.set(section, new Shown(section));
    for (const each of sets) each.hidden = each !== section;
    for (const link of document.querySelectorAll("[data-set]")) {
      if (link.dataset.set === section.dataset.number) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    return shown.get(section);
  }

  for (const link of document.querySelectorAll("[data-set]"))
    link.addEventListener("click", (event) => {
      event.preventDefault(); // the set takes the place of the one before; there is nowhere to go
      look(sets[Number(link.dataset.set)]);
    });
  if (sets.length) look(sets[0]);
})();
