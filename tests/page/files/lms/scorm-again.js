// The API of scorm-again, which api.js has before this.

window.refusals = [];
function makeApi(record, keep) {
  const api = new Scorm12API({ autocommit: false, logLevel: 4, onLogMessage: (level, text) => refusals.push(`${level} ${text}`) });
  if (record) api.loadFromJSON(record.cmi, "cmi");
  const save = () => {
    const cmi = JSON.parse(JSON.stringify(api.cmi));
    const get = (name) => api.getCMIValue(name);
    const flat = ["cmi.core.lesson_status", "cmi.core.score.raw", "cmi.core.lesson_location", "cmi.suspend_data"];
    keep({ cmi, ...Object.fromEntries(flat.map((name) => [name, get(name)])) });
  };
  api.on("LMSCommit", save);
  api.on("LMSFinish", save);
  return api;
}
