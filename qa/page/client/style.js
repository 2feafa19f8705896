// The style of citations: remembered by the browser, known to the server by a cookie.
const choice = element.querySelector("select");
const cookie = choice.dataset.cookie;
const kept = document.cookie.split("; ").find((one) => one.startsWith(`${cookie}=`));
const remembered = kept && decodeURIComponent(kept.slice(cookie.length + 1));
if ([...choice.options].some((one) => one.value === remembered)) choice.value = remembered;

element.addEventListener("change", () => {
  const chosen = encodeURIComponent(choice.value);
  document.cookie = `${cookie}=${chosen}; path=/; max-age=31536000; samesite=lax`;
  trigger("input", { style: choice.value });
});
