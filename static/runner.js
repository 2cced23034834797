// Starts the page's module in a worker: the page's first message says what its files are called and
// where they are, and has the compiled module. The module itself hears all others.
// .ci/chunks gives this file a name that changes with each build, so that a page starts its own.

self.addEventListener("message", async ({ data: [files, base, compiled] }) => {
  try {
    // the loader of chunks asks for it (.ci/chunks), for want of an index.html
    self.filesOfModule = { ...JSON.parse(files), base };
    const { default: init } = await import(new URL(self.filesOfModule.js, base));
    await init({ module_or_path: compiled });
  } catch (error) {
    // thrown here, it would end in a promise of which the page hears nothing
    setTimeout(() => {
      throw error;
    });
  }
}, { once: true });
