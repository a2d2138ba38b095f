import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/**
 * No inline script, no blob: worker, no other host. Monaco writes style elements at run time, so styles may be inline.
 * A policy in a meta element cannot say frame-ancestors: a host that wants it sends a header.
 */
const policy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "worker-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

export default defineConfig({
  // Relative addresses: the same dist/ runs from a root, a sub-path or a plain file server.
  base: './',
  plugins: [
    react(),
    {
      name: 'content-security-policy',
      apply: 'build',
      transformIndexHtml: () => [
        {
          tag: 'meta',
          attrs: { 'http-equiv': 'Content-Security-Policy', content: policy },
          injectTo: 'head-prepend',
        },
      ],
    },
  ],
  worker: { format: 'es' },
  // Small fonts would become data: addresses, which the policy refuses.
  build: { target: 'es2022', assetsInlineLimit: 0, manifest: true, chunkSizeWarningLimit: 4000 },
  server: { host: '127.0.0.1' },
})
