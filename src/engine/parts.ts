import { balancerPart } from '../agents/balancer/late.ts'
import { cniParts } from '../agents/cni/list.ts'
import { dumpedNodes } from '../agents/dumped-late.ts'
import { proxyParts } from '../agents/proxy/list.ts'
import { proxyProcess } from '../agents/proxy/process/late.ts'
import { balancing } from '../cluster/balancer/late.ts'
import { calico } from '../cluster/calico/late.ts'
import { ingressDefaults } from '../cluster/defaults/ingress/late.ts'
import { gatewayController } from '../cluster/gateway/late.ts'
import { generating, settledDumps } from '../cluster/late.ts'
import { netConfs } from '../cluster/netconf/late.ts'
import { policyCheck } from '../cluster/policies.ts'
import { zoneHinting } from '../cluster/slices/late.ts'
import { weave } from '../cluster/weave/late.ts'
import { dumpReader } from '../dump/late.ts'
import { bpf } from '../kernel/bpf/late.ts'
import { ipset } from '../kernel/ipset/late.ts'
import { ipvs } from '../kernel/ipvs/late.ts'
import { arp, errors, fragments, ipip, rare, sctp } from '../kernel/late.ts'
import { nft } from '../kernel/nft/late.ts'
import { kindParts } from '../manifest/kinds/list.ts'
import { policyReader } from '../manifest/kinds/networkPolicy.ts'
import { serviceChanges } from '../manifest/late.ts'
import { past } from '../manifest/past/late.ts'
import { ciliumLists } from '../tools/cilium/late.ts'
import { details } from '../tools/ip/late.ts'
import type { Late } from '../trace/late.ts'
import { pluginParts } from '../userspace/coredns/plugins/list.ts'
import { atOnce } from '../userspace/resolver/late.ts'
import { healthPart } from './balancer/late.ts'
import { cniWalks } from './cniwalk/late.ts'
import { bpfColumns } from './columns/bpf/late.ts'
import { labDumps } from './dumps.ts'
import { findings } from './findings/late.ts'
import { gatewayProxy } from './gateway/late.ts'
import { ingressPart } from './ingress/late.ts'
import { timeline } from './timeline/late.ts'
import { userspaceProcess } from './userspace/late.ts'

/** One line a part that is loaded when a lab needs it. */
const parts: readonly Late<unknown>[] = [
  ...kindParts,
  ingressPart,
  ingressDefaults,
  ...proxyParts,
  ...cniParts,
  ...pluginParts,
  arp,
  rare,
  nft,
  bpf,
  bpfColumns,
  ciliumLists,
  ipvs,
  ipset,
  ipip,
  sctp,
  userspaceProcess,
  serviceChanges,
  fragments,
  errors,
  atOnce,
  dumpReader,
  labDumps,
  dumpedNodes,
  generating,
  settledDumps,
  policyReader,
  policyCheck,
  zoneHinting,
  calico,
  weave,
  balancing,
  gatewayController,
  gatewayProxy,
  findings,
  balancerPart,
  healthPart,
  proxyProcess,
  timeline,
  past,
  cniWalks,
  details,
  netConfs,
]

/** Loads every part: for those who cannot wait in the middle of an answer, the command line and the tests. */
export async function loadParts(): Promise<void> {
  await Promise.all(parts.map((part) => part.load()))
}
