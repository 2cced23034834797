import { defineConfig } from "vitepress";

export default defineConfig({
  title: "Caching",
  head: [["script", { src: "{home}embed.js", defer: "" }]],
  // Vue would look for a component of this name
  vue: { template: { compilerOptions: { isCustomElement: (tag) => tag === "stale-mate" } } },
});
