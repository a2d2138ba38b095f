import { addressOf, lengthOf, maskedCidr, overlaps, parseCidr } from '../../net/cidr.ts'
import { type Cidr, type Family, familyOf } from '../../net/ip.ts'
import type { ClusterNode } from '../cluster.ts'
import { causeAt, refuse, report, type Settling } from '../settling.ts'
import type { Sorted } from '../sorted.ts'
import { listOf } from './fixed.ts'
import { asNumber, asText } from './json.ts'
import { type PoolText, poolTexts } from './pool-texts.ts'
import { selects } from './selector.ts'
import type { EncapMode, IpPool } from './types.ts'

const MODES: readonly string[] = ['Always', 'CrossSubnet', 'Never'] satisfies EncapMode[]
const NEVER: EncapMode = 'Never'
const modeOf = (text: string): EncapMode => (MODES.includes(text) ? (text as EncapMode) : 'Never')

/** By the names of the switch: what all pools use. undefined: as each pool says. */
export const MODES_OF: Readonly<Record<string, readonly [ipip: EncapMode, vxlan: EncapMode]>> = {
  calico: ['Never', 'Never'],
  'calico-ipip': ['Always', 'Never'],
  'calico-ipip-crosssubnet': ['CrossSubnet', 'Never'],
  'calico-vxlan': ['Never', 'Always'],
  'calico-vxlan-crosssubnet': ['Never', 'CrossSubnet'],
}

/** The name of the switch for a pool as it stands in the files. */
export function nameOfModes({ spec }: PoolText): string {
  const [ipip, vxlan] = [modeOf(asText(spec['ipipMode'])), modeOf(asText(spec['vxlanMode']))]
  return Object.keys(MODES_OF).find((name) => MODES_OF[name]?.[0] === ipip && MODES_OF[name]?.[1] === vxlan) ?? 'calico'
}

/** Fields of the CRD (api/pkg/apis/projectcalico/v3/ippool.go); the values that the others may have are all that we read of them. */
const FIELDS: ReadonlySet<string> = new Set(
  'cidr vxlanMode ipipMode natOutgoing disabled disableBGPExport blockSize nodeSelector namespaceSelector allowedUses assignmentMode ipip nat-outgoing'.split(
    ' ',
  ),
)
const UNREAD: Readonly<Record<string, (value: unknown) => boolean>> = {
  disableBGPExport: (value) => value === true,
  namespaceSelector: (value) => value !== undefined && value !== '' && value !== 'all()',
  allowedUses: (value) => Array.isArray(value) && !(value.includes('Workload') && value.includes('Tunnel')),
  assignmentMode: (value) => value !== undefined && value !== 'Automatic',
}

/** What the API server says of the object before Calico sees it. Whether it takes it. */
function fieldsFit(s: Settling, { spec, at, check }: PoolText): boolean {
  let fit = check?.(s) ?? true
  const wrong = (key: string, text: string): void => {
    refuse(s, at(key), text)
    fit = false
  }
  for (const [key, value] of Object.entries(spec)) {
    if (!FIELDS.has(key)) report(s, 'warning', 'api', { text: `unknown field "spec.${key}"` }, at(key))
    else if (UNREAD[key]?.(value)) report(s, 'warning', 'calico-not-modelled', { what: `${key} ${JSON.stringify(value)}` }, at(key))
  }
  const typed = (key: string, type: 'boolean' | 'integer'): void => {
    const value = spec[key]
    const right = type === 'boolean' ? typeof value === 'boolean' : Number.isInteger(value)
    if (value === undefined || value === null || right) return
    wrong(key, `Invalid value: "${typeof value}": spec.${key} in body must be of type ${type}: "${typeof value}"`)
  }
  for (const key of ['natOutgoing', 'disabled']) typed(key, 'boolean')
  typed('blockSize', 'integer')
  for (const key of ['ipipMode', 'vxlanMode']) {
    const text = asText(spec[key])
    if (text !== '' && !MODES.includes(text))
      wrong(key, `Unsupported value: ${JSON.stringify(text)}: supported values: ${MODES.map((one) => `"${one}"`).join(', ')}`)
  }
  return fit
}

/** Sizes of blocks by family: the usual one, and the largest and smallest that there may be. */
const BLOCKS = { 4: [26, 20, 32], 6: [122, 116, 128] } as const

