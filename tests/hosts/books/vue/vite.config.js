import vue from "@vitejs/plugin-vue";

// Vue would look for a component of this name.
const isCustomElement = (tag) => tag === "stale-mate";

export default { plugins: [vue({ template: { compilerOptions: { isCustomElement } } })] };
