import { expect, test } from 'playwright/test'
import { loadPacker } from '../../app/link/late.ts'
import { writeLink } from '../../app/link/link.ts'
import { loadParts } from '../../src/engine/parts.ts'
import { explain } from '../../src/explain.ts'
import { inspector, open } from './visitor.ts'

const path = (text: string, service: string): string =>
  `          - {path: ${text}, pathType: Prefix, backend: {service: {name: ${service}, port: {number: 80}}}}\n`
const lab = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: cafe}
spec:
  ingressClassName: nginx
  rules:
    - host: cafe.example.com
      http:
        paths:
${path('/tea', 'tea')}${path('/tea/green', 'green')}---
apiVersion: v1
kind: Service
metadata: {name: tea}
spec: {selector: {app: tea}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: tea, labels: {app: tea}}
spec: {containers: [{name: tea, image: nginx}]}
`
const files = [{ name: 'lab.yaml', text: lab }]
const probe = { from: 'host/client', to: 'http://cafe.example.com:30080/tea/black' }

/** The step at which the controller decides. */
async function decides(): Promise<number> {
  await Promise.all([loadParts(), loadPacker()])
  const { answer } = explain({ v: 1, files, seed: 1, probe })
  const event = answer.walk?.journeys.flatMap((j) => j.events).find((e) => e.kind === 'process' && e.route !== undefined)
  return event?.seq ?? -1
}

for (const [lang, width, words] of [
  ['en', 1440, ['takes the request', 'Connection 1 of 2', 'the path is another one', 'there is no Service default/green']],
  ['zh', 390, ['接下这个请求', '第 1 条连接，共 2 条', '路径不同', '没有 Service default/green']],
] as const)
  test(`an Ingress: the proxy's table and its two connections, ${lang} at ${width} @heavy`, async ({ page }) => {
    await page.setViewportSize({ width, height: width > 400 ? 900 : 844 })
    await open(page, { hash: writeLink({ slug: '', files, ...probe, step: await decides(), lang }) })
    for (const text of words.slice(0, 3)) await expect(inspector(page)).toContainText(text)
    if (width > 400) await expect(page.locator('body')).toContainText(words[3])
  })
