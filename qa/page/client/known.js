// Correcting what is known of the document.

let saved = false; // the panel that comes next says that it was

async function edited(form, changes) {
  const said = form.querySelector(".said");
  const buttons = form.querySelectorAll("button");
  said.classList.remove("error");
  said.textContent = word("saving");
  buttons.forEach((button) => (button.disabled = true));
  try {
    await told("edit", { document: lit().document, ...changes });
    saved = true;
    trigger("edit", lit());
  } catch (error) {
    said.classList.add("error");
    said.textContent = error.message;
    buttons.forEach((button) => (button.disabled = false));
  }
}

element.addEventListener("submit", (event) => {
  if (!event.target.matches("form.edit")) return;
  event.preventDefault();
  const form = event.target;
  const put = {};
  for (const field of form.querySelectorAll("[data-was]")) if (field.value !== field.dataset.was) put[field.name] = field.value;
  const { other } = form.elements;
  const words = form.elements["other-words"].value;
  if (other.value && words.trim()) put[other.value] = words;
  if (Object.keys(put).length) edited(form, { put });
  else form.querySelector(".said").textContent = word("nothing-changed");
});

does.reset = (button) => edited(button.closest("form"), { unset: [button.dataset.field] });
does.resetAll = (button) => edited(button.closest("form"), { all: true });

function saySaved() {
  if (!saved) return false;
  saved = false;
  const editing = panel().querySelector(".editing");
  editing.open = true;
  editing.querySelector(".said").textContent = word("saved");
  editing.scrollIntoView({ block: "nearest" });
  editing.querySelector("summary").focus({ preventScroll: true });
  return true;
}
