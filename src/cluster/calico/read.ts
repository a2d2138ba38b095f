import type { OtherObject } from '../../manifest/kinds.ts'
import { lengthOf, maskedCidr, overlaps, parseCidr } from '../../net/cidr.ts'
import { type Cidr, familyOf } from '../../net/ip.ts'
import { causeAt, refuse, report, type Settling } from '../settling.ts'
import type { Sorted } from '../sorted.ts'
import { asMap, asNumber, asText } from './json.ts'
import type { EncapMode, IpPool } from './types.ts'

const CALICO = /^(crd\.)?projectcalico\.org\//

/** Calico's own objects of a kind, in the order of the files; calicoctl and kubectl write them in two API groups. */
export const calicoObjects = (sorted: Sorted, kind: string): readonly OtherObject[] =>
  sorted.others.filter((one) => one.is.kind === kind && CALICO.test(one.apiVersion))

export const specOf = (object: OtherObject): ReturnType<typeof asMap> => asMap(object.raw['spec'])

const MODES: readonly string[] = ['Always', 'CrossSubnet', 'Never'] satisfies EncapMode[]
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
export function nameOfModes(object: OtherObject | undefined): string {
  const spec = object === undefined ? {} : specOf(object)
  const [ipip, vxlan] = [modeOf(asText(spec['ipipMode'])), modeOf(asText(spec['vxlanMode']))]
  return Object.keys(MODES_OF).find((name) => MODES_OF[name]?.[0] === ipip && MODES_OF[name]?.[1] === vxlan) ?? 'calico'
}

/** Refusals are in the words of Calico's own API (libcalico-go/lib/clientv3/ippool.go, validatePool). */
function poolOf(s: Settling, object: OtherObject, told: readonly [EncapMode, EncapMode] | undefined): IpPool | undefined {
  const spec = specOf(object)
  const at = (path: string) => ({ object, path: `spec.${path}` })
  const text = asText(spec['cidr'])
  const found = parseCidr(text)
  if (found === undefined) {
    refuse(s, at('cidr'), `error with field IPPool.Spec.CIDR = '${text}' (IPPool CIDR must be a valid subnet)`)
    return undefined
  }
  if (familyOf(found) === 6) {
    report(s, 'warning', 'calico-not-modelled', { what: 'IPv6' }, at('cidr'))
    return undefined
  }
  const cidr = maskedCidr(found)
  const blockSize = asNumber(spec['blockSize']) ?? 26
  if (!Number.isInteger(blockSize) || blockSize < 20 || blockSize > 32) {
    refuse(s, at('blockSize'), `error with field IPPool.Spec.BlockSize = '${blockSize}' (block size must be between 20 and 32 for IPv4)`)
    return undefined
  }
  if (lengthOf(cidr) > blockSize) {
    refuse(
      s,
      at('cidr'),
      `error with field IPPool.Spec.CIDR = '${cidr}' (IP pool size is too small for use with Calico IPAM. It must be equal to or greater than the block size.)`,
    )
    return undefined
  }
  const [ipip, vxlan] = told ?? [modeOf(asText(spec['ipipMode'])), modeOf(asText(spec['vxlanMode']))]
  if (ipip !== 'Never' && vxlan !== 'Never') {
    refuse(s, at('ipipMode'), 'error with field IPPool.Spec.VXLANMode (IPIPMode and VXLANMode cannot both be enabled on the same IP pool)')
    return undefined
  }
  const selector = asText(spec['nodeSelector'])
  if (selector !== '' && selector !== 'all()')
    report(s, 'warning', 'calico-not-modelled', { what: `nodeSelector ${selector}` }, at('nodeSelector'))
  return {
    name: object.metadata.name,
    cidr,
    blockSize,
    ipip,
    vxlan,
    natOutgoing: spec['natOutgoing'] === true,
    disabled: spec['disabled'] === true,
    because: causeAt(s, at('cidr')),
  }
}

/** All pools by name, as the API lists them. One that overlaps an earlier one is refused. `name`: the CNI, when something beside the pools says it. */
export function readPools(s: Settling, sorted: Sorted, name: string | undefined): readonly IpPool[] {
  const told = name === undefined ? undefined : MODES_OF[name]
  const pools: { readonly pool: IpPool; readonly object: OtherObject }[] = []
  for (const object of calicoObjects(sorted, 'IPPool')) {
    const pool = poolOf(s, object, told)
    if (pool === undefined) continue
    const other = pools.find((one) => overlaps(one.pool.cidr, pool.cidr))?.pool
    if (other === undefined) pools.push({ pool, object })
    else
      refuse(
        s,
        { object, path: 'spec.cidr' },
        `error with field IPPool.Spec.CIDR = '${pool.cidr}' (IPPool(${pool.name}) CIDR overlaps with IPPool(${other.name}) CIDR ${other.cidr})`,
      )
  }
  return pools.map((one) => one.pool).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

/** Nets that a text lists as JSON, or names of pools (annotation cni.projectcalico.org/ipv4pools). undefined: no such list. */
export function namedPools(text: string | undefined, pools: readonly IpPool[]): readonly IpPool[] | undefined {
  if (text === undefined || text === '') return undefined
  try {
    const list: unknown = JSON.parse(text)
    if (!Array.isArray(list)) return []
    return pools.filter((pool) => list.some((one) => one === pool.name || parseCidr(String(one)) === (pool.cidr as Cidr)))
  } catch {
    return []
  }
}
