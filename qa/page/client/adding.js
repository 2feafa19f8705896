// Files and folders dropped or chosen, sent to the server with the folders they were in.
const AT_ONCE = 24; // files in one request, …
const BYTES = 64e6; // … and about so many bytes

const place = element.querySelector(".drop");
const sending = element.querySelector(".sending");
let request = null; // what is being sent
let busy = false;

does.files = () => element.querySelector("input.files").click();
does.folder = () => element.querySelector("input.folder").click();
does.abort = () => {
  busy = false;
  request?.abort();
};
for (const input of element.querySelectorAll("input[type=file]")) {
  input.addEventListener("change", () => {
    const files = [...input.files].map((file) => ({ file, name: file.webkitRelativePath || file.name }));
    input.value = ""; // so that the same choice counts again
    send(files);
  });
}

// A file that is dropped beside the place would make the browser leave the page.
for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
place.addEventListener("dragover", (event) => {
  event.dataTransfer.dropEffect = "copy";
  place.classList.add("over");
});
place.addEventListener("dragleave", (event) => {
  if (!place.contains(event.relatedTarget)) place.classList.remove("over");
});
place.addEventListener("drop", async (event) => {
  event.preventDefault();
  place.classList.remove("over");
  // The list of what was dropped is emptied as soon as this function waits.
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const plain = [...event.dataTransfer.files].map((file) => ({ file, name: file.name }));
  const found = entries.length ? [] : plain;
  for (const entry of entries) await below(entry, found);
  send(found);
});

async function below(entry, found) {
  if (entry.name.startsWith(".")) return;
  if (entry.isFile) {
    const file = await new Promise((done) => entry.file(done, () => done(null)));
    if (file) found.push({ file, name: entry.fullPath.replace(/^\/+/, "") });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((done) => reader.readEntries(done, () => done([])));
    if (!some.length) return;
    for (const each of some) await below(each, found);
  }
}

function wanted(name) {
  const parts = name.toLowerCase().split("/");
  const last = parts[parts.length - 1];
  if (parts.some((part) => part.startsWith("."))) return false;
  const suffixes = place.dataset.suffixes.split(" ");
  const lists = place.dataset.lists.split(" ");
  return suffixes.includes(last.slice(last.lastIndexOf("."))) || lists.some((each) => last.endsWith(each));
}

async function send(all) {
  if (busy || !all.length) return;
  const files = all.filter(({ name }) => wanted(name));
  const says = sending.querySelector("p");
  const bar = sending.querySelector("progress");
  sending.hidden = false;
  sending.querySelector("button").hidden = !files.length;
  bar.hidden = !files.length;
  if (!files.length) {
    says.textContent = says.dataset.none;
    return;
  }
  busy = true;
  bar.value = 0;
  const total = files.reduce((sum, { file }) => sum + file.size, 0) || 1;
  const came = [];
  let before = 0;
  try {
    for (let first = 0; first < files.length && busy; ) {
      let last = first;
      let bytes = 0;
      while (last < files.length && last - first < AT_ONCE && (last === first || bytes + files[last].file.size < BYTES)) {
        bytes += files[last].file.size;
        last += 1;
      }
      says.textContent = says.dataset.words.replace("DONE", first).replace("COUNT", files.length);
      const some = files.slice(first, last);
      const paths = await post(some, (done) => (bar.value = Math.min(1, (before + done) / total)));
      paths.forEach((path, at) => came.push({ path, name: some[at].name }));
      before += bytes;
      first = last;
    }
  } catch (error) {
    says.textContent = error.message === "413" ? says.dataset.large : busy ? says.dataset.not : "";
    sending.hidden = !says.textContent;
    bar.hidden = true;
    sending.querySelector("button").hidden = true;
    busy = false;
    return;
  }
  const whole = busy;
  busy = false;
  sending.hidden = true;
  if (whole) trigger("upload", { files: came, skipped: all.length - files.length });
}

function post(files, tell) {
  const form = new FormData();
  for (const { file } of files) form.append("files", file, file.name);
  return new Promise((done, failed) => {
    request = new XMLHttpRequest();
    request.open("POST", new URL("gradio_api/upload", document.baseURI));
    request.upload.onprogress = (event) => tell(event.loaded);
    request.onload = () => {
      if (request.status !== 200) return failed(new Error(String(request.status)));
      try {
        done(JSON.parse(request.responseText));
      } catch (error) {
        failed(error);
      }
    };
    request.onerror = request.onabort = () => failed(new Error("not sent"));
    request.send(form);
  });
}
