import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wholeMatrix } from '../engine/matrix.ts'
import { type Drawn, type DrawnPolicy, drawn, podName, policy } from './netpol/drawn.ts'
import { ENFORCERS } from './netpol/enforcers.ts'
import { judgeDrawn, worldOf } from './netpol/hostile.ts'
import { selecting, typesOf } from './netpol/judge.ts'
import { rounds } from './rounds.ts'

/** Policies drawn in all their corners, over Pods of three namespaces on two nodes; connections are walks. Thousands more: netpol/hostile.heavy.test.ts. */

/** Each run builds clusters and walks every pair of Pods. */
const SLOW = { timeout: 90_000 }

test.each(ENFORCERS.filter(({ cni, proxy }) => ['calico', 'weave'].includes(cni) || (cni === 'cilium' && proxy === 'none')))(
  '$cni lets through what the API’s text does',
  SLOW,
  (enforcer) => {
    expect(judgeDrawn(enforcer, rounds(5))).toBeGreaterThan(50)
  },
)

/** `x/p0 y/p1` for each pair that connects. */
function reached(lab: Drawn): ReadonlySet<string> {
  const world = worldOf(lab, { cni: 'calico', proxy: 'iptables' })
  const { sources, targets, cells } = wholeMatrix(world, { to: 'pods', port: { number: 80, proto: 'tcp' } }, 1)
  return new Set(
    sources.flatMap((from, i) => targets.flatMap(({ name }, j) => (name !== from && cells[i]?.[j] === 'ok' ? [`${from} ${name}`] : []))),
  )
}
const into = (pairs: ReadonlySet<string>, name: string): readonly string[] => [...pairs].filter((pair) => pair.endsWith(` ${name}`)).sort()
const withPolicies = (lab: Drawn, policies: readonly DrawnPolicy[]): Drawn => ({ ...lab, policies })

describe('one policy more', () => {
  test(
    'what a Pod accepts: less or the same where it was open, more or the same where it was isolated, the same where it is not meant',
    SLOW,
    () => {
      fc.assert(
        fc.property(drawn, policy, (lab, drawnMore) => {
          // what goes in alone: a policy for egress as well would keep callers from calling
          const { egress: _egress, ...spec } = drawnMore.spec
          const more: DrawnPolicy = { ...drawnMore, spec: { ...spec, policyTypes: ['Ingress'] } }
          const [was, is] = [reached(lab), reached(withPolicies(lab, [...lab.policies, more]))]
          for (const [i, pod] of lab.pods.entries()) {
            const [old, now] = [into(was, podName(pod, i)), into(is, podName(pod, i))]
            const isMeant = !pod.hostNetwork && selecting(withPolicies(lab, [more]), pod, {}).length > 0
            const wasIsolated = selecting(lab, pod, {}).some((one) => typesOf(one).includes('Ingress'))
            if (!isMeant) expect(now).toEqual(old)
            else if (wasIsolated) expect(now).toEqual(expect.arrayContaining([...old]))
            else expect(old).toEqual(expect.arrayContaining([...now]))
          }
        }),
        { numRuns: rounds(15) },
      )
    },
  )

  test('an empty policy of its own isolates a Pod from everybody', () => {
    const pod = { labels: {}, hostNetwork: false, http: 80 } as const
    const lab: Drawn = {
      teams: [{}, {}, {}],
      // each on a node of its own: from its own node a Pod is always reached
      pods: [
        { ...pod, namespace: 'x', node: 1 },
        { ...pod, namespace: 'x', node: 2 },
        { ...pod, namespace: 'y', node: 1 },
      ],
      policies: [{ namespace: 'x', spec: { podSelector: {}, ingress: [] } }],
    }
    expect([...reached(lab)].sort()).toEqual(['x/p0 y/p2', 'x/p1 y/p2'])
  })
})
