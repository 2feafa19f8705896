// What came of a click in the list; from a choice straight to the question.
does.ask = () => {
  document.getElementById("ask-tab-button")?.click();
  document.querySelector("#question textarea")?.focus();
};
