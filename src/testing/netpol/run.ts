import { matrixOf } from '../../engine/matrix.ts'
import { build, probe, type World } from '../../explain.ts'
import { ipOf } from '../../net/packet.ts'
import type { Journey } from '../../trace/journey.ts'
import { cellsOf, hostOf, labsOf, type MatrixVector, type Probe, probeLab, probeVector, xyzPods } from './vectors.ts'

/** Beside kube-proxy, Cilium as well; `cilium/none`: in its place. */
export function worldOf(lab: string, cni: string): World {
  const [name = '', proxy] = cni.split('/')
  const setup = { cni: name, proxy: proxy === 'none' ? proxy : 'iptables', wants: { everything: false, dns: false } } as const
  const world = build([{ name: 'lab.yaml', text: lab }], setup)
  const errors = world.problems.filter((p) => p.severity === 'error')
  if (errors.length > 0) throw new Error(JSON.stringify(errors))
  return world
}

/** Cilium goes by identity: what an ipBlock alone opens to Pods by their addresses stays shut (facts of networkpolicy.md). */
const shutByIdentity = (cni: string, { id }: MatrixVector, got: unknown, want: unknown): boolean =>
  /^cilium/.test(cni) && /^2[678]-/.test(id) && got === 'X' && want === '.'

/** Cells of a recorded matrix that came out otherwise: `step port/PROTO from to: got, not want`. `count`: cells compared. */
export function differences(
  vector: MatrixVector,
  cni: string,
  everything = false,
): { readonly count: number; readonly wrong: readonly string[] } {
  let count = 0
  const wrong: string[] = []
  for (const { lab, step } of labsOf(vector)) {
    const world = worldOf(lab, cni)
    for (const { port, protocol, matrix } of step.expected) {
      const proto = protocol.toLowerCase() as 'tcp' | 'udp' | 'sctp'
      const running = matrixOf(world, { to: 'pods', port: { number: port, proto } }, 1)
      let next = running.next()
      while (!next.done) next = running.next()
      const { sources, targets, cells } = next.value
      const wanted = cellsOf(matrix)
      for (const from of xyzPods)
        for (const to of xyzPods) {
          const want = wanted.get(`${from} ${to}`)
          if (want === '#') continue
          count++
          const kind = cells[sources.indexOf(from)]?.[targets.findIndex(({ name }) => name === to)]
          const got = kind === 'ok' ? '.' : kind === 'timeout' ? 'X' : kind
          if (shutByIdentity(cni, vector, got, want)) continue
          if (got !== (everything ? '.' : want)) wrong.push(`${step.step} ${port}/${protocol} ${from} ${to}: ${got}, not ${want}`)
        }
    }
  }
  return { count, wrong }
}

const source = ({ from, client }: Probe): string => {
  const who = client ?? from
  if (/^\d/.test(who)) return `host/${hostOf(who)}`
  return who.includes('/') ? who : `node/${who}`
}

/** What became of the first packet: who took it, or in which chain it was dropped. */
function fateOf({ ending, events }: Journey): string {
  const { netns } = events[events.length - 1]?.at ?? { netns: '' }
  // Cilium: the map that had no entry for it says which side refused
  const asked = [...events].reverse().find((e) => e.kind === 'bpf-map')
  if (ending.kind === 'dropped' && ending.reason === 'bpf' && asked?.kind === 'bpf-map')
    return `deny by ${asked.key.includes(' egress ') ? 'egress' : 'ingress'}`
  if (ending.kind === 'dropped') return `dropped ${ending.rule?.chain ?? ending.reason}`
  return `${ending.kind} ${netns}`
}

/**
 * Where a plugin answers otherwise than a recorded probe says.
 * - Calico judges in FORWARD, before POSTROUTING masquerades, so a client that enters at the Pod's own node is still itself and not the node
 *   (felix/rules/static.go: policy sees addresses after DNAT and before SNAT).
 * - In a tunnel a node's own packets carry the address of its tunnel device, which lies in the Pod network and so in the excepted net.
 * - Cilium goes by identity: an ipBlock means neither Pods nor nodes. In the place of kube-proxy it translates a NodePort whose server is on the
 *   node itself by DNAT alone, so that the policy sees the client (facts of cni.md).
 * - weave-npc refuses a policy with a named port, and of a range it opens the first port (npc/analyser.go). Every node judges by sets of all
 *   Pods, so a client of a NodePort is judged where it enters, in FORWARD, as under Calico.
 * - Where no router outside knows the way to Pod addresses, a machine outside cannot ask them.
 */
export const EXCEPTIONS: readonly {
  readonly case: string
  readonly from: string
  readonly cni: RegExp
  readonly want: string
  readonly port?: number
}[] = [
  { case: 'nodeport-masquerade', from: '198.51.100.77', cni: /^(calico|canal|weave)/, want: 'deny by ingress' },
  { case: 'nodeport-masquerade', from: '198.51.100.77', cni: /^cilium.*\/none$/, want: 'deny by ingress' },
  { case: 'ipblock-any', from: 'node-2', cni: /^(calico-|canal|cilium|weave)/, want: 'deny by ingress' },
  { case: 'endport', from: 'shop/cli', cni: /^weave/, want: 'deny by ingress', port: 8100 },
  { case: 'named-port-per-pod', from: 'shop/cli', cni: /^weave/, want: 'allow' },
]
const isOutside = ({ from, via }: Probe): boolean => /^\d/.test(from) && via === undefined

const MOST_TRIES = 60

/** A recorded probe: `allow`, `deny by ingress`, or what else happened. Luck is tried until kube-proxy chooses the recorded Pod. */
export function askedProbe(policies: string, asked: Probe, cni: string): string {
  const world = worldOf(probeLab(policies, asked), cni)
  const { ip } = probeVector.cluster.pods[asked.to] as { readonly ip: string }
  const to = `${asked.protocol.toLowerCase()}://${asked.via ?? `${ip}:${asked.port}`}`
  for (let seed = 1; seed <= MOST_TRIES; seed++) {
    const { journeys } = probe(world, { from: source(asked), to }, { seed })
    const [first] = journeys
    const reached = first?.events.some((e) => e.after.kind === 'skb' && ipOf(e.after.skb.packet)?.dst === ip)
    if (first === undefined || !reached) continue
    const fate = fateOf(first)
    if (fate === `delivered ${asked.to}` || fate === `answered-by-kernel ${asked.to}`) return 'allow'
    if (/^dropped (cali-fw-|WEAVE-NPC-EGRESS$)/.test(fate)) return 'deny by egress'
    // weave-npc lets through what it allows; behind it stands weaver's own rule of FORWARD for all the rest
    if (/^dropped (cali-tw-|FORWARD$)/.test(fate)) return 'deny by ingress'
    return fate
  }
  return `${asked.to} was never chosen`
}

export function wantOf(name: string, asked: Probe, cni: string): string {
  const { expect, deniedBy, client, from, port } = asked
  if (isOutside(asked) && /^(calico-vxlan|canal|cilium|weave)/.test(cni)) return 'dropped blackhole'
  const other = EXCEPTIONS.find(
    (one) => one.case === name && one.from === (client ?? from) && one.cni.test(cni) && (one.port ?? port) === port,
  )
  return other?.want ?? (expect === 'allow' ? 'allow' : `deny by ${deniedBy}`)
}
