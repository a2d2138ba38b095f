import type { Endpoint as End, Helpers, SockCall, SockProgram, SockVerdict } from '../../../../kernel/bpf/ast.ts'
import { isLoopback } from '../../../../net/ip.ts'
import { ANYWHERE } from '../host-ports.ts'
import { REVERSE_SK } from '../maps.ts'
import { HOST, REMOTE_NODE } from '../site.ts'
import { chosen, type Found, serviceAt } from './choose.ts'
import type { Ctx } from './ctx.ts'

/** Ports that node ports come out of (--service-node-port-range). */
const NODE_PORTS: readonly [number, number] = [30000, 32767]

/**
 * sock4_wildcard_lookup_full: a node port at any address of any node; a port that a Pod asked of its node (hostPort) at any address of this one; at
 * 127.0.0.1 both for the node's own processes.
 */
function wildcard(call: SockCall, ctx: Ctx): Found | undefined {
  const { address, port } = call.peer
  if (!ctx.config.kubeProxyReplacement) return undefined
  const nodePort = port >= NODE_PORTS[0] && port <= NODE_PORTS[1]
  const own = isLoopback(address) && call.netns.name === ctx.self.node.meta.name
  const whose = own ? HOST : call.look(ctx.maps.ipcache, address)?.identity
  if (whose !== HOST && !(nodePort && whose === REMOTE_NODE)) return undefined
  const found = serviceAt(call, ctx.maps, ANYWHERE, port, call.proto, 'int')
  if (found?.front.kind !== (nodePort ? 'NodePort' : 'HostPort')) return undefined
  return found.front.loopback && !isLoopback(address) ? undefined : found
}

/**
 * sock4_skip_xlate: an external IP, or the address of a hostPort, that is not this node's: a Service could take anybody's address so. The packet goes out
 * as it is, and whoever has the address answers.
 */
const foreign = (call: SockCall, ctx: Ctx, { front }: Found): boolean =>
  (front.kind === 'ExternalIP' || (front.kind === 'HostPort' && !isLoopback(call.peer.address))) &&
  call.look(ctx.maps.ipcache, call.peer.address)?.identity !== HOST

const skKey = (cookie: string, to: End): string => `cookie ${cookie}, ${to.address}:${to.port}`

/** __sock4_xlate_fwd: the address of a Service becomes that of a backend, in the call itself. */
function forward(ctx: Ctx): (call: SockCall) => SockVerdict {
  return (call) => {
    const { maps, config } = ctx
    const inHost = call.netns.name === ctx.self.node.meta.name
    if (config.socketLb === 'host' && !inHost) return { do: 'allow' }
    const found = serviceAt(call, maps, call.peer.address, call.peer.port, call.proto, 'int') ?? wildcard(call, ctx)
    if (!found || foreign(call, ctx, found)) return { do: 'allow' }
    if (found.front.count === 0) return { do: 'refuse', errno: 'EHOSTUNREACH' }
    // affinity goes by the caller's network namespace: there is no source address yet
    const who = { client: `netns ${call.netns.name}`, flow: `cookie ${call.cookie}` }
    const backend = chosen(call, maps, found, call.proto, who)
    if (!backend) return { do: 'refuse', errno: 'EHOSTUNREACH' }
    const to = { address: backend.address, port: backend.port }
    call.put(REVERSE_SK, skKey(call.cookie, to), call.peer)
    const because = maps.backends.get(`${backend.id}`)?.because
    return because === undefined ? { do: 'allow', to } : { do: 'allow', to, because }
  }
}

/** __sock4_xlate_rev: recvmsg() and getpeername() show the address that was asked. */
const backward = (call: SockCall & Helpers): SockVerdict => {
  const to = call.find(REVERSE_SK, skKey(call.cookie, call.peer))
  return to === undefined ? { do: 'allow' } : { do: 'allow', to }
}

/** The programs at the cgroup root of a node; its Pods' sockets meet them too. */
export function sockPrograms(ctx: Ctx, because: number): readonly SockProgram[] {
  if (ctx.config.socketLb === 'off') return []
  const made = (hook: SockProgram['hook'], run: SockProgram['run']): SockProgram => ({
    name: `cil_sock4_${hook}`,
    hook,
    family: 4,
    because,
    run,
  })
  return [made('connect', forward(ctx)), made('sendmsg', forward(ctx)), made('recvmsg', backward), made('getpeername', backward)]
}
