import { expect, test } from 'vitest'
import { explain } from '../../explain.ts'
import { view } from '../../view.ts'

const lab = (proxy: string): string => `
apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: many}
spec:
  v: 1
  generate: [{services: 10000, endpoints: 10, namespace: many}]
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: ${proxy}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: c, image: curlimages/curl}]}
`

test.each(['ipvs', 'nftables', 'userspace'])(
  '%s: 10,000 Services: every hook has its columns with few rows, and a fold opens in pieces',
  (proxy) => {
    const files = [{ name: 'l.yaml', text: lab(proxy) }]
    const first = explain({ v: 1, files, seed: 1, probe: { from: 'default/client', to: 'http://10.96.0.1/' } }).answer
    const target = first.stage?.services.filter((s) => s.name.startsWith('many/')).at(-1)?.clusterIP ?? ''
    const asked = explain({ v: 1, files, seed: 1, probe: { from: 'default/client', to: `http://${target}/` } })
    let folded = 0
    for (const [journey, { events }] of (asked.answer.walk?.journeys ?? []).entries())
      for (const { kind, seq } of events) {
        if (kind !== 'hook' && kind !== 'process') continue
        const shown = view(asked.world, { kind: 'columns', journey, seq }, asked)
        if (shown.kind !== 'columns') continue
        for (const column of shown.visits.flatMap((v) => v.columns)) {
          expect(column.rows.length).toBeLessThan(40)
          for (const row of column.rows) {
            if (row.kind !== 'fold' || row.count < 1000) continue
            folded++
            const from = row.from + 500
            const opened = view(
              asked.world,
              { kind: 'rows', journey, seq: row.seq, from, count: 100, ...(row.look === undefined ? {} : { look: row.look }) },
              asked,
            )
            expect(opened.kind === 'rows' && opened.rows.map((r) => r.index)).toEqual(Array.from({ length: 100 }, (_, i) => from + i))
          }
        }
      }
    expect(folded).toBeGreaterThan(0)
  },
  120_000,
)
