import type { RecordedStory } from './recorded.ts'

/** Traps that people fall into with Services: ten of them as recorded, one with a rule taken out. verify.test.ts walks each on the kernel of the machine. */
export const traps: readonly RecordedStory[] = [
  {
    name: 'bridge-nf-call-iptables 0: the answer of a Pod on the same node comes from its own address, and the client resets',
    file: 'flannel-clusterip-same-node-brnf0',
    says: [['timeout', 'delivered at pod12', 'dropped: redirect-of-nat at node1 output', 'answered: tcp-reset at pod11']],
  },
  {
    name: 'hairpin off: a Pod does not reach itself through its Service',
    file: 'flannel-hairpin-off',
    says: [['timeout', 'dropped: no-hairpin at node1 veth11']],
  },
  {
    name: 'a node port without masquerading: the other node answers past the first, and the client resets',
    file: 'trap-nodeport-no-masquerade',
    says: [['timeout', 'delivered at pod21', 'answered: tcp-reset at client', 'dropped: not-forwarding at und']],
  },
  {
    name: 'the way back is another, and rp_filter is strict',
    file: 'flannel-asymmetric-rpfilter-1',
    says: [['timeout', 'dropped: rp-filter at node2']],
  },
  {
    name: 'VXLAN takes 50 bytes: a datagram that may not be cut is refused on its way, the next one at home, and one that may be is cut',
    file: 'trap-mtu-udp-df',
    says: [['connected', 'delivered at pod21'], ['emsgsize', 'dropped: mtu at node1'], ['emsgsize'], ['connected', 'delivered at pod21']],
  },
  {
    name: 'an entry for UDP outlives its rules, until it is deleted',
    file: 'trap-udp-stale-entry',
    says: [
      ['connected', 'delivered at pod21'],
      ['connected', 'delivered at pod21'],
      ['refused', 'rejected: icmp-port-unreachable at node1 forward'],
      ['refused', 'rejected: icmp-port-unreachable at node1 forward'],
    ],
  },
  {
    name: 'two clients with one source port: masquerading gives the second another',
    file: 'trap-snat-port-clash',
    says: [
      ['connected', 'delivered at pod11'],
      ['connected', 'delivered at pod11'],
    ],
  },
  {
    name: 'a segment far outside the window is INVALID and dropped',
    file: 'trap-invalid-drop',
    says: [
      ['connected', 'delivered at pod21'],
      ['sent', 'dropped: rule at node2 forward'],
    ],
  },
  {
    name: 'a host without the jump in OUTPUT: its own processes reach no ClusterIP',
    file: 'flannel-node-to-clusterip',
    without: /^-A OUTPUT .*KUBE-SERVICES/,
    says: [['timeout', 'dropped: not-forwarding at und']],
  },
  {
    name: 'the DNAT rule of the first endpoint is gone: the second takes all',
    file: 'trap-dnat-deleted-first-sep',
    says: [['connected', 'delivered at pod21']],
  },
  {
    name: 'the DNAT rule of the last endpoint is gone: its share stays addressed to the ClusterIP and is lost',
    file: 'trap-dnat-deleted-last-sep',
    says: [
      ['connected', 'delivered at pod12'],
      ['timeout', 'dropped: not-forwarding at und'],
    ],
  },
]
