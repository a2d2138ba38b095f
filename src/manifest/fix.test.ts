import { expect, test } from 'vitest'
import { build } from '../engine/world.ts'
import { applyEdits, fixesOf } from './fix.ts'

const problemsOf = (text: string) => build([{ name: 'a.yaml', text }], { wants: { everything: true, dns: false }, seed: 1 }).problems

const meta = 'metadata:\n  name: web\n'
const service = (spec: string) => `apiVersion: v1\nkind: Service\n${meta}spec:\n${spec}`
const pod = (labels: string) =>
  `---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  labels: {${labels}}\nspec:\n  containers:\n    - {name: c, image: nginx, ports: [{name: http, containerPort: 8080}]}\n`

test.each<[string, string, string | RegExp]>([
  ['unknown-field-near', service('  selecter:\n    app: web\n  ports: [{port: 80}]\n'), /^ {2}selector:$/m],
  ['unknown-field', service('  zzzzzz: 1\n  ports: [{port: 80}]\n'), service('  ports: [{port: 80}]\n')],
  ['kind-misspelt', 'apiVersion: v1\nkind: Servce\n', 'apiVersion: v1\nkind: Service\n'],
  ['api-version', `apiVersion: v1\nkind: Deployment\n${meta}`, /^apiVersion: apps\/v1$/m],
  ['no-api-version', `kind: Pod\n${meta}`, /^apiVersion: v1\nkind: Pod$/m],
  ['yaml-tab', 'a:\n\tb: 1\n\tc: 2\n', 'a:\n  b: 1\n  c: 2\n'],
  ['yaml-bracket', 'kind: [Service\n', 'kind: [Service]\n'],
  ['yaml-quote', 'kind: "Service\n', 'kind: "Service"\n'],
  ['yaml-no-colon', 'apiVersion: v1\nkind\nmetadata: {}\n', /^kind:$/m],
  ['yaml-two-colons', 'a: b: c\n', 'a: "b: c"\n'],
  ['yaml-reserved', 'a: @x\n', 'a: "@x"\n'],
  ['yaml-duplicate-key', 'apiVersion: v1\nkind: Pod\nkind: Pod\n', 'apiVersion: v1\nkind: Pod\n'],
  ['type-quote', service('  selector:\n    v: 1\n  ports: [{port: 80}]\n'), /v: "1"/],
  ['type-unquote', service('  ports:\n    - port: "80"\n'), /- port: 80$/m],
  ['type-bool', service('  publishNotReadyAddresses: "true"\n  ports: [{port: 80}]\n'), /Addresses: true$/m],
  ['api', service('  type: Nodeport\n  ports: [{port: 80}]\n'), /type: NodePort$/m],
  ['api', service('  ports:\n    - port: 80\n      targetPort: "80"\n'), /targetPort: 80$/m],
  ['api', service('  ports:\n    - port: 80\n    - port: 443\n'), /- name: port-80\n {6}port: 80/],
  ['api', service('  type: NodePort\n  ports:\n    - port: 80\n      nodePort: 80\n'), /nodePort: 30080/],
  ['api', service('  ports:\n    - port: 80\n      nodePort: 30080\n'), /type: NodePort\n {2}ports/],
  ['api', 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: My_Pod\nspec:\n  containers: [{name: a, image: b}]\n', /name: my-pod/],
  ['duplicate-object', `${service('  ports: [{port: 80}]\n')}---\n${service('  ports: [{port: 80}]\n')}`, /---[\s\S]*name: web-2/],
  ['range', 'apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nspec:\n  probes: [{from: a, to: b, sport: 99999}]\n', /sport: 65535/],
  ['one-of', 'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: iptable\n', /mode: iptables$/m],
  ['selector-near', service('  selector:\n    app: wbe\n  ports: [{port: 80}]\n') + pod('app: web'), /^ {4}app: web$/m],
  [
    'port-name-near',
    service('  selector: {app: web}\n  ports:\n    - port: 80\n      targetPort: htp\n') + pod('app: web'),
    /targetPort: http$/m,
  ],
  [
    'nobody-listens',
    service('  selector: {app: web}\n  ports:\n    - port: 80\n      targetPort: 9\n') + pod('app: web'),
    /targetPort: 8080$/m,
  ],
  ['nobody-listens', service('  selector: {app: web}\n  ports:\n    - port: 80\n') + pod('app: web'), /- targetPort: 8080\n {6}port: 80$/m],
  [
    'newer-field',
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  hostnameOverride: x\n  containers: [{name: a, image: b}]\n',
    /spec:\n {2}containers/,
  ],
])('%s %#', (code, text, expected) => {
  const found = problemsOf(text).filter((p) => p.code === code)
  expect(found.length, JSON.stringify(problemsOf(text))).toBeGreaterThan(0)
  const fix = found.flatMap((p) => fixesOf(text, p))[0]
  if (!fix) throw new Error('no fix is offered')
  const fixed = applyEdits(text, fix.edits)
  if (typeof expected === 'string') expect(fixed).toBe(expected)
  else expect(fixed).toMatch(expected)
  // What the fix was for is gone, or one of several is.
  expect(problemsOf(fixed).filter((p) => p.code === code).length).toBeLessThan(found.length)
})

test('a problem without a fix has none', () => {
  const text = service('  selector: {app: nobody}\n  ports: [{port: 80}]\n')
  expect(
    problemsOf(text)
      .filter((p) => p.code === 'no-endpoints')
      .flatMap((p) => fixesOf(text, p)),
  ).toEqual([])
})
