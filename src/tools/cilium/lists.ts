import { CT_ANY, CT_TCP, type Flow, type Maps, SNAT } from '../../agents/cni/cilium/maps.ts'
import type { Allow } from '../../agents/cni/cilium/policy.ts'
import type { Frontend, Slot } from '../../agents/cni/cilium/services.ts'
import type { Endpoint as CiliumEndpoint } from '../../agents/cni/cilium/site.ts'
import type { Entries, MapEntry } from '../../kernel/bpf/ast.ts'
import type { Netns } from '../../kernel/machine.ts'
import { linkOf } from '../../kernel/route.ts'
import { failed, printed, type ToolContext, type ToolResult } from '../tool.ts'

type Flows = NonNullable<ToolContext['flows']>

const all = <V>(entries: Entries<V>): readonly MapEntry<V>[] =>
  Array.from({ length: entries.length }, (_, i) => entries.at(i)).filter((e) => e !== undefined)

/** text/tabwriter as cilium sets it up: cells at least 5 wide, three blanks between them, all but the last of a line padded. */
function tabbed(rows: readonly (readonly string[])[], widths: readonly number[]): readonly string[] {
  return rows.map((row) => row.map((cell, c) => (widths[c] === undefined ? cell : cell.padEnd(widths[c]))).join(''))
}
const widthsOf = (rows: readonly (readonly string[])[], columns: number): readonly number[] =>
  Array.from({ length: columns }, (_, c) => Math.max(5, ...rows.map((row) => (row[c]?.length ?? 0) + 3)))

/** Two columns; the head's second cell ends its line, so that it is not padded (TablePrinter of 1.15 and later). */
function twoColumns(first: string, second: string, rows: readonly (readonly [string, string])[]): ToolResult {
  const [key = 5] = widthsOf([[first], ...rows], 1)
  const [, value = 5] = widthsOf(rows, 2)
  return printed([...tabbed([[first, second]], [key]), ...tabbed(rows, [key, value])])
}

const upper = (proto: string): string => proto.toUpperCase()

/** pkg/loadbalancer: ServiceFlags.String. */
function flagsOf({ kind, policy, scopes, affinity, ranges, address, loopback }: Frontend): string {
  return [
    kind === 'ExternalIP' ? 'ExternalIPs' : kind,
    ...(policy.external && kind !== 'ClusterIP' ? ['Local'] : []),
    ...(policy.internal ? ['InternalLocal'] : []),
    ...(scopes === 'two' ? ['two-scopes'] : []),
    ...(affinity === undefined ? [] : ['sessionAffinity']),
    ...(kind === 'ClusterIP' || address === '0.0.0.0' ? ['non-routable'] : []),
    ...(ranges.length > 0 ? ['check source-range'] : []),
    ...(loopback ? ['loopback'] : []),
  ].join(', ')
}

/** `10.96.0.10:53/UDP (2)`; inner scopes have `/i` behind the protocol. */
function keyOf(key: string): string {
  const [, address = '', proto = '', slot = '', inner] = /^(.*)\/(\w+) slot (\d+)( int)?$/.exec(key) ?? []
  return `${address}/${upper(proto)}${inner === undefined ? '' : '/i'} (${slot})`
}

function slotText(value: Slot, maps: Maps): string {
  if ('front' in value) return `0.0.0.0:0 (${value.front.revNat}) (0) [${flagsOf(value.front)}]`
  const backend = maps.backends.get(`${value.backend}`)?.value
  if (!backend) return `backend ${value.backend} not found`
  return `${backend.address}:${backend.port}/${upper(backend.proto)} (${value.revNat}) (${value.slot})`
}

export const services = (maps: Maps): ToolResult =>
  twoColumns(
    'SERVICE ADDRESS',
    'BACKEND ADDRESS (REVNAT_ID) (SLOT)',
    all(maps.services.list()).map((e) => [keyOf(e.key), slotText(e.value, maps)] as const),
  )

export const reverse = (maps: Maps): ToolResult =>
  twoColumns(
    'ID',
    'BACKEND ADDRESS (REVNAT_ID) (SLOT)',
    all(maps.reverse.list()).map((e) => [e.key, `${e.value.address}:${e.value.port}`] as const),
  )

export const addresses = (maps: Maps): ToolResult =>
  twoColumns(
    'IP PREFIX/ADDRESS',
    'IDENTITY',
    all(maps.ipcache.list()).map(({ key, value }) => {
      const { identity, tunnel } = value
      return [
        key,
        `identity=${identity} encryptkey=0 tunnelendpoint=${tunnel ?? '0.0.0.0'} flags=${tunnel === undefined ? '<none>' : 'hastunnel'}`,
      ] as const
    }),
  )

