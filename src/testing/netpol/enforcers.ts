import type { Enforcer } from './hostile.ts'

/** Cilium goes by identity: an ipBlock means neither Pods nor nodes, and a name that a rule for anybody asks for has to be one number. */
const CILIUM = { blocksMeanNobodyHere: true, oneNumberForAnybody: true } as const
/** What weave-npc makes of a policy otherwise than the API's text (npc/analyser.go, npc/iptables.go). */
const WEAVE = { rulesOfAllTypes: true, ownNodeIsOpen: true, refusesNames: true, firstOfRange: true } as const

/** Every plugin that enforces, beside a mode of kube-proxy, and where it is known to differ. */
export const ENFORCERS: readonly Enforcer[] = [
  { cni: 'calico', proxy: 'nftables', manner: {} },
  { cni: 'calico-vxlan', proxy: 'ipvs', manner: {} },
  { cni: 'calico-ipip', proxy: 'iptables', manner: {} },
  { cni: 'canal', proxy: 'iptables', manner: {} },
  { cni: 'cilium', proxy: 'none', manner: CILIUM },
  { cni: 'cilium', proxy: 'iptables', manner: CILIUM },
  { cni: 'cilium-native', proxy: 'none', manner: CILIUM },
  { cni: 'weave', proxy: 'iptables', manner: WEAVE },
]
