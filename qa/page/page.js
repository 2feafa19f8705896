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
});

element.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && element.querySelector(".source")) close();
});

let opened = "";
function settle() {
  const file = element.querySelector(".file");
  if (file) return save(file);
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
  const last = turns[turns.length - 1];
  if (turns.length > 1) last.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}

watch("value", () => requestAnimationFrame(settle));
