// Hands a file that the server has made to the browser, which saves it where the person wants it.
function save(file) {
  const { name, type, content } = file.dataset;
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  file.remove();
  window.setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

settling.push(() => {
  const file = element.querySelector(".file");
  if (file) save(file);
  return Boolean(file);
});
