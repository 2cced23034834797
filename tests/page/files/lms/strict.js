// SCORM 1.2's API with nothing to spare: what is called out of order, or is too long, is refused
// and remembered in `refusals`.

window.refusals = [];
function makeApi(record, keep) {
  const values = { "cmi.core.lesson_status": "not attempted", ...record };
  const lengths = { "cmi.suspend_data": 4096, "cmi.core.lesson_location": 255 };
  const allowed = {
    "cmi.core.lesson_status": /^(passed|completed|failed|incomplete|browsed)$/,
    "cmi.core.exit": /^(time-out|suspend|logout|)$/,
    "cmi.core.session_time": /^\d{2,4}:\d{2}:\d{2}(\.\d{1,2})?$/,
    "cmi.core.score.raw": /^\d{1,3}(\.\d+)?$/,
    "cmi.core.score.min": /^\d{1,3}$/,
    "cmi.core.score.max": /^\d{1,3}$/,
    "cmi.suspend_data": /^[^]*$/,
    "cmi.core.lesson_location": /^[^]*$/,
  };
  let open = false;
  const call = (name, done) => (...given) => {
    if (open !== (name !== "LMSInitialize")) {
      refusals.push(`${name} out of order`);
      return "false";
    }
    return done(...given);
  };
  return {
    LMSInitialize: call("LMSInitialize", (nothing) => String((open = nothing === ""))),
    LMSGetValue: call("LMSGetValue", (name) => values[name] ?? ""),
    LMSSetValue: call("LMSSetValue", (name, value) => {
      const fits = typeof value === "string" && allowed[name]?.test(value) && value.length <= (lengths[name] ?? 255);
      if (!fits) refusals.push(`${name} = ${value}`);
      else values[name] = value;
      return String(Boolean(fits));
    }),
    LMSCommit: call("LMSCommit", () => (keep(values), "true")),
    LMSFinish: call("LMSFinish", () => ((open = false), keep({ ...values, finished: true }), "true")),
    LMSGetLastError: () => "0",
    LMSGetErrorString: () => "",
    LMSGetDiagnostic: () => "",
  };
}
