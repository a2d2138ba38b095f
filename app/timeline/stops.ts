import type { Stage, StageDevice } from '../../src/answer.ts'
import type { Hook, TraceEvent } from '../../src/trace/event.ts'
import type { Journey } from '../../src/trace/journey.ts'
import type { BeatKind } from './beats.ts'

/** Events [from, to) of one journey that make one stop. */
export interface Group {
  readonly from: number
  to: number
  readonly place: string
  kind: BeatKind
  hook?: Hook
  device?: string
  readonly outer: boolean
  /** Only a bridge port or the bridge itself was passed so far: the bridge hook beside it is the same stop. */
  port: boolean
}

type Role = 'bridge' | 'tunnel' | 'port' | 'nic' | 'loopback'

interface Ground {
  readonly pod: (netns: string) => boolean
  readonly quiet: (netns: string) => boolean
  readonly underlay: string
  readonly inUnderlay: (netns: string) => boolean
  readonly role: (netns: string, device: string) => Role
}

function roleOf(device: StageDevice | undefined, toPod: boolean): Role {
  switch (device?.kind) {
    case 'bridge':
    case 'openvswitch':
      return 'bridge'
    case 'vxlan':
    case 'ipip':
      return 'tunnel'
    case 'veth':
      return toPod || device.master !== undefined ? 'port' : 'nic'
    case 'loopback':
      return 'loopback'
    case 'dummy':
    case 'physical':
    case undefined:
      return 'nic'
  }
}

/** What kinds of places and devices there are. Pods and outside hosts are quiet: nothing is told of their own hooks. */
function groundOf(stage: Stage | undefined): Ground {
  const kinds = new Map(stage?.netns.map((n) => [n.name, n.kind]))
  const devices = new Map(stage?.netns.flatMap((n) => n.devices.map((d) => [`${n.name} ${d.dev}`, d] as const)))
  return {
    pod: (netns) => kinds.get(netns) === 'pod',
    quiet: (netns) => kinds.get(netns) === 'pod' || kinds.get(netns) === 'host',
    underlay: stage?.underlay.name ?? 'underlay',
    inUnderlay: (netns) => kinds.get(netns) === 'underlay',
    role: (netns, device) => {
      const found = devices.get(`${netns} ${device}`)
      // a datapath, its ports and the pair that leads to it are one stop with the tunnel that it sends by
      const port = found?.peer?.[0] === netns ? [found, devices.get(`${netns} ${found.peer[1]}`)] : [found]
      if (port.some((p) => devices.get(`${netns} ${p?.master}`)?.kind === 'openvswitch')) return 'tunnel'
      return roleOf(found, found?.peer !== undefined && kinds.get(found.peer[0]) === 'pod')
    },
  }
}

interface Stop {
  readonly place: string
  readonly kind: BeatKind
  readonly hook?: Hook
  readonly device?: string
  readonly port?: boolean
}

/** The stop that an event opens, or undefined when it belongs to the stop before it. */
function stopOf(e: TraceEvent, now: Group | undefined, wrapped: boolean, ground: Ground): Stop | undefined {
  const place = e.at.netns
  const here = now !== undefined && now.place === place
  if (e.kind === 'cross') {
    // a pair inside one machine is no way over the wire
    const overWire = e.from.netns !== e.to.netns && !ground.pod(e.from.netns) && !ground.pod(e.to.netns)
    return overWire ? { place: ground.underlay, kind: 'wire' } : undefined
  }
  if (ground.inUnderlay(place)) return now?.place === ground.underlay ? undefined : { place: ground.underlay, kind: 'wire' }
  if (ground.quiet(place)) return quietStop(e, here ? now : undefined)
  switch (e.kind) {
    case 'process':
    case 'dns':
      return here && now.kind === 'process' ? undefined : { place, kind: 'process' }
    case 'socket':
      return here && (wrapped || now.kind === 'process') ? undefined : { place, kind: 'process' }
    case 'route':
      return here ? routeStop(now, place) : { place, kind: 'process' }
    case 'hook':
      return { place, kind: 'hook', ...(e.at.hook === undefined ? {} : { hook: e.at.hook }) }
    case 'bridge':
      return { place, kind: 'bridge', hook: e.hook }
    case 'encap':
    case 'decap':
      return here && now.kind === 'tunnel' ? undefined : { place, kind: 'tunnel', device: e.device }
    case 'device':
      return deviceStop(e.device, place, ground.role(place, e.device), e.dir, here ? now : undefined)
    case 'bpf':
      return bpfStop(e, place, ground, here ? now : undefined)
    case 'icmp-error':
      return here ? undefined : { place, kind: 'process' }
    case 'hook-end':
    case 'rule':
    case 'chain-end':
    case 'conntrack':
    case 'nat':
    case 'neighbour':
    case 'fdb':
    case 'ttl':
    case 'fragment':
    case 'reassemble':
    case 'bpf-map':
    case 'bpf-end':
    case 'drop':
      return here ? undefined : { place, kind: 'process' }
  }
}

