async function copy(button) {
  const text = button.dataset.copy;
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without a secure context (another machine's address) only the old way is left.
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    area.style.opacity = "0";
    document.body.append(area);
    area.select();
    done = document.execCommand("copy");
    area.remove();
    button.focus();
  }
  const label = (button.dataset.label ||= button.textContent);
  button.textContent = word(done ? "copied" : "not-copied");
  button.setAttribute("aria-live", "polite");
  window.clearTimeout(Number(button.dataset.timer));
  button.dataset.timer = window.setTimeout(() => (button.textContent = label), 4000);
}

does.copy = copy;
