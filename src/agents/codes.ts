/**
 * Codes of the problems that programs on the nodes find. words/problems/agents.ts has a sentence for each in every language
 * (the compiler demands it); params in braces.
 */
export type AgentCode =
  /** {network} of net-conf.json does not hold {net} of {node}. */
  | 'flannel-network'
  /** {pod} {address} {node} {cidr} */
  | 'pod-outside-node-net'
  /** {policy} {cni} */
  | 'policy-not-enforced'
  /** {policy}: weave-npc refuses it. */
  | 'policy-npc-named-port'
  /** {policy} */
  | 'policy-npc-end-port'
  /** {policy} */
  | 'policy-npc-ipv6'
  /** {policy} */
  | 'policy-npc-clash'
  /** {pod} */
  | 'host-port'
  /** {what} {file} */
  | 'conflist-not-modelled'
  /** {key} {value} of the ConfigMap cilium-config. */
  | 'cilium-setting'
  /** {value} of bpf-lb-mode. */
  | 'cilium-dsr-tunnel'
  /** {node} {peer} {address} */
  | 'cilium-not-direct'
  | 'cilium-ipv6'
  | 'cilium-port-names'
  /** {pod} */
  /** {node} {peer}: a BGP session whose other end is nobody's address. */
  | 'bgp-no-answer'
  /** {node} {peer}: the underlay drops BGP. */
  | 'bgp-blocked'
  /** {node} {peer} {as} {wanted} */
  | 'bgp-wrong-as'
  /** {node} {peer} {block}: no session carries the route. */
  | 'bgp-no-route'
  /** {pod} {address} */
  | 'pod-outside-pools'
  /** {node} {peer} {address}: no route to the other node's Pods, the kernel refuses a gateway that is not on the link. */
  | 'peer-not-on-link'
