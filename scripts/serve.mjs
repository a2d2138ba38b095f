// A static file server for dist/, small enough to read: loopback only, no listing, nothing outside the folder.
import { createReadStream, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'
import { dist } from './build.mjs'

/** @type {Readonly<Record<string, string>>} */
const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.yaml': 'application/yaml; charset=utf-8',
}

/**
 * The file that a request path names, or undefined.
 * @param {string} folder
 * @param {string} base path prefix that the folder stands under, with slashes at both ends
 * @param {string} url
 */
const fileOf = (folder, base, url) => {
  let path
  try {
    path = decodeURIComponent(new URL(url, 'http://localhost').pathname)
  } catch {
    return undefined
  }
  if (!path.startsWith(base) || path.includes('\0')) return undefined
  const file = normalize(join(folder, path.slice(base.length)))
  if (file !== folder && !file.startsWith(folder + sep)) return undefined
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat?.isFile()) return file
  const index = join(file, 'index.html')
  return path.endsWith('/') && statSync(index, { throwIfNoEntry: false })?.isFile() ? index : undefined
}

/**
 * Serves a folder on 127.0.0.1.
 * @param {{ folder?: string, base?: string, port: number, tries?: number }} options tries: how many ports to try, upwards
 * @returns {Promise<string>} the address, with the base
 */
export const serve = ({ folder = dist, base = '/', port, tries = 1 }) => {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end()
      return
    }
    const file = fileOf(folder, base, request.url ?? '/')
    if (file === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('not found\n')
      return
    }
    response.writeHead(200, {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'cache-control': file.includes(`${sep}assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
      'x-content-type-options': 'nosniff',
    })
    if (request.method === 'HEAD') {
      response.end()
      return
    }
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response)
  })
  return new Promise((done, failed) => {
    let next = port
    server.on('error', (error) => {
      if ('code' in error && error.code === 'EADDRINUSE' && next < port + tries - 1) {
        next += 1
        server.listen(next, '127.0.0.1')
      } else {
        failed(error)
      }
    })
    server.on('listening', () => done(`http://127.0.0.1:${next}${base}`))
    server.listen(next, '127.0.0.1')
  })
}

if (import.meta.filename === process.argv[1]) {
  const [base = '/', port = '4173'] = process.argv.slice(2)
  console.log(await serve({ base, port: Number(port) }))
}
