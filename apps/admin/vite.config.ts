import process from 'node:process';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compression } from 'vite-plugin-compression2';

/** The dashboard is served by the API itself; only `vite dev` needs to be told where the API is. */
const api = process.env['VALETKEY_API'] ?? 'http://127.0.0.1:3000';

export default defineConfig({
  base: '/',
  // The API sends these beside the files, so that it compresses nothing while it serves.
  plugins: [react(), compression({ algorithms: ['gzip', 'brotliCompress'], threshold: 1_000 })],
  server: { port: 5173, proxy: { '/v1': { target: api, changeOrigin: false } } },
  // The same policy as the API sends, so that a violation shows before it ships.
  preview: { headers: { 'Content-Security-Policy': "default-src 'self'; style-src 'self' 'unsafe-inline'" } },
  build: {
    outDir: 'dist',
    // Never inline assets as data: URLs, so that a content security policy of 'self' is enough.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'react',
              test: /node_modules[\\/](react|react-dom|scheduler|react-router)[\\/]/,
              priority: 3,
            },
            // Charts are left out of these groups: they are loaded with the first chart, not with every page.
            { name: 'mui', test: /node_modules[\\/](@mui[\\/](?!x-)|@emotion[\\/])/, priority: 2 },
            {
              name: 'admin',
              test: /node_modules[\\/](?!@mui[\\/]x-|d3-|bezier-easing|flatqueue|reselect|use-sync-external-store|@base-ui)/,
              priority: 1,
            },
          ],
        },
      },
    },
  },
});
