import type { HttpResponse } from '../../net/message.ts'
import type { Process } from '../process.ts'
import { messageBytes } from './text.ts'

/** What kube-proxy on one node knows. */
export interface ProxyHealth {
  /** The port of its own state: /healthz and /livez. */
  readonly healthz: number
  /** False while the cluster autoscaler is about to delete the node. */
  readonly nodeEligible: boolean
  /** By healthCheckNodePort: the Service, and how many ready endpoints it has on this node. */
  service(port: number): { readonly namespace: string; readonly name: string; readonly endpoints: number } | undefined
}

/** `1970-01-01 00:00:01.5 +0000 UTC`, as Go prints a time; the lab's clock has no other beginning. ns */
function goTime(now: number): string {
  const two = (n: number): string => `${Math.trunc(n)}`.padStart(2, '0')
  const seconds = now / 1e9
  const part = `${Math.trunc(now % 1e9)}`.padStart(9, '0').replace(/0+$/, '')
  const clock = `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`
  return `1970-01-01 ${clock}${part === '' ? '' : `.${part}`} +0000 UTC`
}

function answer(status: number, body: string, more: HttpResponse['headers'] = []): HttpResponse {
  const headers: HttpResponse['headers'] = [
    ['Content-Type', 'application/json'],
    ['X-Content-Type-Options', 'nosniff'],
    ...more,
    ['Content-Length', `${messageBytes({ kind: 'data', text: body })}`],
  ]
  return { kind: 'http-response', status, headers, body }
}

/** pkg/proxy/healthcheck/proxier_health.go: a healthy server says the present time for its last update. */
function ownState(health: ProxyHealth, path: string, now: number): HttpResponse {
  const time = goTime(now)
  const told = `{"lastUpdated": "${time}","currentTime": "${time}"`
  const bare = path.replace(/\?.*$/s, '')
  if (bare === '/healthz') return answer(health.nodeEligible ? 200 : 503, `${told}, "nodeEligible": ${health.nodeEligible}}`)
  if (bare === '/livez') return answer(200, `${told}}`)
  return { kind: 'http-response', status: 404, headers: [['Content-Type', 'text/plain; charset=utf-8']], body: '404 page not found\n' }
}

/** pkg/proxy/healthcheck/service_health.go: 200 with a ready endpoint on this node, else 503. Any path. */
function serviceState(found: NonNullable<ReturnType<ProxyHealth['service']>>): HttpResponse {
  const { namespace, name, endpoints } = found
  const body = `{\n\t"service": {\n\t\t"namespace": "${namespace}",\n\t\t"name": "${name}"\n\t},\n\t"localEndpoints": ${endpoints},\n\t"serviceProxyHealthy": true\n}`
  return answer(endpoints > 0 ? 200 : 503, body, [['X-Load-Balancing-Endpoint-Weight', `${endpoints}`]])
}

/** The HTTP servers of one kube-proxy, in one process. */
export function healthServer(name: string, health: ProxyHealth): Process {
  return {
    name,
    start: undefined,
    on(state, h) {
      if (h.kind !== 'data' || h.message?.kind !== 'http-request') return { state, acts: [] }
      const found = health.service(h.local.port)
      const message = h.local.port === health.healthz ? ownState(health, h.message.path, h.now ?? 0) : found && serviceState(found)
      if (message === undefined) return { state, acts: [] }
      return {
        state,
        acts: [
          { act: 'note', what: `answers ${message.status}`, message },
          { act: 'send', conn: h.conn, message, size: messageBytes(message) },
        ],
      }
    },
  }
}
