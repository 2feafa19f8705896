// Hands on what the server tells: an element with data-tells becomes an event with its name for all of the page,
// and stays to be asked for by what was not there yet.
watch("value", () => {
  const told = element.querySelector("[data-tells]");
  if (!told) return;
  const state = JSON.parse(told.dataset.state);
  (window.ibidTold ||= {})[told.dataset.tells] = state;
  document.dispatchEvent(new CustomEvent(`ibid:told-${told.dataset.tells}`, { detail: state }));
});