export function endpoints(maps: Maps, netns: Netns): ToolResult {
  const index = (dev: string): string => `${linkOf(netns, dev)?.ifindex ?? 0}`.padEnd(3)
  const mac = (text: string): string => text.toUpperCase()
  const info = (e: CiliumEndpoint): string =>
    `id=${`${e.id}`.padEnd(5)} sec_id=${`${e.identity}`.padEnd(5)} flags=0x0000 ifindex=${index(e.dev)} mac=${mac(e.mac)} nodemac=${mac(e.hostMac)} parent_ifindex=0  `
  return twoColumns('IP ADDRESS', 'LOCAL ENDPOINT INFO', [
    ...maps.local.map((address) => [`${address}:0`, '(localhost)'] as const),
    ...maps.endpoints.map((e) => [`${e.ip}:0`, info(e)] as const),
  ])
}

/** `OUT TCP 10.0.1.20:40001 -> 10.0.2.30:8080` with protocol and way the other way round, as the tool has them. */
const turnedKey = (key: string): string => key.replace(/^(\w+) (\w+) /, '$2 $1 ')

/** Lifetimes, counters and the flags seen of TCP are not kept. */
function flowText({ loopback, nodePort, dsr, revNat, backend }: Flow): string {
  const flags = [...(loopback ? ['LBLoopback'] : []), ...(nodePort ? ['NodePort'] : []), ...(dsr ? ['DSR'] : [])]
  return `Flags=[ ${flags.map((f) => `${f} `).join('')}] RevNAT=${revNat} BackendID=${backend ?? 0}`
}

export const connections = (flows: Flows): ToolResult =>
  printed([CT_TCP, CT_ANY].flatMap((map) => [...flows(map)].map(([key, flow]) => `${turnedKey(key)} ${flowText(flow)} `)))

export const translations = (flows: Flows): ToolResult =>
  printed([...flows(SNAT)].map(([key, to]) => `${turnedKey(key)} XLATE_${key.startsWith('OUT') ? 'SRC' : 'DST'} ${to.address}:${to.port} `))

const HEADS = (numeric: boolean): readonly string[] => [
  'POLICY',
  'DIRECTION',
  numeric ? 'IDENTITY' : 'LABELS (source:key[=value])',
  'PORT/PROTO',
  'PROXY PORT',
  'AUTH TYPE',
  'BYTES',
  'PACKETS',
  'PREFIX',
]

function portsText({ proto, from, to, prefix }: Allow): string {
  if (proto === undefined) return 'ANY'
  if (prefix === 8) return `ANY/${upper(proto)}`
  return `${from === to ? from : `${from}-${to}`}/${upper(proto)}`
}

/** One endpoint's map. What its entries have counted is not kept: a hyphen stands there. */
function policyTable(maps: Maps, endpoint: CiliumEndpoint, numeric: boolean): readonly string[] {
  const rows = all(maps.policyOf(endpoint).list()).flatMap(({ value }): readonly (readonly string[])[] => {
    const [label = `${value.identity}`, ...more] = numeric ? [] : maps.labelsOf(value.identity)
    const way = value.direction === 'ingress' ? 'Ingress' : 'Egress'
    return [
      ['Allow', way, label, portsText(value), 'NONE', 'disabled', '-', '-', `${value.prefix}`],
      ...more.map((text) => ['', '', text, '', '', '', '', '', '']),
    ]
  })
  const table = [HEADS(numeric), ...rows]
  return tabbed(table, widthsOf(table, 9))
}

export function policies(maps: Maps, id: string | undefined, every: boolean, numeric: boolean): ToolResult {
  if (every)
    return printed(
      maps.endpoints.flatMap((e) => [
        `Endpoint ID: ${e.id}`,
        `Path: /sys/fs/bpf/tc/globals/${maps.policyOf(e).name}`,
        '',
        ...policyTable(maps, e, numeric),
        '',
        '',
      ]),
    )
  const found = maps.endpoints.find((e) => `${e.id}` === id)
  if (!found)
    return failed(1, `packetwalk: cilium: no endpoint ${id ?? ''} on this node; known are ${maps.endpoints.map((e) => e.id).join(', ')}`)
  return printed(policyTable(maps, found, numeric))
}
