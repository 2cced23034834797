// SWR, for npm.mjs: a get is a component that is on the page until it has the value.

let opened;

/** `dedupingInterval` is the time for which a value is not loaded again; it is never gone. */
export const swr = () => (opened ??= open());

async function open() {
  const { JSDOM } = await import("jsdom");
  const { window } = new JSDOM("<body></body>", { pretendToBeVisual: true });
  Object.assign(globalThis, { window, document: window.document, navigator: window.navigator });
  const { createElement } = await import("react");
  const { createRoot } = await import("react-dom/client");
  const { default: useSWR, SWRConfig, useSWRConfig } = await import("swr");

  return (load, { key, ttl }) => {
    const entries = new Map();
    const value = {
      provider: () => entries, dedupingInterval: ttl, shouldRetryOnError: false, revalidateOnFocus: false, revalidateOnReconnect: false,
    };
    let mutate;
    const Row = ({ waiting }) => {
      const { data, error } = useSWR(key, load);
      if (data !== undefined) waiting.resolve(data);
      else if (error) waiting.reject(error);
      return null;
    };
    // all are below one provider, as in an application
    const gets = new Set();
    const Page = () => {
      ({ mutate } = useSWRConfig());
      return [...gets].map((waiting) => createElement(Row, { key: waiting.id, waiting }));
    };
    const root = createRoot(window.document.body.appendChild(window.document.createElement("div")));
    const draw = () => root.render(createElement(SWRConfig, { value }, createElement(Page)));
    draw();
    let last = 0;
    return {
      get: () =>
        new Promise((resolve, reject) => {
          const leave = (end) => (told) => {
            end(told);
            setTimeout(() => { gets.delete(waiting); draw(); }, 50);
          };
          const waiting = { id: (last += 1), resolve: leave(resolve), reject: leave(reject) };
          gets.add(waiting);
          draw();
        }),
      delete: () => mutate?.(key).catch(() => {}),
      set: (data) => mutate(key, data, { revalidate: false }),
    };
  };
}
