import type { BpfSaid, HooksWhy, Maglev, SockCallName } from '../../../src/engine/columns/shape-bpf.ts'
import type { KeyMiss } from '../../../src/kernel/bpf/ast.ts'
import { n, stopNames } from './names.ts'

const misses: Readonly<Record<KeyMiss, string>> = {
  identity: 'another identity',
  protocol: 'another protocol',
  port: 'another port',
  prefix: 'other addresses',
  shorter: 'matches too, but its prefix is shorter',
}

/** What each program is there to find out. */
const questions: readonly (readonly [RegExp, string, string])[] = [
  [/_connect$|_sendmsg$/, 'Is this address a Service?', 'Asked in the kernel, in the middle of the system call.'],
  [/_recvmsg$|_getpeername$/, 'Whom did this socket ask?', 'The process shall see the address that it knows.'],
  [
    /^cil_from_container$/,
    'Whose is the destination, and may this Pod talk to it?',
    'Asked at the node’s end of the pair, before any hook.',
  ],
  [/^cil_to_container$/, 'May this come into the Pod?', 'Asked at the node’s end of the pair.'],
  [
    /^cil_from_netdev$/,
    'A node port, an answer to a translated source, or a Pod’s packet?',
    'Asked for every frame that the card takes in.',
  ],
  [/^cil_to_netdev$/, 'Does a Pod’s address leave the cluster’s network?', 'Then the node’s own takes its place here.'],
  [/^cil_from_overlay$/, 'Which Pod of this node is it for?', 'Who sends is in the tunnel’s header: the VNI is the identity.'],
  [/^cil_to_overlay$/, 'Nothing to ask here.', 'Remote end and VNI were set before.'],
  [/^cil_from_host$/, 'Which Pod does the node’s own stack send to?', 'Asked at cilium_host, behind the node’s hooks.'],
]

const calls: Readonly<Record<SockCallName, (peer: string) => string>> = {
  connect: (peer) => `connect(${peer})`,
  sendmsg: (peer) => `sendmsg(to ${peer})`,
  recvmsg: (peer) => `recvmsg(from ${peer})`,
  getpeername: (peer) => `getpeername() = ${peer}`,
}

const hooksWhy: Readonly<Record<HooksWhy, string>> = {
  past: 'The packet goes past these stations: the program sends it on by itself.',
  empty: 'The packet comes by here, and these stations hold no rule for a Service.',
  translated: 'kube-proxy’s rules stand here too, but the packet no longer carries the Service’s address: none matches.',
  rules: 'kube-proxy’s rules stand here and are asked: the program left the address as it was.',
}

function maglev({ size, place, now, shares, leaves }: Maglev): string {
  const own = shares.find((s) => s.name === now)?.places ?? 0
  const first = `Hash of the flow mod ${n(size)} = place ${n(place)}. It is ${now}’s, which has ${n(own)} places.`
  if (!leaves) return first
  return `${first} If it leaves, those flows are shared out; of the other ${n(leaves.others)} places ${n(leaves.moved)} change hands.`
}

const noted: Readonly<Record<string, string>> = {
  cilium_lb4_reverse_sk: 'so that the Service’s address can be shown back',
  cilium_ct4_global: 'so that answers and later packets are known',
  cilium_ct_any4_global: 'so that answers and later packets are known',
  cilium_snat_v4_external: 'so that the answer finds back',
  cilium_lb4_affinity: 'so that the client comes back to this backend',
}

/** What is said of a program, in English. The first line stands out where there are two. */
export function bpfEn(said: BpfSaid): readonly string[] {
  switch (said.is) {
    case 'call':
      return [calls[said.call](said.peer), said.who]
    case 'took':
      return [said.wire]
    case 'asks': {
      const found = questions.find(([name]) => name.test(said.program))
      return found ? [found[1], found[2]] : [said.program]
    }
    case 'believes':
      return [`The application believes it talks to ${said.asked}; getpeername() says so too.`]
    case 'front':
      return [
        said.count === 0 ? 'slot 0 is the frontend: it has no backend' : `slot 0 is the frontend; slots 1…${said.count} are the backends`,
      ]
    case 'random':
      return [`random slot 1…${said.of} → ${said.at}`]
    case 'maglev':
      return [maglev(said)]
    case 'affinity':
      return [
        said.known ? 'The client came before: it keeps its backend.' : 'The client is new: a backend is chosen, and kept from now on.',
      ]
    case 'noted':
      return [`${said.map}  +1`, `${said.key} → ${said.value}`, ...(noted[said.map] === undefined ? [] : [noted[said.map] ?? ''])]
    case 'by':
      return [said.program === undefined ? 'stood there before this walk' : `written by ${said.program}, in this walk`]
    case 'miss':
      return [misses[said.why]]
    case 'others':
      return [`${n(said.count)} other ${said.count === 1 ? 'entry' : 'entries'} of this map`]
    case 'sockaddr':
      return said.call === 'connect' || said.call === 'sendmsg'
        ? [`sockaddr ${said.from} → ${said.to}`, 'rewritten in the socket, not in the packet']
        : [`${said.from} → ${said.to}`, 'shown to the process; the packet is as it came']
    case 'packet':
      return [`${said.side} ${said.from} → ${said.to}`, said.undo ? 'the old address comes back, in the packet' : 'rewritten in the packet']
    case 'ttl':
      return [`TTL ${said.left}`]
    case 'tunnel':
      return [`tunnel to ${said.remote}, VNI ${said.id}`, 'the VNI is the sender’s identity']
    case 'option':
      return [`IPv4 option ${said.address}`, 'DSR: the client’s address stays; the backend answers it with this one']
    case 'fib':
      return [`bpf_fib_lookup ${said.dst}`, said.route ?? 'no route']
    case 'verdict':
      return [verdictEn(said)]
    case 'denied':
      return [
        'Neither key has an entry: denied.',
        said.policies.length === 0
          ? ''
          : `Default deny on ${said.way}, since ${said.policies.join(', ')} selects this Pod and no rule of ${said.policies.length === 1 ? 'it' : 'theirs'} lets this through.`,
      ].filter((line) => line !== '')
    case 'hooks': {
      const ran = said.ran.map((stop) => stopNames[stop]).join(', ')
      return [hooksWhy[said.why], ...(ran === '' ? [] : [`met: ${ran}`])]
    }
  }
}

function verdictEn({ verdict, errno }: Extract<BpfSaid, { is: 'verdict' }>): string {
  if (verdict === 'refuse') return `the call fails: ${errno ?? ''}`
  if (verdict === 'ok' || verdict === 'allow') return 'Left as it is: the kernel goes on in its usual way.'
  if (verdict === 'unmodelled') return 'Not modelled: the walk ends here.'
  if (verdict.startsWith('drop: ')) return `dropped: ${verdict.slice(6)}`
  const [how, dev] = verdict.split(' ')
  if (how === 'redirect_peer') return `bpf_redirect_peer: straight into the Pod behind ${dev ?? ''}`
  if (how === 'redirect_neigh') return `bpf_redirect_neigh: out of ${dev ?? ''}, only the next hop’s MAC is looked up`
  return `bpf_redirect: out of ${dev ?? ''}`
}
