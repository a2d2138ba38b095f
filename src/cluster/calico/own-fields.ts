import type { OtherObject } from '../../manifest/kinds.ts'
import type { Json } from '../../manifest/object.ts'
import { under } from '../../manifest/text/path.ts'
import { parseIp } from '../../net/ip.ts'
import { refuse, report, type Settling } from '../settling.ts'
import type { Sorted } from '../sorted.ts'
import { asText } from './json.ts'
import { calicoObjects, specOf } from './objects.ts'

/** A field as the CRD has it (libcalico-go, api/pkg/apis/projectcalico/v3). */
interface Field {
  readonly type: 'integer' | 'boolean' | 'string' | 'array' | 'as'
  readonly least?: number
  readonly most?: number
  /** Of an enumeration whose capitals do not matter. */
  readonly values?: readonly string[]
  /** Values that change nothing; others are not written here, and that is told. Without: what it says is read. */
  readonly usual?: readonly Json[]
}
type Fields = Readonly<Record<string, Field>>

const MTU: Field = { type: 'integer', least: 0, most: 65535 }
const off = (...usual: readonly Json[]): Field => ({ type: typeof usual[0] === 'boolean' ? 'boolean' : 'string', usual })

const FELIX: Fields = {
  vxlanPort: { type: 'integer', least: 1, most: 65535 },
  vxlanVNI: { type: 'integer', least: 0, most: 2 ** 24 - 1 },
  ipipMTU: MTU,
  vxlanMTU: MTU,
  vxlanMTUV6: MTU,
  defaultEndpointToHostAction: { type: 'string', values: ['Drop', 'Accept', 'Return'] },
  natOutgoingExclusions: { type: 'string', values: ['IPPoolsOnly', 'IPPoolsAndHostIPs'] },
  bpfEnabled: off(false),
  wireguardEnabled: off(false),
  wireguardEnabledV6: off(false),
  nftablesMode: off('Disabled', 'Auto'),
  programClusterRoutes: off('Disabled'),
  interfacePrefix: off('cali'),
  chainInsertMode: off('insert', 'Insert'),
  iptablesFilterAllowAction: off('Accept', 'ACCEPT'),
  iptablesMangleAllowAction: off('Accept', 'ACCEPT'),
  iptablesFilterDenyAction: off('Drop', 'DROP'),
  natOutgoingAddress: off(''),
  natPortRange: { type: 'string', usual: [0, ''] },
  allowVXLANPacketsFromWorkloads: off(false),
  allowIPIPPacketsFromWorkloads: off(false),
  ipipEnabled: off(true),
  vxlanEnabled: off(true),
  workloadSourceSpoofing: off('Disabled'),
  deviceRouteSourceAddress: off(''),
  floatingIPs: off('Disabled'),
}
const BGP: Fields = {
  asNumber: { type: 'as' },
  nodeToNodeMeshEnabled: { type: 'boolean' },
  listenPort: { type: 'integer', least: 1, most: 65535, usual: [179] },
  serviceClusterIPs: { type: 'array', usual: [] },
  serviceExternalIPs: { type: 'array', usual: [] },
  serviceLoadBalancerIPs: { type: 'array', usual: [] },
  prefixAdvertisements: { type: 'array', usual: [] },
}
const PEER: Fields = {
  node: { type: 'string' },
  peerIP: { type: 'string' },
  asNumber: { type: 'as' },
  nodeSelector: { type: 'string' },
  peerSelector: { type: 'string' },
  localASNumber: { type: 'as', usual: [] },
  localWorkloadSelector: off(''),
  keepOriginalNextHop: off(false),
  nextHopMode: off('Auto'),
  sourceAddress: off('UseNodeIP'),
  filters: { type: 'array', usual: [] },
}
const IPAM: Fields = {
  strictAffinity: { type: 'boolean' },
  autoAllocateBlocks: { type: 'boolean' },
  maxBlocksPerHost: { type: 'integer', least: 0, most: 2 ** 31 - 1 },
}
const KINDS: Readonly<Record<string, Fields>> = {
  FelixConfiguration: FELIX,
  BGPConfiguration: BGP,
  BGPPeer: PEER,
  IPAMConfiguration: IPAM,
  IPAMConfig: IPAM,
}

/** An AS number of 32 bits, also as two halves with a dot between (numorstring.ASNumberFromString). */
export function asNumberOf(json: Json | undefined): number | undefined {
  const halves = /^(\d+)\.(\d+)$/
    .exec(typeof json === 'string' ? json : '')
    ?.slice(1)
    .map(Number)
  if (halves?.every((half) => half < 65536)) return (halves[0] as number) * 65536 + (halves[1] as number)
  const n = typeof json === 'string' && /^\d+$/.test(json) ? Number(json) : json
  return typeof n === 'number' && Number.isInteger(n) && n >= 0 && n < 2 ** 32 ? n : undefined
}

