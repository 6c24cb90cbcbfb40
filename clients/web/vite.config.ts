import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Where the development server finds a hub: its plain gateway on loopback.
const hub = process.env['MUSTER_GATEWAY'] ?? 'http://127.0.0.1:7781';

// The hub answers "/field" and what is below it with field.html; the development server has to be told.
const fieldPath: Plugin = {
  name: 'muster-field-path',
  configureServer(server) {
    server.middlewares.use((request, _response, next) => {
      if (/^\/field(\/|$)/.test(request.url ?? '')) request.url = '/field.html';
      next();
    });
  },
};

export default defineConfig({
  plugins: [react(), fieldPath],
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { input: { main: here('index.html'), field: here('field.html') } },
  },
  server: {
    fs: { allow: [here('../..')] },
    proxy: Object.fromEntries(
      ['^/muster\\.v1\\.', '/whep', '/whip', '/healthz', '/readyz'].map((path) => [path, hub]),
    ),
  },
});
