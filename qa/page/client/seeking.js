// The form of the concordance.
element.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  trigger("submit", {
    at: nextNumber(),
    words: form.words.value,
    where: form.where.value,
    whole: form.whole.checked,
    stems: form.stems.checked,
    variants: form.variants.checked,
  });
});
element.addEventListener("change", (event) => {
  // Another way to look is tried at once, where there is something to look for.
  if (event.target.matches("input[type=checkbox], select") && element.querySelector("[name=words]").value.trim())
    event.target.form.requestSubmit();
});
