// In each page of a test, before its own scripts.
//
// On a slow machine the page puts a part of what follows from a click off, to a timer without delay,
// so that the browser can draw in between. `caughtUp` promises the moment when nothing is put off any
// more. What the page would take away after some seconds stays, because a test may come late.
(() => {
  const FOREVER_MS = 4_000;
  const set = window.setTimeout.bind(window);
  const clear = window.clearTimeout.bind(window);
  const putOff = new Set();
  const waiting = [];
  const done = (id) => {
    putOff.delete(id);
    // what it has led to may be put off as well
    queueMicrotask(() => {
      if (putOff.size === 0) waiting.splice(0).forEach((each) => each());
    });
  };
  window.setTimeout = (what, delay = 0, ...given) => {
    if (delay >= FOREVER_MS) return set(() => {}, 0);
    if (delay > 0 || typeof what !== "function") return set(what, delay, ...given);
    const id = set(() => {
      try {
        what(...given);
      } finally {
        done(id);
      }
    }, 0);
    putOff.add(id);
    return id;
  };
  window.clearTimeout = (id) => {
    clear(id);
    done(id);
  };
  window.caughtUp = (most) =>
    new Promise((each) => {
      if (putOff.size === 0) return each(true);
      waiting.push(() => each(true));
      // what goes on and on is waited for by what it comes to
      set(() => each(false), most);
    });
})();
