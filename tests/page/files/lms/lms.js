// Launches the package, and keeps the learner's record for the next launch. `makeApi` is of
// api.js; `late`: how many milliseconds after the launch the API comes.

addEventListener("DOMContentLoaded", () => {
  const asked = new URLSearchParams(location.search);
  const keep = (record) => localStorage.setItem("record", JSON.stringify(record));
  window.record = () => JSON.parse(localStorage.getItem("record") ?? "null");
  const late = asked.get("late");
  const come = () => (window.API = makeApi(record(), keep));
  if (late === null) come();
  else if (late !== "never") setTimeout(come, Number(late));
  document.getElementById("sco").src = "package/index.html";
});
