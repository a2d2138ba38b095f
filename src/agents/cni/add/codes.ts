/** Steps of ADD and DEL; words/cni.ts has a sentence for each. Params in braces. */
export type StepCode =
  /** {pod} {node} */
  | 'run-pod-sandbox'
  /** {netns} */
  | 'netns'
  | 'pause'
  /** {file} {name} {count} */
  | 'read-netd'
  /** {file} {name} {others} */
  | 'read-netd-first'
  | 'no-version'
  /** {type} */
  | 'plugin-add'
  | 'plugin-result'
  | 'lo-up'
  /** {type} {network}: called by another plugin. */
  | 'ipam-add'
  | 'ipam-result'
  /** {address} {last} {file} */
  | 'host-local-next'
  | 'host-local-first'
  /** {bridge} {mtu} */
  | 'bridge-made'
  | 'bridge-there'
  /** {host} {netns} {mtu} */
  | 'veth'
  /** {host} {bridge} */
  | 'enslave'
  | 'enslave-hairpin'
  /** {addresses} */
  | 'pod-addresses'
  /** {via} */
  | 'pod-routes'
  | 'pod-no-routes'
  /** {bridge} {addresses} */
  | 'bridge-address'
  /** {chain} */
  | 'ip-masq'
  /** {file} */
  | 'subnet-env'
  /** {type} {file} */
  | 'delegate'
  | 'delegate-result'
  /** {ports} */
  | 'portmap'
  | 'portmap-none'
  /** {type} */
  | 'plugin-unmodelled'
  | 'bandwidth-none'
  /** {file} */
  | 'cached'
  /** {address} */
  | 'sandbox-ip'
  /** {addresses} {pod} */
  | 'status'
  /** {cidr} */
  | 'use-pod-cidr'
  /** {address} {block} {ordinal} {node} */
  | 'calico-block'
  /** {address} {block} {owner} */
  | 'calico-borrowed'
  /** {address} */
  | 'calico-fixed'
  /** {handle} */
  | 'calico-handle'
  /** {via} */
  | 'calico-pod-routes'
  /** {host} {mac} */
  | 'calico-host-end'
  /** {host} */
  | 'calico-sysctls'
  /** {host} {addresses} */
  | 'calico-host-route'
  /** {name} */
  | 'workload-endpoint'
  /** {host} */
  | 'felix'
  /** {address} {router} */
  | 'cilium-ipam'
  /** {host} */
  | 'cilium-veth'
  /** {id} {identity} {labels} */
  | 'cilium-endpoint'
  /** {host} */
  | 'cilium-programs'
  | 'cilium-maps'
  /** {address} {slice} {via} */
  | 'weave-ipam'
  /** {host} {mtu} */
  | 'weave-veth'
  /** {address} */
  | 'npc-sets'
  /** DEL: {pod} {node} */
  | 'stop-pod-sandbox'
  | 'plugin-del'
  | 'portmap-del'
  | 'portmap-del-none'
  /** {host} */
  | 'veth-gone'
  /** {chain} */
  | 'ip-masq-gone'
  | 'ipam-del'
  /** {address} {last} */
  | 'host-local-release'
  /** {address} {block} */
  | 'calico-release'
  /** {name} */
  | 'workload-endpoint-gone'
  /** {host} */
  | 'felix-del'
  /** {file} */
  | 'delegate-del'
  /** {bridge} */
  | 'bridge-stays'
  /** {id} */
  | 'cilium-endpoint-gone'
  /** {address} */
  | 'cilium-release'
  /** {address} */
  | 'weave-release'
  /** {address} */
  | 'npc-sets-gone'
  /** {netns} */
  | 'netns-gone'
  /** {pod} */
  | 'pod-gone'
  /** Failures: {file} */
  | 'netd-bad'
  | 'netd-empty'
  /** {binary} */
  | 'no-binary'
  /** {type} {version} */
  | 'bad-version'
  | 'ipam-refused'
  | 'plugin-failed'
  | 'clean-up'
  /** {netns} */
  | 'clean-up-failed'
  | 'sandbox-failed'
  | 'network-not-ready'
  /** {pod} */
  | 'event'
