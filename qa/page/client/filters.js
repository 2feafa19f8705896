// The form above the list: what is typed is looked for when the typing rests.
const REST = 250; // milliseconds
const form = element.querySelector("form");
let resting = 0;

function look() {
  clearTimeout(resting);
  trigger("input", Object.fromEntries(new FormData(form)));
}
form.addEventListener("input", () => {
  clearTimeout(resting);
  resting = setTimeout(look, REST);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  look();
});
form.addEventListener("reset", () => setTimeout(look, 0));
// A file's name in the list of files asks for what is in it.
form.addEventListener("within", (event) => {
  form.reset();
  form.elements.words.value = event.detail;
  look();
});
