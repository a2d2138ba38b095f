import type { ServiceObject } from '../../manifest/kinds.ts'
import { inCidr, nthOf, sizeOf } from '../../net/cidr.ts'
import { type Cidr, familyOf, type Ip } from '../../net/ip.ts'
import { mix } from '../../trace/luck.ts'
import { keyOf } from '../pod-draft.ts'
import { refuse, report, type Settling } from '../settling.ts'
import { addressesIn, type FamilyName, familyName } from './families.ts'

/** One range of cluster IPs. Its numbers count from the network address; 0 and (IPv4) the last are never used. */
interface Range {
  readonly net: Cidr
  readonly usable: number
  /** The first `static` usable addresses are for choice by hand and come last in automatic choice. */
  readonly staticBand: number
  readonly taken: Set<string>
}

/** The allocator caps what it looks at (pkg/registry/core/service/ipallocator); an IPv6 range is used up to 65535 addresses. */
const CAP = 1n << 20n

function rangeOf(net: Cidr): Range {
  const all = sizeOf(net)
  const v4 = familyOf(net) === 4
  const size = Number(v4 ? (all < CAP ? all : CAP) : all < 65536n ? all : 65536n)
  const usable = Math.max(0, size - (v4 ? 2 : 1))
  return { net, usable, staticBand: size <= 16 ? 0 : Math.min(Math.max(16, Math.floor(size / 16)), 256), taken: new Set() }
}

/** Addresses that a cluster's own Services have: kubernetes gets the first, kubeadm gives kube-dns the tenth. */
const USUAL: Readonly<Record<string, number>> = { 'default/kubernetes': 1, 'kube-system/kube-dns': 10 }

/** The place from which a Service without an address looks for one: fixed by its name, so that an edit elsewhere moves it only if it takes just that address. */
function choose(range: Range, key: string): Ip | undefined {
  const usual = USUAL[key]
  const first = usual === undefined ? undefined : nthOf(range.net, usual)
  if (first !== undefined && !range.taken.has(first)) return first
  const upper = range.usable - range.staticBand
  const start = upper > 0 ? mix(0, `cluster IP ${key}`) % upper : 0
  for (let i = 0; i < upper; i++) {
    const address = nthOf(range.net, 1 + range.staticBand + ((start + i) % upper))
    if (!range.taken.has(address)) return address
  }
  for (let i = 0; i < range.staticBand; i++) {
    const address = nthOf(range.net, 1 + i)
    if (!range.taken.has(address)) return address
  }
  return undefined
}

/** The wish as Go prints it. */
export const quotedIps = (object: ServiceObject): string => `[]string{${object.is.spec.clusterIPs.map((one) => `"${one}"`).join(', ')}}`

export interface ClusterIpAllocator {
  /** Notes the addresses that a Service asks for; a clash or an address outside is a problem. */
  reserve(object: ServiceObject): void
  /** The addresses of a Service, one for each family. */
  assign(object: ServiceObject, families: readonly FamilyName[]): readonly Ip[]
  /** A free one by name, for Services without text. */
  pick(key: string, family: FamilyName): Ip | undefined
}

/** Where the wish stands: the API server complains about clusterIPs, but a user mostly writes clusterIP. */
export function wishField(object: ServiceObject): string {
  const spec = object.raw['spec']
  return typeof spec === 'object' && spec !== null && 'clusterIPs' in spec ? 'spec.clusterIPs' : 'spec.clusterIP'
}

/** A Service as it runs in a real cluster, whose range the files may not tell. */
const fromCluster = (object: ServiceObject): boolean => object.metadata.uid !== undefined

export function clusterIps(s: Settling, nets: readonly Cidr[], told: boolean): ClusterIpAllocator {
  const ranges = nets.map(rangeOf)
  const outside = new Set<string>()
  const pick = (key: string, family: FamilyName): Ip | undefined => {
    const range = ranges.find((one) => familyName(one.net) === family)
    const address = range && choose(range, key)
    if (address !== undefined) range?.taken.add(address)
    return address
  }
  return {
    pick,
    reserve(object) {
      for (const address of object.is.spec.clusterIPs) {
        if (address === 'None') continue
        const place = { object, path: wishField(object), field: 'spec.clusterIPs' }
        const range = ranges.find((one) => inCidr(address, one.net))
        const head = `Invalid value: ${quotedIps(object)}: failed to allocate IP ${address}:`
        const taken = range?.taken ?? outside
        if (taken.has(address)) refuse(s, place, `${head} provided IP is already allocated`)
        taken.add(address)
        if (range) continue
        const family = ranges.find((one) => familyOf(one.net) === familyOf(address))
        if (!family || (!told && (fromCluster(object) || familyOf(address) === 6))) continue
        refuse(s, place, `${head} the provided IP (${address}) is not in the valid range. The range of valid IPs is ${family.net}`)
      }
    },
    assign(object, families) {
      const given = addressesIn(object.is.spec.clusterIPs)
      return families.flatMap((family) => {
        const own = given.find((one) => familyName(one) === family)
        if (own !== undefined) return own
        const address = pick(keyOf(object.metadata), family)
        if (address === undefined && ranges.some((one) => familyName(one.net) === family)) {
          report(
            s,
            'error',
            'api',
            { text: 'Internal error occurred: failed to allocate a serviceIP: range is full' },
            { object, path: 'spec' },
          )
        }
        return address ?? []
      })
    },
  }
}
