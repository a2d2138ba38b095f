import type { SourceFile } from '../manifest/object.ts'
import { DocumentCache, readManifests } from '../manifest/read.ts'
import { measure } from './measure.ts'
import { ms, ratio, table } from './table.ts'

const service = (i: number): string => `apiVersion: v1
kind: Service
metadata:
  name: svc-${i}
  labels: {app: app-${i}, tier: backend}
spec:
  type: ClusterIP
  selector:
    app: app-${i}
  ports:
    - name: http
      port: 80
      targetPort: 8080
    - name: metrics
      port: 9100
`

const textOf = (documents: number): string => Array.from({ length: documents }, (_, i) => service(i)).join('---\n')

/** A first reading, and a second one after a single document was edited. */
export function parse(): string {
  const rows = [10, 100, 1000].map((documents) => {
    const text = textOf(documents)
    const file = (t: string): readonly SourceFile[] => [{ name: 'a.yaml', text: t }]
    const first = measure(
      () => readManifests(file(text)),
      () => undefined,
    )
    const cache = new DocumentCache()
    let n = 0
    const again = measure(
      (t: string) => readManifests(file(t), cache),
      () => text.replace('port: 9100', `port: ${9101 + (n++ % 100)}`),
    )
    return [
      `${documents} Services`,
      `${(text.length / 1000).toFixed(0)}`,
      ms(first.least),
      ms(again.least),
      ratio(first.least / again.least),
    ]
  })
  return table(['parse', 'kB', 'first ms', 'one edited ms', 'ratio'], rows)
}
