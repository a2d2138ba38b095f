import { report, type Settling } from '../settling.ts'
import type { Sorted } from '../sorted.ts'
import { asNumber } from './json.ts'
import { calicoObjects, specOf } from './objects.ts'
import type { IpamConfig } from './types.ts'

/** A safeguard of libcalico-go/lib/ipam where nothing is configured. */
const MOST_BLOCKS = 20

/** calicoctl and kubectl call the object IPAMConfiguration, the CRD underneath IPAMConfig. */
export function readIpamConfig(s: Settling, sorted: Sorted): IpamConfig {
  const object = ['IPAMConfiguration', 'IPAMConfig']
    .flatMap((kind) => calicoObjects(sorted, kind))
    .find((one) => one.metadata.name === 'default')
  const spec = object ? specOf(object) : {}
  if (object && spec['autoAllocateBlocks'] === false)
    report(s, 'warning', 'calico-not-modelled', { what: 'autoAllocateBlocks: false' }, { object, path: 'spec.autoAllocateBlocks' })
  return { strict: spec['strictAffinity'] === true, mostBlocks: asNumber(spec['maxBlocksPerHost']) || MOST_BLOCKS }
}
