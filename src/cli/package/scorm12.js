// SCORM 1.2: finds the course system's API, and keeps the learner's record with it.

(() => {
  // An API may come later than this page: so often, so many milliseconds apart, it is looked for
  // before the page says that there is none; then ever more seldom.
  const TRIES = 40;
  const APART_MS = 250;
  const MOST_CHARACTERS = 4096;
  const began = Date.now();
  let tries = 0;

  /** In the windows around this one, then in those around the one that opened it. */
  function find() {
    for (const start of [window, window.opener]) {
      let at = start;
      for (let depth = 0; at && depth < 16; depth += 1) {
        try {
          if (at.API) return at.API;
        } catch {
          // A window of another origin has none for us.
        }
        if (at === at.parent) break;
        at = at.parent;
      }
    }
    return null;
  }

  function look() {
    const api = find();
    if (api && String(api.LMSInitialize("")) === "true") return keep(api);
    tries += 1;
    if (tries === TRIES) {
      lesson.say("No course system was found here (SCORM 1.2): the lesson works, but nothing of it is recorded.", true);
    }
    setTimeout(look, tries < TRIES ? APART_MS : 4 * APART_MS);
  }

  function keep(api) {
    const get = (name) => String(api.LMSGetValue(name) ?? "");
    const set = (name, value) => {
      const known = String(api.LMSSetValue(name, String(value))) === "true";
      if (!known) console.warn(`SCORM 1.2: ${name} was refused: ${api.LMSGetErrorString(api.LMSGetLastError())}`);
    };
    let completed = ["completed", "passed", "failed"].includes(get("cmi.core.lesson_status"));
    let ended = false;
    lesson.say("");
    if (!completed) set("cmi.core.lesson_status", "incomplete");
    set("cmi.core.exit", "suspend");

    lesson.begin(get("cmi.suspend_data"), ({ progress, step, steps, right, questions, done }) => {
      if (ended) return;
      const text = JSON.stringify(progress);
      // The package was refused where it could be longer.
      if (text.length <= MOST_CHARACTERS) set("cmi.suspend_data", text);
      set("cmi.core.lesson_location", `${step} of ${steps}`);
      if (done && !completed) {
        completed = true;
        if (questions > 0) {
          set("cmi.core.score.min", 0);
          set("cmi.core.score.max", 100);
          set("cmi.core.score.raw", Math.round((100 * right) / questions));
        }
        set("cmi.core.lesson_status", "completed");
        set("cmi.core.exit", "");
      }
      api.LMSCommit("");
    });

    /** Hours, minutes, seconds, as `CMITimespan` has it. */
    function span() {
      const two = (number) => String(number).padStart(2, "0");
      const seconds = Math.round((Date.now() - began) / 1000);
      return `${String(Math.floor(seconds / 3600)).padStart(4, "0")}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    }

    addEventListener("pagehide", () => {
      if (ended) return;
      ended = true;
      set("cmi.core.session_time", span());
      api.LMSCommit("");
      api.LMSFinish("");
    });
  }

  look();
})();