const typeOf = (value: Json): string =>
  Array.isArray(value) ? 'array' : typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'number') : typeof value

/** What the API server says of a value; undefined: it takes it. */
function faultOf(key: string, value: Json, { type, least, most, values }: Field): string | undefined {
  if (type === 'as')
    return asNumberOf(value) === undefined ? `Invalid value: ${JSON.stringify(value)}: invalid AS Number format` : undefined
  const body = `spec.${key} in body`
  if (typeOf(value) !== type && !(key === 'natPortRange' && type === 'string'))
    return `Invalid value: "${typeOf(value)}": ${body} must be of type ${type}: "${typeOf(value)}"`
  if (typeof value === 'number' && least !== undefined && value < least)
    return `Invalid value: ${value}: ${body} should be greater than or equal to ${least}`
  if (typeof value === 'number' && most !== undefined && value > most)
    return `Invalid value: ${value}: ${body} should be less than or equal to ${most}`
  if (values && value !== '' && !values.some((one) => one.toLowerCase() === String(value).toLowerCase()))
    return `Unsupported value: ${JSON.stringify(value)}: supported values: ${values.map((one) => `"${one}"`).join(', ')}`
  return undefined
}

function checkFields(s: Settling, object: OtherObject, fields: Fields): void {
  for (const [key, value] of Object.entries(specOf(object))) {
    const place = { object, path: under('spec', key) }
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined
    if (field === undefined) {
      // the schema drops what it does not know: of the fields that matter one with other capitals is a slip
      if (Object.keys(fields).some((one) => one.toLowerCase() === key.toLowerCase()))
        report(s, 'warning', 'api', { text: `unknown field "spec.${key}"` }, place)
      continue
    }
    if (value === null) continue
    const text = faultOf(key, value, field)
    if (text !== undefined) refuse(s, place, text)
    else if (field.usual && !field.usual.includes(value) && !(Array.isArray(value) && value.length === 0))
      report(s, 'warning', 'calico-not-modelled', { what: `${key} ${JSON.stringify(value)}` }, place)
  }
}

/** What Calico's own API refuses of a BGPPeer (libcalico-go/lib/validator/v3, validateBGPPeerSpec). */
function checkPeer(s: Settling, object: OtherObject, names: ReadonlySet<string>): void {
  const spec = specOf(object)
  const [node, address] = [asText(spec['node']), asText(spec['peerIP'])]
  const at = (key: string) => ({ object, path: `spec.${key}` })
  const bad = (key: string, field: string, why: string): void =>
    refuse(s, at(key), `error with field ${field} = '${String(spec[key])}' (${why})`)
  if (node !== '' && asText(spec['nodeSelector']) !== '') bad('node', 'Node', 'Node field must be empty when NodeSelector is specified')
  if (asText(spec['peerSelector']) !== '') {
    if (address !== '') bad('peerIP', 'PeerIP', 'PeerIP field must be empty when PeerSelector is specified')
    if (asNumberOf(spec['asNumber'])) bad('asNumber', 'ASNumber', 'ASNumber field must be empty when PeerSelector is specified')
  } else if (address !== '' && peerAddress(address) === undefined) bad('peerIP', 'PeerIP', 'it has to be an address, or [address]:port')
  if (node !== '' && !names.has(node)) report(s, 'warning', 'bgp-peer-nobody', { node }, at('node'))
}

/** `10.0.0.1`, `10.0.0.1:179` and `[fd00::1]:179`; the port is not read. */
export const peerAddress = (text: string): ReturnType<typeof parseIp> =>
  parseIp(text) ?? parseIp(/^\[(.*)\](:\d+)?$/.exec(text)?.[1] ?? text.split(':')[0] ?? '')

/** Objects of Calico beside its pools: what its API would refuse, what nobody reads, and what is not written here. */
export function checkOwn(s: Settling, sorted: Sorted, nodes: Iterable<string>): void {
  const names = new Set(nodes)
  for (const [kind, fields] of Object.entries(KINDS)) {
    for (const object of calicoObjects(sorted, kind)) {
      if (kind !== 'BGPPeer' && object.metadata.name !== 'default')
        report(s, 'warning', 'calico-not-modelled', { what: `${kind} ${object.metadata.name}` }, { object, path: 'metadata.name' })
      checkFields(s, object, fields)
      if (kind === 'BGPPeer') checkPeer(s, object, names)
    }
  }
}
