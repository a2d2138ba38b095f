import type { Frame, TcVerdict } from '../../../../kernel/bpf/ast.ts'
import { policyKey } from '../policy.ts'
import type { Endpoint } from '../site.ts'
import { type Ctx, dropped, type Ends, endsOf, isStrange, STRANGE, unknown } from './ctx.ts'
import { flowAt, isError, track, tracked } from './track.ts'

/**
 * What a policy map says of a packet; undefined: let through. Two look-ups, each for the longest prefix of protocol and port: with the peer's identity,
 * and with none (__policy_can_access). There are no deny entries: one that is found allows.
 */
export function judged(frame: Frame, ctx: Ctx, e: Endpoint, way: 'ingress' | 'egress', peer: number): TcVerdict | undefined {
  const ends = endsOf(frame)
  const port = ends === undefined ? 'icmp' : `${ends.dport}/${ends.proto}`
  const map = ctx.maps.policyOf(e)
  const [own, any] = [frame.look(map, policyKey(peer, way, port)), frame.look(map, policyKey('any', way, port))]
  if (own !== undefined || any !== undefined) return undefined
  const [because] = map.denied?.(policyKey('any', way, port)) ?? []
  return because === undefined ? dropped('Policy denied') : { do: 'drop', why: 'Policy denied', because }
}

/** Whether a Pod asks itself here: its own program has put the loopback address in its place (ct_has_loopback_egress_entry4). */
const itself = (frame: Frame, ctx: Ctx, ends: Ends): boolean =>
  ends.src === ctx.config.loopback && flowAt(frame, 'OUT', ends)?.loopback === true

/**
 * ipv4_local_delivery, and the receiving endpoint's ingress policy: one router's hop, its MACs, the policy by the sender's identity, and over to it.
 * An answer to a flow that this endpoint began is not judged; where a Service was translated for it, the Service's address comes back.
 */
export function deliver(frame: Frame, ctx: Ctx, e: Endpoint, from: number): TcVerdict {
  if (!frame.lowerTtl()) return dropped('TTL exceeded')
  frame.setMacs(e.hostMac, e.mac)
  const ends = endsOf(frame)
  if (ends !== undefined) {
    if (isStrange(ctx, ends)) return dropped(STRANGE)
    const known = tracked(frame, 'IN', ends)
    if (known.state === 'reply' && known.flow.revNat !== 0 && known.flow.nodePort === undefined) {
      const vip = frame.look(ctx.maps.reverse, `${known.flow.revNat}`)
      if (known.flow.loopback) frame.rewrite('dst', { address: ends.src, port: ends.dport }, true)
      if (vip) frame.rewrite('src', vip, true)
    }
    if (known.state !== 'reply') {
      const own = known.state === 'new' ? itself(frame, ctx, ends) : known.flow.loopback === true
      const refused = own ? undefined : judged(frame, ctx, e, 'ingress', from)
      if (refused) return refused
      if (known.state === 'new') track(frame, 'IN', ends, own ? { revNat: 0, loopback: true } : { revNat: 0 })
    }
  } else if (!isError(frame)) return unknown('protocols without ports')
  // redirect_peer is for frames that came in by a device
  return ctx.config.hostRouting === 'bpf' && frame.side === 'ingress' ? { do: 'redirect-peer', dev: e.dev } : { do: 'redirect', dev: e.dev }
}

/** The identity behind a source address, as the node knows it. */
export const identityOf = (frame: Frame, ctx: Ctx, address: string): number => frame.look(ctx.maps.ipcache, address)?.identity ?? 2

/** Through the tunnel to another node: its address and the sender's identity go along with the frame (encap_and_redirect). */
export function intoTunnel(frame: Frame, remote: Parameters<Frame['setTunnelKey']>[0], identity: number, dev: string): TcVerdict {
  frame.setTunnelKey(remote, identity)
  return { do: 'redirect', dev }
}

/** By the node's own routes, past its hooks (fib_redirect). */
export function routed(frame: Frame): TcVerdict {
  const ip = frame.skb().packet.headers.find((h) => h.kind === 'ip')
  const fib = ip && frame.fib(ip.dst)
  if (!fib) return dropped('FIB lookup failed')
  return frame.lowerTtl() ? { do: 'redirect-neigh', fib } : dropped('TTL exceeded')
}
