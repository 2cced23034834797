// Between the playground in the frame and whatever keeps a learner's record: record.js, which is
// there before the playground has started.

const lesson = (() => {
  const frame = document.getElementById("playground");
  const state = document.getElementById("state");
  const recorders = [];
  let ready = false;
  // What was recorded before, until the playground has taken it up.
  let left = null;
  let last = null;
  // The lesson of this package: a learner may go on to another one, which is not recorded.
  let own = null;

  const tell = (message) =>
    frame.contentWindow.postMessage({ ...message, context: "stalemate", v: 1 }, location.origin);

  const same = (one, other) =>
    one.step === other.step && JSON.stringify(one.answers ?? {}) === JSON.stringify(other.answers ?? {});

  function record() {
    if (last && !left) for (const each of recorders) each(last);
  }

  addEventListener("message", ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== location.origin) return;
    if (data?.context !== "stalemate" || data.v !== 1) return;
    if (data.type === "ready") {
      ready = true;
      if (left) tell({ type: "setProgress", progress: left });
      tell({ type: "getProgress" });
    }
    // What was recorded is of another lesson: this one begins anew.
    if (data.type === "error" && data.code !== "address") {
      left = null;
      record();
    }
    if (data.type === "progress" && data.progress) {
      own ??= data.progress.lesson;
      if (data.progress.lesson !== own) return;
      if (left && same(left, data.progress)) left = null;
      last = data;
      record();
    }
  });

  return {
    /** Takes up what was recorded (a text, or nothing), and hears of all that comes from now on. */
    begin(recorded, hear) {
      recorders.push(hear);
      try {
        left = recorded ? JSON.parse(recorded) : null;
      } catch {
        left = null;
      }
      if (ready && left) tell({ type: "setProgress", progress: left });
      record();
    },
    /** Says something above the playground; empty: nothing. */
    say(text, missing = false) {
      if (state.textContent !== text) state.textContent = text;
      state.classList.toggle("missing", missing);
    },
  };
})();
