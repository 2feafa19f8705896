// The head of the page: the way past it, the tabs by arrow keys, and a title that says where one is.
const row = () => document.querySelector("[role=tablist]");
const tabsOf = (list) => [...list.querySelectorAll("[role=tab]")].filter((tab) => tab.offsetParent && !tab.disabled);

// One stop of the Tab key for all the tabs: the arrows lead from one to the next.
function settleTabs() {
  for (const tab of tabsOf(row())) {
    const chosen = tab.getAttribute("aria-selected") === "true";
    tab.tabIndex = chosen ? 0 : -1;
    if (chosen) document.title = `${tab.textContent.trim()} · Ibid`;
  }
}

const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
document.addEventListener("keydown", (event) => {
  const tab = event.target.closest?.("[role=tab]");
  if (!tab || !(event.key in steps) || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const tabs = tabsOf(tab.closest("[role=tablist]"));
  const step = steps[event.key];
  const at = Number.isFinite(step) ? tabs.indexOf(tab) + step : step < 0 ? 0 : tabs.length - 1;
  const next = tabs[(at + tabs.length) % tabs.length];
  next.click();
  next.focus();
});

element.addEventListener("click", (event) => {
  if (!event.target.closest("a.skip")) return;
  event.preventDefault();
  tabsOf(row())[0].click();
  requestAnimationFrame(() => document.querySelector("#question textarea").focus());
});

// Gradio's own parts move by script, which the style sheet's word against motion does not reach.
if (calm) {
  const { animate } = Element.prototype;
  Element.prototype.animate = function (frames, timing) {
    return animate.call(this, frames, typeof timing === "number" ? 0 : { ...timing, duration: 0, delay: 0 });
  };
}

// What is scrolled to, or has the focus, is not to lie beneath the box for questions at the window's edge.
function leaveRoom() {
  const box = document.querySelector(".asking");
  new ResizeObserver(() => {
    const { style } = document.documentElement;
    style.setProperty("--asking", `${box.offsetHeight + 8}px`);
    style.scrollPaddingBottom = "var(--asking)";
  }).observe(box);
}

// What is below the head is drawn after it.
const arrival = new MutationObserver(() => {
  if (!row() || !document.querySelector(".asking")) return;
  arrival.disconnect();
  settleTabs();
  const changes = { subtree: true, childList: true, characterData: true, attributeFilter: ["aria-selected"] };
  new MutationObserver(settleTabs).observe(row(), changes);
  leaveRoom();
});
arrival.observe(document.body, { subtree: true, childList: true });
