import type { ProbeQuestion } from '../../answer.ts'
import { client, host, pod, together, twoNodes } from './lab.ts'
import { apply, type PastStory } from './past.ts'

const echo = (name: string, ip: string): string =>
  pod({ name, node: 'node-2', ip, app: 'echo', port: 7 }).replace(
    '{containerPort: 7}',
    '{containerPort: 7, protocol: UDP}, {containerPort: 80}',
  )

const service = (extra = ''): string => `
apiVersion: v1
kind: Service
metadata: {name: echo}
spec:
  type: NodePort
  clusterIP: 10.96.0.77
  externalIPs: [203.0.113.7]
  selector: {app: echo}
  ports:
  - {name: echo, port: 7, protocol: UDP, nodePort: 30007}
  - {name: web, port: 80, nodePort: 30080}
${extra}`

const lab = together(twoNodes, client, service(), echo('echo-1', '10.244.2.7'), host('visitor', '192.168.10.50'))
const empty = together(twoNodes, client, service())
const gone = '- delete: {kind: Pod, name: echo-1}\n'
const other = apply(echo('echo-2', '10.244.2.8'))
const stop = '- {kubeProxy: stop, nodes: [node-1]}\n'
const asks = ({ from, to, sport }: ProbeQuestion): string => `- probe: {from: ${from}, to: "${to}", sport: ${sport}}\n`

const cluster: ProbeQuestion = { from: 'default/client', to: 'udp://10.96.0.77:7', sport: 5000 }
const port: ProbeQuestion = { from: 'host/visitor', to: 'udp://192.168.10.11:30007', sport: 5000 }

/** What becomes of flows that began before a change. Time-outs of UDP entries: 30 s, 120 s after an answer to a later packet. */
export const flowStories: readonly PastStory[] = [
  {
    name: 'an endpoint of a UDP Service goes: its entries are deleted, and the same flow goes to the new one',
    modes: ['iptables', 'nftables'],
    lab,
    timeline: asks(cluster) + other + gone,
    probe: cluster,
    expect: { outcome: 'ok', backend: 'default/echo-2' },
    shows: [{ node: 'node-1', argv: 'conntrack -L -p udp', lacks: ['src=10.244.2.7'] }],
  },
  {
    name: 'the same with kube-proxy stopped: the entry stays, and the flow sticks to the address that is gone',
    modes: ['iptables', 'nftables'],
    lab,
    timeline: asks(cluster) + stop + other + gone,
    probe: cluster,
    expect: { outcome: 'timeout', errno: 'ETIMEDOUT', reason: 'no-neighbour' },
    shows: [{ node: 'node-1', argv: 'conntrack -L -p udp', has: ['dst=10.96.0.77 sport=5000 dport=7 src=10.244.2.7'] }],
  },
  {
    name: 'started again, kube-proxy deletes all entries of UDP Services that have endpoints',
    modes: ['iptables', 'nftables'],
    lab,
    timeline: `${asks(cluster)}${stop}${other}${gone}- {kubeProxy: start, nodes: [node-1]}\n`,
    probe: cluster,
    expect: { outcome: 'ok', backend: 'default/echo-2' },
  },
  {
    name: 'a flow that came by the node port: deleted by the port and the endpoint',
    modes: ['iptables', 'nftables'],
    lab,
    timeline: asks(port) + other + gone,
    probe: port,
    expect: { outcome: 'ok', backend: 'default/echo-2' },
    shows: [{ node: 'node-1', argv: 'conntrack -L -p udp', lacks: ['dport=30007'] }],
  },
  {
    name: 'an entry without DNAT, made while nobody refused: it goes when the first endpoint comes',
    modes: ['iptables'],
    lab: together(twoNodes, client, service('  externalTrafficPolicy: Local\n'), echo('echo-1', '10.244.2.7')),
    timeline: `- {kubeProxy: stop}\n- {kubeProxy: cleanup}\n${asks(cluster)}- {kubeProxy: start}\n`,
    probe: cluster,
    expect: { outcome: 'ok', backend: 'default/echo-1' },
  },
  {
    name: 'a UDP Service without endpoints gets its first one: what was refused before is answered',
    modes: ['iptables', 'nftables', 'ipvs'],
    lab: empty,
    timeline: asks(cluster) + other,
    probe: cluster,
    expect: { outcome: 'ok', backend: 'default/echo-2' },
  },
  {
    name: 'the UDP port of a Service is deleted: its entries go with it, and nobody answers for the address',
    modes: ['iptables', 'nftables'],
    lab,
    timeline: `${asks(cluster)}- delete: {kind: Service, name: echo}\n`,
    probe: cluster,
    expect: { outcome: 'timeout', errno: 'ETIMEDOUT', reason: 'blackhole' },
    shows: [{ node: 'node-1', argv: 'conntrack -L -p udp', lacks: ['10.96.0.77'] }],
  },
  {
    name: 'a UDP endpoint goes in IPVS mode: its real server is deleted at once, the next packet finds the other',
    modes: ['ipvs'],
    lab,
    timeline: asks(cluster) + other + gone + asks(cluster),
    probe: cluster,
    expect: { outcome: 'ok', backend: 'default/echo-2' },
    shows: [{ node: 'node-1', argv: 'ipvsadm -Ln', has: ['10.244.2.8:7'], lacks: ['10.244.2.7:7'] }],
  },
]

