import { beforeAll, expect, test } from 'vitest'
import type { Question } from '../../src/answer.ts'
import type { HookColumns } from '../../src/engine/columns/shape.ts'
import { explain } from '../../src/explain.ts'
import { view } from '../../src/view.ts'
import { loadWords } from '../engine/say.ts'
import { labFiles, labs } from '../learn/labs/list.ts'
import { troubleIn } from './check.ts'
import { layoutOf } from './layout.ts'

beforeAll(() => loadWords())

const longName = 'a-service-with-a-name-that-is-as-long-as-kubernetes-lets-it-be'
const long = (affinity: string, replicas: number): string => `
apiVersion: v1
kind: Service
metadata: {name: ${longName}, namespace: a-namespace-with-a-long-name-of-its-own}
spec:
  type: NodePort
  selector: {app: x}
  sessionAffinity: ${affinity}
  ports: [{name: a-port-name-15ch, port: 80, targetPort: 8080, nodePort: 30080}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: a-namespace-with-a-long-name-of-its-own}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: x}}
  template:
    metadata: {labels: {app: x}}
    spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: c, image: curlimages/curl}]}
`
const asked = (text: string, from: string, to: string): Question => ({
  v: 1,
  files: [{ name: 'l.yaml', text }],
  seed: 1,
  probe: { from, to },
})
const inside = `http://${longName}.a-namespace-with-a-long-name-of-its-own/`

const questions: readonly (readonly [string, Question])[] = [
  ...labs.map((l) => [l.slug, { v: 1 as const, files: labFiles(l.slug) ?? [], seed: 1 }] as const),
  ['long names, two servers', asked(long('None', 2), 'default/client', inside)],
  ['long names, eight servers, affinity', asked(long('ClientIP', 8), 'default/client', inside)],
  ['many servers', asked(long('None', 40), 'default/client', inside)],
  ['from outside, long names', asked(long('ClientIP', 9), 'host/client', 'http://192.168.56.11:30080/')],
]

/** Labs whose question is never kube-proxy's: it names a Pod, or Cilium answers it; a REDIRECT finds no address on cali…, and drops first. */
const asksNobody: Readonly<Record<string, string>> = {
  ipvs: 'cilium-native',
  nftables: 'cilium-native',
  userspace:
    'calico-bgp calico-ipip calico-vxlan-crosssubnet cilium-kube-proxy-free cilium-native canal networkpolicy drill-and-or drill-egress-dns drill-ipip-blocked drill-bgp-down drill-cluster-cidr',
  none: '',
}

function everything(question: Question): readonly HookColumns[] {
  const walked = explain(question)
  return (walked.answer.walk?.journeys ?? []).flatMap((journey, i) =>
    journey.events.flatMap((event) => {
      if (event.kind !== 'hook' && event.kind !== 'process' && event.kind !== 'bpf') return []
      const shown = view(walked.world, { kind: 'columns', journey: i, seq: event.seq }, walked)
      return shown.kind === 'columns' ? [shown] : []
    }),
  )
}

const kinds = { ipvs: 'ipvs', nftables: 'nft', userspace: 'process', none: 'bpf' } as const

// nobody's rules: Cilium in the place of kube-proxy
for (const proxy of ['ipvs', 'nftables', 'userspace', 'none'] as const) {
  test.each(questions)(
    `${proxy}: the columns of %s are drawn without faults in both languages, and places never move`,
    (name, question) => {
      const shown = everything({ ...question, proxy, ...(proxy === 'none' ? { cni: 'cilium' } : {}) })
      expect(shown.some((h) => h.visits.some((v) => v.kind === kinds[proxy]))).toBe(!asksNobody[proxy]?.split(' ').includes(name))
      for (const hook of shown)
        for (const visit of hook.visits)
          for (const lang of ['en', 'zh'] as const) {
            const draw = (upTo: number) =>
              layoutOf(visit, { lang, opened: new Map(), upTo, now: undefined, focus: visit.last, stepOf: () => 3 })
            const whole = draw(Number.POSITIVE_INFINITY)
            expect([hook.netns, hook.hook, visit.table, troubleIn(whole)]).toEqual([hook.netns, hook.hook, visit.table, []])
            for (const upTo of [visit.first - 1, visit.last - 1])
              expect(draw(upTo).columns.map(({ x, y, w, h }) => [x, y, w, h])).toEqual(whole.columns.map(({ x, y, w, h }) => [x, y, w, h]))
          }
    },
    60_000,
  )
}
