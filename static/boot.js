// Starts the page: loads the compiled module, and says so where it cannot be loaded.
// The names of the module's files change with their content; the build writes them into the page.

const files = JSON.parse(document.getElementById("module").textContent);
const at = (name) => new URL(name, document.baseURI).href;

try {
  const { default: init } = await import(at(files.js));
  await init({ module_or_path: at(files.wasm) });
} catch (error) {
  const message = document.getElementById("loading");
  if (message) {
    message.setAttribute("role", "alert");
    message.textContent =
      `Stalemate did not start: ${error.message}. ` +
      "Reload the page; if that does not help, try a current browser with WebAssembly allowed.";
  }
  throw error;
}
