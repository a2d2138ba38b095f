import fc from 'fast-check'
import { expect } from 'vitest'
import { wholeMatrix } from '../../engine/matrix.ts'
import { build, probe, type World } from '../../explain.ts'
import { ipOf } from '../../net/packet.ts'
import { type Drawn, type DrawnPod, drawn, LISTENS, OUTSIDE, podAddress, podName, textOf } from './drawn.ts'
import { type Asked, letsOut, letsThrough, type Manner } from './judge.ts'

/** A plugin that enforces, what stands in the place of kube-proxy, and where the plugin differs from the API's text. */
export interface Enforcer {
  readonly cni: string
  readonly proxy: string
  readonly manner: Manner
}

/** Such a cluster under a plugin. */
export const worldOf = (lab: Drawn, { cni, proxy }: Omit<Enforcer, 'manner'>): World => {
  const made = build([{ name: 'lab.yaml', text: textOf(lab) }], { cni, proxy, wants: { everything: false, dns: false } })
  const errors = made.problems.filter((p) => p.severity === 'error')
  if (errors.length > 0) throw new Error(JSON.stringify(errors))
  return made
}

/** The address that a Pod calls with: on its node's network, the one that the node's routes choose. */
function sourceOf(made: World, pods: readonly DrawnPod[], from: number, to: number, { number, proto }: Asked): string {
  const [a, b] = [pods[from] as DrawnPod, pods[to] as DrawnPod]
  if (!a.hostNetwork) return podAddress(a, from)
  const asked = probe(made, { from: podName(a, from), to: `${proto}://${podAddress(b, to)}:${number}` }, { seed: 1 })
  const after = asked.journeys[0]?.events[0]?.after
  return (after?.kind === 'skb' ? ipOf(after.skb.packet)?.src : undefined) ?? podAddress(a, from)
}

/** Cells that come out otherwise than the API's text says, and how many were compared. */
function misjudged(lab: Drawn, enforcer: Enforcer): { readonly count: number; readonly wrong: readonly string[] } {
  const made = worldOf(lab, enforcer)
  const { pods } = lab
  // weave-npc cannot make two sets of one name: it starts again and again, and a packet that asks one ends there (policy/npc/rules.ts)
  const clash = made.problems.some((p) => p.code === 'policy-npc-clash')
  const wrong: string[] = []
  let count = 0
  const compare = (asked: Asked, kind: 'pods' | 'services', judged: (to: number) => Asked | undefined): void => {
    const { sources, targets, cells } = wholeMatrix(made, { to: kind, port: asked }, 1)
    for (const [from, a] of pods.entries())
      for (const [to, b] of pods.entries()) {
        const at = judged(to)
        // a Pod and itself: undefined; a node and a Service: masqueraded, so that nobody knows who asked
        if (from === to || at === undefined || (kind === 'services' && a.hostNetwork)) continue
        // IPVS hands a packet to its own node in INPUT, behind the rules that mark it for policy: where that is judged is not said
        if (kind === 'services' && enforcer.proxy === 'ipvs' && b.hostNetwork && a.node === b.node) continue
        const name = kind === 'pods' ? podName(b, to) : `${b.namespace}/s${to}`
        const got = cells[sources.indexOf(podName(a, from))]?.[targets.findIndex((t) => t.name === name)]
        if (clash && got === 'unmodelled') continue
        count++
        const want = letsThrough(lab, from, to, at, sourceOf(made, pods, from, to, at), enforcer.manner) ? 'ok' : 'timeout'
        if (got !== want) wrong.push(`${podName(a, from)} ${name} ${asked.number}/${asked.proto}: ${got}, not ${want}`)
      }
  }
  for (const asked of LISTENS) compare(asked, 'pods', () => asked)
  compare({ number: 80, proto: 'tcp' }, 'services', (to) => {
    const http = pods[to]?.http ?? 0
    return http === 0 ? undefined : { number: http, proto: 'tcp' }
  })
  compare({ number: 53, proto: 'udp' }, 'services', () => ({ number: 53, proto: 'udp' }))
  for (const [from, a] of pods.entries())
    for (const address of OUTSIDE) {
      const got = probe(made, { from: podName(a, from), to: `tcp://${address}:80` }, { seed: 1 }).outcome.kind
      if (clash && got === 'unmodelled') continue
      count++
      const want = letsOut(lab, from, address, enforcer.manner) ? 'ok' : 'timeout'
      if (got !== want) wrong.push(`${podName(a, from)} ${address}: ${got}, not ${want}`)
    }
  return { count, wrong }
}

/** Draws so many clusters and judges each; a failure prints its seed, with the smallest cluster that fails. How many connections were compared. */
export function judgeDrawn(enforcer: Enforcer, numRuns: number): number {
  let count = 0
  fc.assert(
    fc.property(drawn, (lab) => {
      const found = misjudged(lab, enforcer)
      count += found.count
      expect(found.wrong).toEqual([])
    }),
    { numRuns },
  )
  return count
}
