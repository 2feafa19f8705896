// The chips above the question: what the chat searches.
const REMEMBERED = "ibid-chosen";

does.take = (button) => trigger("delete", { what: button.dataset.what });
does.choose = () => document.getElementById("library-tab-button")?.click();
does.dates = (button) => {
  const form = element.querySelector("form.dates");
  form.hidden = !form.hidden;
  button.setAttribute("aria-expanded", String(!form.hidden));
  if (form.hidden) return;
  const now = chosen();
  form.elements.from.value = now.from || "";
  form.elements.to.value = now.to || "";
  form.elements.from.focus();
};
pressed.Escape = () => {
  const form = element.querySelector("form.dates");
  if (!form || form.hidden) return;
  form.hidden = true;
  const opener = element.querySelector("[data-do=dates]");
  opener.setAttribute("aria-expanded", "false");
  opener.focus();
};
element.addEventListener("submit", (event) => {
  event.preventDefault();
  const { from, to } = event.target.elements;
  trigger("submit", { from: from.value, to: to.value });
});

function chosen() {
  try {
    return JSON.parse(element.querySelector(".scope").dataset.chosen);
  } catch {
    return {};
  }
}

// What was chosen outlasts a reload in this tab: the library of the page does not remember it.
const narrowed = ({ documents = [], from, to }) => documents.length || from || to;
settling.push(() => {
  try {
    sessionStorage.setItem(REMEMBERED, element.querySelector(".scope").dataset.chosen || "{}");
  } catch {
    // No room, or not allowed: then it is not remembered.
  }
  return true;
});
if (element.closest("#ask-scope")) {
  try {
    const before = JSON.parse(sessionStorage.getItem(REMEMBERED) || "{}");
    if (narrowed(before)) setTimeout(() => trigger("input", { chosen: before }), 0);
  } catch {
    sessionStorage.removeItem(REMEMBERED);
  }
}
