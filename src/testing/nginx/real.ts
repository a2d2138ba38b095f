import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as ask } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HttpRequest } from '../../net/message.ts'
import type { NginxConf } from '../../userspace/nginx/conf.ts'
import { printConf } from '../../userspace/nginx/print.ts'

/** `nginx version: nginx/1.22.1`; undefined where there is none. */
export function nginxVersion(): string | undefined {
  try {
    return execFileSync('sh', ['-c', 'nginx -v 2>&1'], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const at = server.address()
      server.close(() => resolve(typeof at === 'object' && at ? at.port : 0))
    })
  })

/** What a real nginx answered: the place of the location in the file, and what the upstream got. */
export interface Told {
  readonly status: number
  readonly location?: number
  readonly redirect?: string
  /** Name of the upstream and the target that it got. */
  readonly upstream?: string
  readonly target?: string
}

export interface RealNginx {
  ask(request: HttpRequest, client: string): Promise<Told>
  stop(): void
}

/** Every upstream answers with its own name; each location tells its number. */
function runnable(conf: NginxConf, folder: string, port: number): string {
  let location = 0
  const echoes: string[] = []
  const text = printConf(conf)
    .replace(/listen 80( default_server)?[^;]*;/g, (_, usual?: string) => `listen 127.0.0.1:${port}${usual ?? ''};`)
    .replace(/^( *)location .* \{$/gm, (line) => `${line}\n add_header X-Location ${location++} always;`)
    .replace(/upstream (\S+) \{[^}]*\}/g, (_, name: string) => {
      const sock = `unix:${folder}/${echoes.length}.sock`
      echoes.push(`server { listen ${sock}; location / { return 200 "${name} $request_uri"; } }`)
      return `upstream ${name} { server ${sock}; }`
    })
    .replace(/^http \{$/m, () => ['http {', 'access_log off;', 'set_real_ip_from 127.0.0.1;', 'real_ip_header X-Test-Client;'].join('\n'))
  const own = `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;\n`
  return `${own}${text.replace(/\}\n$/, `${echoes.join('\n')}\n}\n`)}`
}

/** Starts nginx with the locations of a configuration. Rejects with what nginx says of a file that it cannot read. */
export async function startNginx(conf: NginxConf): Promise<RealNginx> {
  const folder = mkdtempSync(join(tmpdir(), 'packetwalk-nginx-'))
  const port = await freePort()
  writeFileSync(join(folder, 'nginx.conf'), runnable(conf, folder, port))
  const process = spawn('nginx', ['-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  process.stderr.on('data', (d: Buffer) => {
    said += d.toString()
  })
  const stop = (): void => {
    process.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  const real: RealNginx = {
    stop,
    ask: (request, client) =>
      new Promise((resolve, reject) => {
        const headers = [...request.headers.flat(), 'X-Test-Client', client]
        const sent = ask(
          { host: '127.0.0.1', port, path: request.path, method: request.method, headers, agent: false, setHost: false },
          (answer) => {
            let body = ''
            answer.on('data', (d: Buffer) => {
              body += d.toString()
            })
            answer.on('end', () => {
              const { 'x-location': location, location: redirect } = answer.headers
              const [, upstream, target] = answer.statusCode === 200 ? (/^(\S+) (.*)$/s.exec(body) ?? []) : []
              resolve({
                status: answer.statusCode ?? 0,
                ...(typeof location === 'string' ? { location: Number(location) } : {}),
                ...(redirect === undefined ? {} : { redirect }),
                ...(upstream === undefined || target === undefined ? {} : { upstream, target }),
              })
            })
          },
        )
        sent.on('error', reject)
        sent.end()
      }),
  }
  for (let tries = 0; ; tries++) {
    const up = await real
      .ask({ kind: 'http-request', method: 'GET', path: '/', headers: [['Host', 'up']] }, '127.0.0.1')
      .catch(() => undefined)
    if (up) return real
    if (process.exitCode !== null || tries > 100) {
      stop()
      throw new Error(`nginx does not start: ${said}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
