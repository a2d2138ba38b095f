import { lengthOf } from '../../../net/cidr.ts'
import type { Cidr, Ip } from '../../../net/ip.ts'
import { compareIp, familyOf } from '../../../net/ip.ts'
import { gatewayOf } from '../bridge.ts'
import { askIpam, askIpamDel } from './ipam.ts'
import type { Call, Ran, Step, Written } from './types.ts'

/** A range of host-local, and routes that its answer names. */
export interface Range {
  readonly subnet: Cidr
  readonly routes: readonly Cidr[]
}

const program = 'host-local'
const DIR = '/var/lib/cni/networks'
const dirOf = ({ network }: Call): string => `${DIR}/${network}`

/** One file an address: whose it is (backend/disk/backend.go). */
const holder = ({ containerId }: Call): string => `${containerId}\r\neth0`

/** The highest address that Pods before have of a family: the last one given on a node whose Pods came one after another. */
function lastGiven({ before }: Call, family: 4 | 6): Ip | undefined {
  const given = before.flatMap((pod) => pod.podIPs.filter((one) => familyOf(one) === family))
  return given.sort(compareIp).at(-1)
}

/** The IPAM plugin host-local, asked by another plugin. */
export const hostLocalAdd = (call: Call, ranges: readonly Range[]): Ran => askIpam(call, program, () => give(call, ranges))

function give(call: Call, ranges: readonly Range[]) {
  const chosen = ranges.flatMap((range, i): readonly { readonly range: Range; readonly i: number; readonly address: Ip }[] => {
    const address = call.addresses.find((one) => familyOf(one) === familyOf(range.subnet))
    return address === undefined ? [] : [{ range, i, address }]
  })
  const steps = chosen.map(({ i, address, range }): Step => {
    const last = lastGiven(call, familyOf(address))
    const files: readonly Written[] = [
      { path: `${dirOf(call)}/${address}`, how: 'writes', text: holder(call) },
      { path: `${dirOf(call)}/last_reserved_ip.${i}`, how: 'writes', text: address },
    ]
    const shared = { from: 'ipam', to: 'ipam', program, files } as const
    return last === undefined
      ? { ...shared, code: 'host-local-first', params: { address, gateway: gatewayOf(range.subnet), net: range.subnet } }
      : { ...shared, code: 'host-local-next', params: { address, last, file: `last_reserved_ip.${i}` } }
  })
  const ips = chosen.map(({ address, range }) => ({
    address: `${address}/${lengthOf(range.subnet)}` as Cidr,
    gateway: gatewayOf(range.subnet),
  }))
  const routes = ranges.flatMap((range) => range.routes.map((dst) => ({ dst })))
  return { steps, result: { interfaces: [], ips, routes } }
}

/** Gives the addresses back: the files go, last_reserved_ip stays, so the next Pod gets a later address. */
export function hostLocalDel(call: Call): readonly Step[] {
  const files = call.pod.podIPs.map((address): Written => ({ path: `${dirOf(call)}/${address}`, how: 'removes', text: holder(call) }))
  const params = { address: call.pod.podIPs.join(', ') }
  return askIpamDel(call, program, [{ from: 'ipam', to: 'ipam', program, code: 'host-local-release', params, files }])
}
