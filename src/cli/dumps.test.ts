import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newDesk } from './desk.ts'
import { answer } from './main.ts'

const folder = mkdtempSync(join(tmpdir(), 'packetwalk-dumps-'))
const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const rules = (dport = '80'): string => `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-SERVICES - [0:0]
-A OUTPUT -j KUBE-SERVICES
-A KUBE-SERVICES -d 10.96.7.7/32 -p tcp -m comment --comment "a/b:http cluster IP" -m tcp --dport ${dport} -j DNAT --to-destination 10.244.0.9:8080
COMMIT
`
const plain = (...argv: readonly string[]) => {
  const { code, stdout, stderr } = answer(argv, newDesk())
  return { code, stdout: stdout.replaceAll(`${folder}/`, ''), stderr: stderr.replaceAll(`${folder}/`, '') }
}

test('a dump alone is a lab of one node', () => {
  const { code, stdout } = plain('probe', file('node.txt', rules()), '--from', 'node/node-1', '--to', 'tcp://10.96.7.7:80')
  expect(code).toBe(0)
  expect(stdout).toContain('destination 10.96.7.7:80 → 10.244.0.9:8080 (by rule)')
  expect(stdout).toContain('ok from a/b-10-244-0-9')
})

test('--json names the line behind each rule', () => {
  const { stdout } = plain('probe', file('node.txt', rules()), '--from', 'node/node-1', '--to', 'tcp://10.96.7.7:80', '--json')
  const { steps, causes } = JSON.parse(stdout) as {
    readonly steps: readonly { readonly kind: string; readonly text?: string; readonly because?: number }[]
    readonly causes: Readonly<Record<number, { readonly what: { readonly kind: string; readonly line?: number } }>>
  }
  const dnat = steps.find((s) => s.kind === 'rule' && s.text?.includes('DNAT') === true)
  expect(causes[dnat?.because ?? 0]?.what).toMatchObject({ kind: 'dump', line: 8 })
})

test('a lab names its dumps, which lie beside it; the others of its nodes are as ever', () => {
  file('n2.txt', rules())
  const lab = file('lab.yaml', 'apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nspec:\n  dumps:\n    - {node: node-2, file: n2.txt}\n')
  expect(plain('show', lab, '--node', 'node-2', 'iptables-save', '-t', 'nat').stdout).toContain('-A KUBE-SERVICES -d 10.96.7.7/32')
  expect(plain('show', lab, '--node', 'node-1', 'iptables-save', '-t', 'nat').stdout).not.toContain('10.96.7.7')
})

test('a syntax error: exit 1, line, column and word, also of a text that stands in the lab', () => {
  const bad = plain('check', file('bad.txt', rules('nonsense')))
  expect(bad.code).toBe(1)
  expect(bad.stdout).toContain('bad.txt:8:99: error: iptables would refuse this line at “nonsense”')
  const inside = `apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nspec:\n  dumps:\n    - text: |\n${rules('nonsense').replace(/^(?=.)/gm, '        ')}`
  expect(plain('check', file('inside.yaml', inside)).stdout).toContain(
    'inside.yaml:13:107: error: iptables would refuse this line at “nonsense”',
  )
})

test.each([
  ['{node: nobody, text: "*nat"}', 'spec.dumps[0].node: no node nobody in this lab'],
  ['{file: gone.txt}', 'spec.dumps[0].file: no file gone.txt'],
  ['{node: node-1}', 'say either file or text'],
  ['{text: "*nat", table: routes}', 'spec.dumps[0].table:'],
])('%s is refused with a word', (dump, says) => {
  const lab = file(
    'wrong.yaml',
    `apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nspec:\n  nodes: [{name: node-1, addresses: [10.0.0.1]}]\n  dumps:\n    - ${dump}\n`,
  )
  const { code, stdout } = plain('check', lab)
  expect(code).toBe(1)
  expect(stdout).toContain(says)
})

test('a rule with a part that is not modelled ends the walk where it is reached, and not before', () => {
  const unknown = (match: string): string =>
    rules().replace('-A OUTPUT -j', `-A OUTPUT ${match} -m owner --uid-owner 0 -j ACCEPT\n-A OUTPUT -j`)
  const ask = (match: string) => plain('probe', file('o.txt', unknown(match)), '--from', 'node/node-1', '--to', 'tcp://10.96.7.7:80').stdout
  expect(ask('')).toContain('not modelled: iptables -m owner --uid-owner 0')
  expect(ask('-d 1.2.3.4/32')).toContain('ok from')
})