/** Only the decision about an arriving packet has a station; a sender's own route and the outer packet's belong to the stop before. */
function routeStop(now: Group, place: string): Stop | undefined {
  const senders =
    now.kind === 'process' || now.kind === 'tunnel' || now.kind === 'route' || now.hook === 'output' || now.hook === 'postrouting'
  return now.outer || senders ? undefined : { place, kind: 'route' }
}

function deviceStop(device: string, place: string, role: Role, dir: 'rx' | 'tx', now: Group | undefined): Stop | undefined {
  switch (role) {
    case 'tunnel':
      return now?.kind === 'tunnel' ? undefined : { place, kind: 'tunnel', device }
    case 'bridge':
      return now?.kind === 'bridge' && dir === 'rx' ? undefined : { place, kind: 'device', device, port: true }
    case 'port':
      return now?.kind === 'bridge' && dir === 'tx' ? undefined : { place, kind: 'device', device, port: dir === 'rx' }
    case 'nic':
    case 'loopback':
      return { place, kind: 'device', device }
  }
}

/** A program at a device belongs to the device's stop; one at a socket to the process. */
function bpfStop(
  e: Extract<TraceEvent, { readonly kind: 'bpf' }>,
  place: string,
  ground: Ground,
  now: Group | undefined,
): Stop | undefined {
  const { device } = e.at
  if (device === undefined) return now?.kind === 'process' ? undefined : { place, kind: 'process' }
  if (now?.device === device && (now.kind === 'device' || now.kind === 'tunnel')) return undefined
  return deviceStop(device, place, ground.role(place, device), e.attach === 'ingress' ? 'rx' : 'tx', now)
}

/** In a pod or an outside host there are two stops: the process, and the way through its interface. */
function quietStop(e: TraceEvent, now: Group | undefined): Stop | undefined {
  const place = e.at.netns
  switch (e.kind) {
    case 'process':
    case 'dns':
    case 'socket':
      return now?.kind === 'process' ? undefined : { place, kind: 'process' }
    case 'device':
      return now?.kind === 'device' ? undefined : { place, kind: 'device', device: e.device }
    case 'hook':
    case 'bridge':
    case 'encap':
    case 'decap':
      return now?.kind === 'device' ? undefined : { place, kind: 'device', ...(e.at.device === undefined ? {} : { device: e.at.device }) }
    case 'route':
    case 'hook-end':
    case 'rule':
    case 'chain-end':
    case 'conntrack':
    case 'nat':
    case 'neighbour':
    case 'fdb':
    case 'cross':
    case 'ttl':
    case 'fragment':
    case 'reassemble':
    case 'icmp-error':
    case 'bpf':
    case 'bpf-map':
    case 'bpf-end':
    case 'drop':
      return now === undefined ? { place, kind: 'process' } : undefined
  }
}

/** Takes a journey apart into stops. */
export function groupsOf(journey: Journey, stage: Stage | undefined): readonly Group[] {
  const ground = groundOf(stage)
  const groups: Group[] = []
  let wrapped = false
  for (const [i, e] of journey.events.entries()) {
    const now = groups.at(-1)
    const stop = stopOf(e, now, wrapped, ground)
    if (e.kind === 'encap') wrapped = true
    if (e.kind === 'decap') wrapped = false
    if (stop === undefined && now !== undefined) {
      now.to = i + 1
      if (e.kind === 'device' && now.kind === 'device' && e.at.netns === now.place) now.device ??= e.device
    } else if (stop?.kind === 'bridge' && now?.port === true && now.place === stop.place) {
      now.kind = 'bridge'
      if (stop.hook !== undefined) now.hook = stop.hook
      now.port = false
      now.to = i + 1
    } else if (stop !== undefined)
      groups.push({ ...stop, from: i, to: i + 1, outer: wrapped && stop.kind !== 'tunnel', port: stop.port ?? false })
  }
  return groups
}
