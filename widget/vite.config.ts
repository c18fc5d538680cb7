import { defineConfig } from "vitest/config";

// Two things are built from one source: the script for any page, which carries Preact in
// place of React and is committed under chat/static/, and the component for React pages.
const PREACT = {
  react: "preact/compat",
  "react-dom": "preact/compat",
  "react-dom/client": "preact/compat/client",
  "react/jsx-runtime": "preact/jsx-runtime",
};

const script = {
  resolve: { alias: PREACT },
  build: {
    outDir: "../chat/static",
    emptyOutDir: true,
    target: "es2022",
    reportCompressedSize: false,
    lib: {
      entry: "src/embed.tsx",
      formats: ["iife" as const],
      name: "llmCostsWidget",
      fileName: () => "widget.js",
    },
  },
  define: { "process.env.NODE_ENV": '"production"' },
};

const component = {
  build: {
    outDir: "dist",
    target: "es2022",
    reportCompressedSize: false,
    lib: {
      entry: "src/index.ts",
      formats: ["es" as const],
      fileName: () => "index.js",
    },
    rollupOptions: {
      external: [/^react($|\/)/, /^react-dom($|\/)/, /^eventsource-parser/],
    },
  },
};

const test = { environment: "happy-dom", include: ["tests/**/*.test.{ts,tsx}"] };

export default defineConfig(({ mode }) => ({
  ...(mode === "script" ? script : component),
  test,
}));
