import { maskedCidr } from '../../../net/cidr.ts'
import { type Bridged, bridgeAdd, bridgeDel } from '../add/bridge.ts'
import { portmapPlugin } from '../add/portmap.ts'
import type { Call, CniAdd } from '../add/types.ts'
import { addressesIn } from '../bridge.ts'
import { conflistOf } from './config.ts'
import { bridgeOf, masquerade, masqueradeChain } from './plain-bridge.ts'

function bridgedOf({ cluster, node, pod, containerId }: Call): Bridged {
  const { list } = conflistOf(cluster)
  const config = bridgeOf(list, node)
  if (!list.ipMasq || pod.podIPs.length === 0) return { config }
  const chain = masqueradeChain(list.name, containerId)
  return { config, masquerade: { chain, ops: masquerade(cluster, list.name, pod, node.podCIDRs.map(maskedCidr)) } }
}

/** The bridge plugin as the first of the list. */
export const plainBridgeAdd: CniAdd = {
  plugins: {
    bridge: { add: (call) => bridgeAdd(call, bridgedOf(call)), del: (call) => bridgeDel(call, bridgedOf(call)) },
    portmap: portmapPlugin(
      (call) => addressesIn(call.pod, bridgedOf(call).config),
      (call) => bridgedOf(call).config.bridge,
    ),
  },
}
