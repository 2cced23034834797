export default {
  title: "Caching",
  url: "https://example.org",
  baseUrl: "/",
  scripts: [{ src: "{home}embed.js", defer: true }],
  presets: [["classic", { docs: { routeBasePath: "/" }, blog: false }]],
};
