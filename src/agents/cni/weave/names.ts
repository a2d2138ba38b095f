/** Devices of Weave Net as net/bridge.go names them, "bridged fastdp": a bridge for the Pods, a datapath for the other nodes, a pair between. */
export const BRIDGE = 'weave'
export const DATAPATH = 'datapath'
export const TO_DATAPATH = 'vethwe-bridge'
export const TO_BRIDGE = 'vethwe-datapath'
/** UDP port of the tunnels: one above the control port. */
export const PORT = 6784
export const TUNNEL = `vxlan-${PORT}`
/** A device that takes whatever fits into an IP packet (IP_MAX_MTU). */
export const TUNNEL_MTU = 65535
/** Name of the network in 10-weave.conflist. */
export const NETWORK = 'weave'
/** Nets whose Pods are here: who comes from outside keeps its address. */
export const NO_MASQ_LOCAL = 'weaver-no-masq-local'