/** The same with a port for SCTP. */
const far = (name: string, ip: string, ready: boolean): string => {
  const text = echo(name, ip).replace('{containerPort: 80}', '{containerPort: 80}, {containerPort: 9, protocol: SCTP}')
  return ready ? text : text.replace('podIP:', 'conditions: [{type: Ready, status: "False"}]\n  podIP:')
}

const http: ProbeQuestion = { from: 'default/client', to: 'http://10.96.0.77/', keep: true }
const keeps = '- probe: {from: default/client, to: "http://10.96.0.77/", keep: true}\n'
/** The Pod still runs, and is no endpoint any more. */
const unready = apply(echo('echo-1', '10.244.2.7').replace('podIP:', 'conditions: [{type: Ready, status: "False"}]\n  podIP:'))
const weightless = '-> 10.244.2.7:80                Masq    0      1          0'

/** Graceful termination of IPVS mode, and how the other modes treat an established connection. */
export const gracefulStories: readonly PastStory[] = [
  {
    name: 'an established connection goes on to the Pod that is no endpoint any more',
    modes: ['iptables', 'nftables', 'ipvs'],
    lab,
    timeline: keeps + other + unready,
    probe: http,
    expect: { outcome: 'ok', backend: 'default/echo-1' },
  },
  {
    name: 'IPVS keeps its real server with weight 0 while it has the connection',
    modes: ['ipvs'],
    lab,
    timeline: keeps + other + unready,
    probe: http,
    expect: { outcome: 'ok', backend: 'default/echo-1' },
    shows: [
      { node: 'node-1', argv: 'ipvsadm -Ln', has: [weightless, '-> 10.244.2.8:80                Masq    1'] },
      { node: 'node-2', argv: 'ipvsadm -Ln', lacks: ['10.244.2.7:80'] },
    ],
  },
  {
    name: 'a new connection does not go to the server of weight 0',
    modes: ['ipvs'],
    lab,
    timeline: keeps + other + unready,
    probe: { from: 'default/client', to: 'http://10.96.0.77/' },
    expect: { outcome: 'ok', backend: 'default/echo-2' },
  },
  {
    name: 'the only server has weight 0: a new connection is refused',
    modes: ['ipvs'],
    lab,
    timeline: keeps + unready,
    probe: { from: 'default/client', to: 'http://10.96.0.77/' },
    expect: { outcome: 'refused', errno: 'ECONNREFUSED' },
    shows: [{ node: 'node-1', argv: 'ipvsadm -Ln', has: [weightless] }],
  },
  {
    name: 'looked at each minute: it stays while the connection lives, and goes when that has run out',
    modes: ['ipvs'],
    lab,
    timeline: `${keeps}${other}${unready}- wait: 60\n`,
    probe: http,
    expect: { outcome: 'ok', backend: 'default/echo-1' },
    shows: [{ node: 'node-1', argv: 'ipvsadm -Ln', has: [weightless] }],
  },
  {
    name: 'after 15 minutes without a packet the connection is forgotten, and its server deleted',
    modes: ['ipvs'],
    lab,
    timeline: `${keeps}${other}${unready}- wait: 960\n`,
    probe: { from: 'default/client', to: 'http://10.96.0.77/' },
    expect: { outcome: 'ok', backend: 'default/echo-2' },
    shows: [{ node: 'node-1', argv: 'ipvsadm -Ln', lacks: ['10.244.2.7:80'] }],
  },
  {
    name: 'an endpoint that comes back is a server of weight 1 again',
    modes: ['ipvs'],
    lab,
    timeline: keeps + other + unready + apply(echo('echo-1', '10.244.2.7')),
    probe: http,
    expect: { outcome: 'ok', backend: 'default/echo-1' },
    shows: [{ node: 'node-1', argv: 'ipvsadm -Ln', has: ['-> 10.244.2.7:80                Masq    1'] }],
  },
  {
    name: 'with SCTP the server is deleted at once, and the association with it',
    modes: ['ipvs'],
    lab: together(twoNodes, client, service('  - {name: far, port: 9, protocol: SCTP}\n'), far('echo-1', '10.244.2.7', true)),
    timeline: `- probe: {from: default/client, to: "sctp://10.96.0.77:9", keep: true}\n${apply(far('echo-1', '10.244.2.7', false))}`,
    probe: { from: 'default/client', to: 'sctp://10.96.0.77:9' },
    expect: { outcome: 'timeout', errno: 'ETIMEDOUT' },
    shows: [{ node: 'node-1', argv: 'ipvsadm -Ln', has: ['SCTP 10.96.0.77:9'], lacks: ['10.244.2.7:9'] }],
  },
  {
    name: 'one without connections is deleted at once',
    modes: ['ipvs'],
    lab,
    timeline: other + unready,
    probe: { from: 'default/client', to: 'http://10.96.0.77/' },
    expect: { outcome: 'ok', backend: 'default/echo-2' },
    shows: [{ node: 'node-1', argv: 'ipvsadm -Ln', lacks: ['10.244.2.7:80'] }],
  },
]
