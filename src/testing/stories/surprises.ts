import type { RecordedStory } from './recorded.ts'

/** What is not as one expects it, each seen on a real kernel and told here in one line. */
export const surprises: readonly RecordedStory[] = [
  {
    name: 'the answer and the ACK ask no nat rule: the entry is replayed',
    file: 'flannel-clusterip-other-node',
    says: [['connected', 'delivered at pod21']],
  },
  {
    name: 'masquerading takes the address of flannel.1, and DNAT is undone in INPUT for a process of the node',
    file: 'flannel-node-to-clusterip',
    says: [['connected', 'delivered at pod21']],
  },
  {
    name: 'an error about a Pod that is gone comes from the ClusterIP',
    file: 'trap-pod-deleted-tcp-new',
    says: [['ehostunreach', 'dropped: no-neighbour at node2']],
  },
  {
    name: 'a UDP socket is not told of it',
    file: 'trap-pod-deleted-udp-entry',
    says: [
      ['connected', 'delivered at pod21'],
      ['timeout', 'dropped: no-neighbour at node2'],
    ],
  },
  {
    name: 'a redirect uses up what REJECT may say: the client times out',
    file: 'kp-iptables-lb-no-endpoints-redirect',
    says: [['timeout', 'rejected: icmp-port-unreachable at node1 forward', 'dropped: redirect-of-nat at node1 output']],
  },
  {
    name: 'without redirects it is refused',
    file: 'kp-iptables-lb-no-endpoints',
    says: [['refused', 'rejected: icmp-port-unreachable at node1 forward']],
  },
  {
    name: 'IPv6: the first error meets a locked socket, the second SYN is refused',
    file: 'v6-clusterip-no-endpoints',
    says: [['refused', 'rejected: icmp6-port-unreachable at node1 forward', 'rejected: icmp6-port-unreachable at node1 forward']],
  },
  {
    name: 'a ping to a ClusterIP, iptables mode: it leaves the node and is lost',
    file: 'kp-iptables-clusterip-ping',
    says: [['timeout', 'dropped: not-forwarding at und']],
  },
  {
    name: 'a ping to a ClusterIP, nftables mode: refused',
    file: 'kp-nft-clusterip-ping',
    says: [['icmp 3/3', 'rejected: icmp-port-unreachable at node1 forward']],
  },
  {
    name: 'DROP for the node port in INPUT has no effect: DNAT came first',
    file: 'trap-input-drop-nodeport-iptables',
    says: [['connected', 'delivered at pod21']],
  },
  {
    name: 'not even for an endpoint on the node itself',
    file: 'trap-input-drop-nodeport-own-process',
    says: [['connected', 'delivered at node1']],
  },
  {
    name: 'DROP for the target port in INPUT has, when the endpoint is the node',
    file: 'trap-input-drop-hostnetwork-target-port',
    says: [['timeout', 'dropped: rule at node1 input']],
  },
  {
    name: 'policy DROP in FORWARD: a marked packet passes by KUBE-FORWARD',
    file: 'trap-forward-policy-drop',
    says: [['connected', 'delivered at pod21']],
  },
  {
    name: 'flannel’s own masquerading repairs the missing one',
    file: 'trap-nodeport-no-masquerade-flannel-masq',
    says: [['connected', 'delivered at pod21']],
  },
  {
    name: 'with the endpoint on the same node it was never missed',
    file: 'trap-nodeport-no-masquerade-same-node',
    says: [['connected', 'delivered at pod11']],
  },
  {
    name: 'source ranges, iptables mode: dropped in FORWARD, after the chain ran without a match',
    file: 'kp-iptables-lb-ranges-denied',
    says: [['timeout', 'dropped: rule at node1 forward', 'dropped: redirect-of-nat at node1 output']],
  },
  {
    name: 'source ranges, nftables mode: dropped in PREROUTING',
    file: 'kp-nft-lb-ranges-denied',
    says: [['timeout', 'dropped: rule at node1 prerouting']],
  },
  {
    name: 'a node port on 127.0.0.1, iptables mode: open',
    file: 'kp-iptables-node-to-nodeport-localhost',
    says: [['connected', 'delivered at pod21']],
  },
  {
    name: 'a node port on 127.0.0.1, nftables mode: closed',
    file: 'kp-nft-node-to-nodeport-localhost',
    says: [['refused', 'answered: tcp-reset at node1']],
  },
  {
    name: 'a node port on the bridge’s address, iptables mode: open',
    file: 'kp-iptables-nodeport-on-bridge-address',
    says: [['connected', 'delivered at pod21']],
  },
  {
    name: 'a node port on the bridge’s address, nftables mode: closed',
    file: 'kp-nft-nodeport-on-bridge-address',
    says: [['refused', 'answered: tcp-reset at node1']],
  },
  {
    name: 'an entry from before the rules sticks as well',
    file: 'trap-udp-entry-before-rules',
    says: [
      ['timeout', 'dropped: not-forwarding at und'],
      ['timeout', 'dropped: not-forwarding at und'],
      ['connected', 'delivered at pod12'],
    ],
  },
  {
    name: 'an open connection outlives its rules, a new one is refused',
    file: 'trap-tcp-established-survives-rules',
    says: [
      ['connected', 'delivered at pod21'],
      ['refused', 'rejected: icmp-port-unreachable at node1 forward'],
    ],
  },
  {
    name: 'a SYN-ACK without an entry is INVALID',
    file: 'trap-invalid-synack-no-entry',
    says: [['sent', 'dropped: rule at node2 forward']],
  },
  { name: 'a plain ACK without an entry is NEW', file: 'trap-ack-no-entry-loose', says: [['sent', 'answered: tcp-reset at pod11']] },
  {
    name: 'with be_liberal a segment outside the window is translated',
    file: 'trap-invalid-liberal',
    says: [
      ['connected', 'delivered at pod21'],
      ['sent', 'delivered at pod11'],
    ],
  },
  {
    name: 'pieces are joined before PREROUTING and cut again',
    file: 'trap-mtu-udp-no-df-fragments',
    says: [['connected', 'delivered at pod21']],
  },
  {
    name: 'TCP learns: the handshake fits, the first full segment does not',
    file: 'trap-mtu-tcp-segment',
    says: [['connected', 'delivered at pod21', 'dropped: mtu at node1', 'dropped: mtu at node1']],
  },
  {
    name: 'TCP does not learn when the error is filtered: a black hole',
    file: 'trap-mtu-tcp-black-hole',
    says: [
      [
        'timeout',
        'delivered at pod21',
        'dropped: mtu at node1',
        'dropped: rule at node1 output',
        'dropped: mtu at node1',
        'dropped: rule at node1 output',
        'dropped: mtu at node1',
        'dropped: rule at node1 output',
        'dropped: mtu at node1',
        'dropped: rule at node1 output',
      ],
    ],
  },
  { name: 'UDP neither', file: 'trap-mtu-icmp-filtered', says: [['timeout', 'dropped: mtu at node1', 'dropped: rule at node1 output']] },
  { name: 'rp_filter 2 lets the asymmetric path be', file: 'flannel-asymmetric-rpfilter-2', says: [['connected', 'delivered at pod21']] },
  { name: 'ip_forward 0: DNAT, then silence', file: 'flannel-ip-forward-0', says: [['timeout', 'dropped: not-forwarding at node1']] },
  {
    name: 'no default route: a process of the node fails before OUTPUT',
    file: 'nodefault-node-to-clusterip',
    says: [['enetunreach', 'failed: ENETUNREACH at node1']],
  },
  {
    name: 'no default route and no endpoints: unreachable instead of refused',
    file: 'nodefault-clusterip-no-endpoints',
    says: [['enetunreach', 'dropped: no-route at node1']],
  },
  {
    name: 'no default route: proxy ARP does not answer a Calico Pod',
    file: 'nodefault-calico-clusterip',
    says: [['timeout', 'dropped: no-neighbour at pod11']],
  },
]