/** Refusals are in the words of Calico's own API (libcalico-go/lib/validator/v3, clientv3/ippool.go, validatePool). */
function poolOf(
  s: Settling,
  written: PoolText,
  nodes: readonly ClusterNode[],
  told: readonly [EncapMode, EncapMode] | undefined,
): IpPool | undefined {
  const { spec, at } = written
  if (!fieldsFit(s, written)) return undefined
  const text = asText(spec['cidr'])
  const bad = (field: string, why: string, path = 'cidr', value = text): undefined => {
    refuse(s, at(path), `error with field IPPool.Spec.${field} = '${value}' (${why})`)
    return undefined
  }
  const found = parseCidr(text)
  if (found === undefined) return bad('CIDR', 'IPPool CIDR must be a valid subnet')
  const family = familyOf(found)
  const cidr = maskedCidr(found)
  if (cidr !== found) return bad('CIDR', 'IP pool CIDR is not strictly masked')
  if (overlaps(cidr, (family === 4 ? '169.254.0.0/16' : 'fe80::/10') as Cidr))
    return bad('CIDR', `IP pool range overlaps with IPv${family} Link Local range ${family === 4 ? '169.254.0.0/16' : 'fe80::/10'}`)
  const [usual, least, most] = BLOCKS[family]
  const blockSize = asNumber(spec['blockSize']) || usual
  if (blockSize < least || blockSize > most)
    return bad('BlockSize', `block size must be between ${least} and ${most} for IPv${family}`, 'blockSize', `${blockSize}`)
  if (lengthOf(cidr) > blockSize)
    return bad('CIDR', 'IP pool size is too small for use with Calico IPAM. It must be equal to or greater than the block size.')
  // the switch speaks of IPIP for the pools of IPv4 alone
  const [ipip, vxlan] =
    told === undefined ? [modeOf(asText(spec['ipipMode'])), modeOf(asText(spec['vxlanMode']))] : family === 4 ? told : [NEVER, told[1]]
  if (ipip !== 'Never' && vxlan !== 'Never') {
    refuse(s, at('ipipMode'), 'error with field IPPool.Spec.VXLANMode (IPIPMode and VXLANMode cannot both be enabled on the same IP pool)')
    return undefined
  }
  if (family === 6 && ipip !== 'Never')
    return bad('IPIPMode', "IPIPMode other than 'Never' is not supported on an IPv6 IP pool", 'ipipMode', ipip)
  const selector = asText(spec['nodeSelector'])
  const chosen = selects(selector, nodes)
  if (chosen === undefined) return bad('NodeSelector', 'invalid selector', 'nodeSelector', selector)
  return {
    name: written.name,
    cidr,
    blockSize,
    ipip,
    vxlan,
    natOutgoing: spec['natOutgoing'] === true,
    disabled: spec['disabled'] === true,
    ...(chosen.length < nodes.length && { nodes: new Set(chosen.map((one) => one.meta.name)) }),
    because: causeAt(s, at('cidr')),
  }
}

/** All pools by name, as the API lists them. One that overlaps an earlier one is refused. `name`: the CNI, when something beside the pools says it. */
export function readPools(s: Settling, sorted: Sorted, nodes: readonly ClusterNode[], name: string | undefined): readonly IpPool[] {
  const told = name === undefined ? undefined : MODES_OF[name]
  const pools: IpPool[] = []
  for (const written of poolTexts(sorted) ?? []) {
    const pool = poolOf(s, written, nodes, told)
    if (pool === undefined) continue
    const other = pools.find((one) => overlaps(one.cidr, pool.cidr))
    if (other === undefined) pools.push(pool)
    else
      refuse(
        s,
        written.at('cidr'),
        `error with field IPPool.Spec.CIDR = '${pool.cidr}' (IPPool(${pool.name}) CIDR overlaps with IPPool(${other.name}) CIDR ${other.cidr})`,
      )
  }
  return pools.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

/** Pools that a JSON list names or whose nets it lists (annotations ipv4pools and ipv6pools), or the error that ends ADD (utils.ResolvePools). */
export function namedPools(text: string, pools: readonly IpPool[], family: Family): readonly IpPool[] | { readonly error: string } {
  const list = listOf(text)
  if (typeof list === 'string') return { error: list }
  const out: IpPool[] = []
  for (const one of list) {
    const net = parseCidr(one) ?? pools.find((pool) => pool.name === one)?.cidr
    if (net === undefined) return { error: `error parsing pool ${JSON.stringify(one)}: invalid CIDR address: ${one}` }
    if (familyOf(net) !== family) return { error: `${JSON.stringify(addressOf(net))} isn't a IPv${family} address` }
    const pool = pools.find((other) => other.cidr === maskedCidr(net) && !other.disabled)
    if (pool === undefined) return { error: `the given pool (${maskedCidr(net)}) does not exist, or is not enabled` }
    out.push(pool)
  }
  return out
}
