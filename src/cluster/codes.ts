/**
 * Codes of the problems that the control plane finds. words/problems/cluster.ts has a sentence for each in every
 * language (the compiler demands it); params in braces. What the API server prints goes out as `api` with {text}.
 */
export type ClusterCode =
  /** {a} {b}: two nets, {what} and {other}: what they are for. */
  | 'overlapping-nets'
  /** {cidr} of kube-proxy, {pods} that it does not hold. */
  | 'cluster-cidr'
  /** {address} {net} {what} */
  | 'node-in-net'
  /** {net} {length} */
  | 'pod-subnet-small'
  /** {net} {node} */
  | 'pod-subnet-full'
  /** {name} {names} */
  | 'proxy-unknown'
  /** {name} {version}: a mode that this version no longer has. */
  | 'proxy-removed'
  /** kube-proxy does not start with its ConfigMap. */
  | 'proxy-refused'
  /** {node} */
  | 'node-not-ready'
  /** {name} {names} */
  | 'cni-unknown'
  /** {name} {names} */
  | 'cni-not-modelled'
  /** {text}: net-conf.json that is no JSON or lacks Network. */
  | 'net-conf'
  /** {program} {text} */
  | 'program-refuses'
  /** {file} {what} */
  | 'net-conf-unread'
  /** {limit} */
  | 'too-many-pods'
  /** {pod} {node} */
  | 'no-such-node'
  /** {pod} */
  | 'pod-pending'
  /** {pod} {node} {net} */
  | 'no-address-left'
  /** {pod} {node} {net}: its weaver's slice */
  | 'weave-full'
  /** {address} {pod} */
  | 'pod-ip-taken'
  /** {address} {other}: a node or an outside machine that has it too. */
  | 'address-taken'
  /** {address} {service}: the Service whose ClusterIP an endpoint names. */
  | 'endpoint-is-cluster-ip'
  /** {count}: problems of the same kind at the same place that are not shown one by one. */
  | 'more-of-these'
  /** {service} {selector} */
  | 'no-endpoints'
  /** {service} {count}: its Pods, none of them ready. */
  | 'none-ready'
  /** {service} {key} {value} {near}: the label that a Pod has. */
  | 'selector-near'
  /** {service} {object} {namespace} */
  | 'selector-namespace'
  /** {slice} {service}: the file's slice differs from what the controller makes of the Pods. */
  | 'slice-recomputed'
  /** {slice} {service} */
  | 'slice-without-service'
  /** {service} {port} {names} */
  | 'slice-port-name'
  /** {port} {service} */
  | 'no-such-port-name'
  /** {port} {near} */
  | 'port-name-near'
  /** {port} {protocol} {found} */
  | 'port-protocol'
  /** {port} {ports} */
  | 'nobody-listens'
  /** {pod} {image} */
  | 'listens-on-nothing'
  /** {pod} {port} */
  | 'probe-without-listener'
  /** {service} {pod}: the Service is younger than the container that uses its variables. */
  | 'env-too-late'
  /** {service} {pod}: the Service stands below the Pod that uses its variables. */
  | 'env-order'
  /** {text}: what CoreDNS prints before it exits. */
  | 'coredns-fails'
  /** {pod} */
  | 'lab-pod-unknown'
  /** {name} {file}, and those that come after it: {other} {otherFile} */
  | 'two-cnis'
  /** {pod} {cni} */
  | 'fixed-ip-ignored'
  /** {annotation}, and who would limit the Pod: {by} */
  | 'bandwidth-unmodelled'
  /** {annotation}, and the CNI that does not ask for it, or hostNetwork: {where} */
  | 'bandwidth-ignored'
  /** {what} */
  | 'calico-not-modelled'
  /** {node} */
  | 'bgp-peer-nobody'
  /** {pod} {text}: why its sandbox is not made, in libcni's words */
  | 'pod-sandbox'
  /** {pod} */
  | 'pod-network-not-ready'
  /** {file} {text}: of /etc/cni/net.d; containerd's words. */
  | 'net-conf-broken'
  /** {file}: a list without cniVersion. */
  | 'net-conf-version'
  /** {policy} {namespace} */
  | 'policy-selects-nobody'
  /** {port}, {protocol}: a name that no container port of the Pods in question has. */
  | 'policy-port-nowhere'
  /** No Pod fits the peer. */
  | 'policy-peer-nobody'
  /** {namespace}: two peers where one with both selectors may have been meant. */
  | 'policy-or'
  /** {service}: of type LoadBalancer, and nobody in the lab gives it an address. */
  | 'no-load-balancer'
  /** {service} {class} */
  | 'load-balancer-class'
  /** {service} {name}: the provider has no address left. */
  | 'load-balancer-pool'
  /** {address} {name}: asked for, and not one that the provider gives. */
  | 'load-balancer-wish'
  /** {service} {name} */
  | 'balancer-needs-node-ports'
  /** {address}: every node answers ARP for it. */
  | 'strict-arp'
  /** {object} {condition} {reason}: of a status of Gateway API, in the API's words. */
  | 'gateway-condition'
  /** {what}: of Gateway API. */
  | 'gateway-unmodelled'
