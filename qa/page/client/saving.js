// Hands a file to the browser, which saves it where the person wants it.
function hand(name, blob) {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  window.setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

// One that the server has made.
function save(file) {
  const { name, type, content } = file.dataset;
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  hand(name, new Blob([bytes], { type }));
  file.remove();
}

settling.push(() => {
  const file = element.querySelector(".file");
  if (file) save(file);
  return Boolean(file);
});
