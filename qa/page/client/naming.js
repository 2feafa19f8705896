// A path on this machine, typed.
element.addEventListener("submit", (event) => {
  event.preventDefault();
  const { path } = event.target.elements;
  if (!path.value.trim()) return path.focus();
  trigger("submit", { named: path.value }); // "path" would be taken for a file that was uploaded
  path.value = "";
});
