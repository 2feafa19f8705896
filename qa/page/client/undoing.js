// Putting back what was taken out.
does.undo = (button) => {
  button.disabled = true;
  trigger("undo", { key: button.dataset.key });
};
settling.push(() => {
  for (const button of element.querySelectorAll("[data-do=undo]")) button.disabled = false;
  return true;
});
