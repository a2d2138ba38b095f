import { balancerPart } from '../agents/balancer/late.ts'
import { cniParts } from '../agents/cni/list.ts'
import { proxyParts } from '../agents/proxy/list.ts'
import { proxyProcess } from '../agents/proxy/process/late.ts'
import { balancing } from '../cluster/balancer/late.ts'
import { calico } from '../cluster/calico/late.ts'
import { ingressDefaults } from '../cluster/defaults/ingress/late.ts'
import { gatewayController } from '../cluster/gateway/late.ts'
import { policyCheck } from '../cluster/policies.ts'
import { dumpReader } from '../dump/late.ts'
import { ipset } from '../kernel/ipset/late.ts'
import { ipvs } from '../kernel/ipvs/late.ts'
import { nft } from '../kernel/nft/late.ts'
import { kindParts } from '../manifest/kinds/list.ts'
import { policyReader } from '../manifest/kinds/networkPolicy.ts'
import { past } from '../manifest/past/late.ts'
import type { Late } from '../trace/late.ts'
import { pluginParts } from '../userspace/coredns/plugins/list.ts'
import { healthPart } from './balancer/late.ts'
import { gatewayProxy } from './gateway/late.ts'
import { ingressPart } from './ingress/late.ts'
import { timeline } from './timeline/late.ts'

/** One line a part that is loaded when a lab needs it. */
const parts: readonly Late<unknown>[] = [
  ...proxyParts,
  ...cniParts,
  ...kindParts,
  ingressPart,
  ingressDefaults,
  ...pluginParts,
  nft,
  ipvs,
  ipset,
  dumpReader,
  policyReader,
  policyCheck,
  calico,
  balancing,
  balancerPart,
  healthPart,
  proxyProcess,
  gatewayController,
  gatewayProxy,
  timeline,
  past,
]

/** Loads every part: for those who cannot wait in the middle of an answer, the command line and the tests. */
export async function loadParts(): Promise<void> {
  await Promise.all(parts.map((part) => part.load()))
}
