import type { Helpers } from '../../../../kernel/bpf/ast.ts'
import type { Ip } from '../../../../net/ip.ts'
import { fraction, mix } from '../../../../trace/luck.ts'
import { maglevKey } from '../maglev-map.ts'
import { AFFINITY, type Maps } from '../maps.ts'
import { type Backend, type Frontend, type Scope, serviceKey } from '../services.ts'

type Proto = 'tcp' | 'udp' | 'sctp'

/** What a look-up of a service found. */
export interface Found {
  readonly front: Frontend
  readonly scope: Scope
}

/** lb4_lookup_service: slot 0 of the frontend; callers from inside switch to their own list where there are two. */
export function serviceAt(h: Helpers, maps: Maps, address: Ip, port: number, proto: Proto, from: Scope): Found | undefined {
  const first = h.look(maps.services, serviceKey(address, port, proto, 0, 'ext'))
  if (first === undefined || !('front' in first)) return undefined
  if (from === 'ext' || first.front.scopes === 'one') return { front: first.front, scope: 'ext' }
  const second = h.look(maps.services, serviceKey(address, port, proto, 0, 'int'))
  return second !== undefined && 'front' in second ? { front: second.front, scope: 'int' } : undefined
}

/** Backend of a slot, then its address. */
function backendAt(h: Helpers, maps: Maps, { front, scope }: Found, proto: Proto, slot: number): Backend | undefined {
  const found = h.look(maps.services, serviceKey(front.address, front.port, proto, slot, scope))
  return found !== undefined && 'backend' in found ? h.look(maps.backends, `${found.backend}`) : undefined
}

/** Addresses of all slots, for who has to know them before one is drawn; no step of the trace. */
function allOf(maps: Maps, { front, scope }: Found, proto: Proto): readonly Backend[] {
  return Array.from({ length: front.count }, (_, i) => {
    const slot = maps.services.get(serviceKey(front.address, front.port, proto, i + 1, scope))?.value
    return slot !== undefined && 'backend' in slot ? maps.backends.get(`${slot.backend}`)?.value : undefined
  }).filter((b) => b !== undefined)
}

/**
 * A backend for a new flow: the one that the client had (session affinity), else one slot by luck, each as likely as the others, or the one that
 * the Maglev table has for the flow. `client` is what affinity goes by, `flow` what tells flows apart.
 */
export function chosen(
  h: Helpers,
  maps: Maps,
  found: Found,
  proto: Proto,
  who: { readonly client: string; readonly flow: string; readonly maglev?: number },
): Backend | undefined {
  const { front } = found
  const affine = `${who.client} rev_nat_index ${front.revNat}`
  if (front.affinity !== undefined) {
    const old = h.find(AFFINITY, affine)
    const all = allOf(maps, found, proto)
    if (old && h.now - old.used < front.affinity * 1e9 && all.some((b) => b.id === old.backend)) {
      h.put(AFFINITY, affine, { backend: old.backend, used: h.now })
      return h.look(maps.backends, `${old.backend}`)
    }
  }
  const backend = who.maglev === undefined ? drawn(h, maps, found, proto, who.flow) : hashed(h, maps, found, who, who.maglev)
  if (backend && front.affinity !== undefined) h.put(AFFINITY, affine, { backend: backend.id, used: h.now })
  return backend
}

function drawn(h: Helpers, maps: Maps, found: Found, proto: Proto, flow: string): Backend | undefined {
  const { front } = found
  const all = allOf(maps, found, proto)
  const taken = h.luck.choose({
    key: `cilium ${h.netns.name} ${proto} ${front.address}:${front.port} ${flow}`,
    weights: all.map(() => fraction(1, all.length)),
    labels: all.map((b) => `${b.address}:${b.port}`),
  })
  return backendAt(h, maps, found, proto, taken + 1)
}

function hashed(
  h: Helpers,
  maps: Maps,
  found: Found,
  who: { readonly client: string; readonly flow: string },
  size: number,
): Backend | undefined {
  const place = mix(0, found.front.affinity === undefined ? who.flow : who.client) % size
  const backend = h.look(maps.maglev, maglevKey(found.front.revNat, place))
  return backend && h.look(maps.backends, `${backend.id}`)
}
