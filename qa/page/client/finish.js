element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-do]");
  if (button) does[button.dataset.do]?.(button);
});
element.addEventListener("keydown", (event) => pressed[event.key]?.(event));

watch("value", () => requestAnimationFrame(() => settling.some((settle) => settle())));
