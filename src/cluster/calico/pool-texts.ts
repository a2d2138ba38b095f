import type { Json } from '../../manifest/object.ts'
import { under } from '../../manifest/text/path.ts'
import { parseCidr } from '../../net/cidr.ts'
import { type Family, familyOf } from '../../net/ip.ts'
import { type Place, refuse, report, type Settling } from '../settling.ts'
import type { Sorted } from '../sorted.ts'
import { asMap, asText } from './json.ts'
import { calicoObjects, specOf } from './objects.ts'

type Fields = ReturnType<typeof asMap>

/** A pool as somebody wrote it: an IPPool, or an item of the operator's Installation in the words of an IPPool. */
export interface PoolText {
  readonly name: string
  readonly spec: Fields
  /** Where a field of the spec stands. */
  at(key: string): Place
  /** Refuses what its own API would not take. Whether it takes it. */
  check?(s: Settling): boolean
}

/** What `encapsulation` of the operator means (api/v1/installation_types.go, EncapsulationType; pkg/render/ippools). */
const ENCAPSULATION: Readonly<Record<string, readonly [ipip: string, vxlan: string]>> = {
  IPIPCrossSubnet: ['CrossSubnet', 'Never'],
  IPIP: ['Always', 'Never'],
  VXLAN: ['Never', 'Always'],
  VXLANCrossSubnet: ['Never', 'CrossSubnet'],
  None: ['Never', 'Never'],
}
const SWITCH = ['Enabled', 'Disabled'] as const
const UNSET = { natOutgoing: true, nodeSelector: 'all()' } as const

/** The field of the Installation that says what a field of an IPPool does. */
const ownField = (key: string): string => (key === 'ipipMode' || key === 'vxlanMode' ? 'encapsulation' : key)

/** Installation `default`, by which tigera-operator installs Calico. */
const installationOf = (sorted: Sorted): Sorted['others'][number] | undefined =>
  sorted.others.find((one) => one.is.kind === 'Installation' && one.apiVersion.startsWith('operator.tigera.io/'))

/** spec.calicoNetwork of the Installation. */
const networkOf = (sorted: Sorted): Fields => {
  const object = installationOf(sorted)
  return object ? asMap(specOf(object)['calicoNetwork']) : {}
}

/** MTU that the Installation gives Pods; undefined: Calico looks for itself. */
export const operatorMtu = (sorted: Sorted): Json | undefined => networkOf(sorted)['mtu']

function operatorPool(object: Sorted['others'][number], item: Fields, i: number, first: ReadonlySet<number>): PoolText {
  const at = (key: string): Place => ({ object, path: `spec.calicoNetwork.ipPools[${i}]${key === '' ? '' : `.${ownField(key)}`}` })
  const { encapsulation, natOutgoing, name, disableNewAllocations, ...rest } = item
  const net = parseCidr(asText(item['cidr']))
  const family: Family = net === undefined ? 4 : familyOf(net)
  // an IPv6 pool is not tunnelled unless it says so (pkg/controller/ippool/defaults.go)
  const [ipipMode, vxlanMode] = ENCAPSULATION[asText(encapsulation)] ?? (family === 4 ? ['Always', 'Never'] : ['Never', 'Never'])
  const one = (s: Settling, key: string, value: Json | undefined, values: readonly string[]): boolean => {
    if (value === undefined || value === null || values.includes(value as string)) return true
    refuse(s, at(key), `Unsupported value: ${JSON.stringify(value)}: supported values: ${values.map((v) => `"${v}"`).join(', ')}`)
    return false
  }
  return {
    name: asText(name) || `default-ipv${family}-ippool${first.has(i) ? '' : `-${i}`}`,
    spec: { ...UNSET, ...rest, ipipMode, vxlanMode, natOutgoing: natOutgoing !== 'Disabled', disabled: disableNewAllocations === true },
    at,
    check: (s) =>
      [one(s, 'encapsulation', encapsulation, Object.keys(ENCAPSULATION)), one(s, 'natOutgoing', natOutgoing, SWITCH)].every(Boolean),
  }
}

/** undefined: nobody says which pools there are. The operator makes none where an IPPool has the net already. */
export function poolTexts(sorted: Sorted): readonly PoolText[] | undefined {
  const own = calicoObjects(sorted, 'IPPool').map(
    (object): PoolText => ({
      name: object.metadata.name,
      spec: specOf(object),
      at: (key) => ({ object, path: key === '' ? 'spec' : under('spec', key) }),
    }),
  )
  const object = installationOf(sorted)
  const items = networkOf(sorted)['ipPools']
  if (object === undefined || !Array.isArray(items)) return own.length > 0 ? own : undefined
  const maps = (items as readonly Json[]).map(asMap)
  const isSix = (item: Fields): boolean => asText(item['cidr']).includes(':')
  const first = new Set([maps.findIndex((one) => !isSix(one)), maps.findIndex(isSix)])
  const asked = maps.map((item, i) => operatorPool(object, item, i, first))
  return [...own, ...asked.filter((a) => !own.some((o) => o.spec['cidr'] === a.spec['cidr']))]
}

/** What an Installation asks for that is not written here. */
export function installationTold(s: Settling, sorted: Sorted): void {
  const object = installationOf(sorted)
  if (object === undefined) return
  const tell = (path: string, value: Json | undefined, usual: readonly (Json | undefined)[]): void => {
    if (usual.includes(value)) return
    report(s, 'warning', 'calico-not-modelled', { what: `${path} ${JSON.stringify(value)}` }, { object, path: `spec.${path}` })
  }
  const cni = asMap(specOf(object)['cni'])
  const net = networkOf(sorted)
  tell('cni.type', cni['type'], [undefined, 'Calico'])
  tell('cni.ipam.type', asMap(cni['ipam'])['type'], [undefined, 'Calico'])
  tell('calicoNetwork.bgp', net['bgp'], [undefined, 'Enabled'])
  tell('calicoNetwork.linuxDataplane', net['linuxDataplane'], [undefined, 'Iptables'])
  tell('calicoNetwork.hostPorts', net['hostPorts'], [undefined, 'Enabled'])
}
