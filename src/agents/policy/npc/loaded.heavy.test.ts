import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { build } from '../../../explain.ts'
import { saveLines } from '../../../kernel/ipset/print.ts'
import { printSave } from '../../../kernel/iptables/print.ts'

/**
 * Rules of weaver and weave-npc through the real iptables-restore, and what iptables-save prints of them, against what we print. Rules that name
 * a set need ip_set in this kernel: they are left out, aloud, where it is missing.
 */
const policy = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{namespaceSelector: {}}, {podSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]
      ports: [{port: 80}, {protocol: UDP}, {protocol: SCTP, port: 5000}]
  egress: [{to: [{ipBlock: {cidr: 192.0.2.0/24}}], ports: [{protocol: UDP, port: 53}]}, {}]
`
const lab = `apiVersion: v1
kind: Node
metadata: {name: node1}
status: {addresses: [{type: InternalIP, address: 192.168.10.11}]}
${policy}`

function ours(): { readonly rules: readonly string[]; readonly sets: readonly string[] } {
  const world = build([{ name: 'lab.yaml', text: lab }], { wants: { everything: false, dns: false }, cni: 'weave', proxy: 'none' })
  const netns = world.machines.netns('node1')
  if (netns === undefined) throw new Error('no node')
  return { rules: [...printSave(netns.rules[4])], sets: [...(netns.ipsets?.values() ?? [])].flatMap((set) => [...saveLines(set, 0)]) }
}

const inNamespace = (script: string, input: string) => spawnSync('unshare', ['-n', 'sh', '-ec', script], { input, encoding: 'utf8' })
const isRule = (line: string): boolean => line.startsWith('-A ')

test('the rules of a node are taken by the kernel and come back as they are printed here', () => {
  const { rules, sets } = ours()
  const bare = inNamespace('iptables-save', '')
  if (bare.status !== 0) {
    console.warn(`NOT LOADED into this kernel: ${(bare.error?.message ?? bare.stderr).trim()}`)
    return
  }
  const hasSets = inNamespace('ipset create packetwalk hash:ip', '').status === 0
  if (!hasSets) console.warn('rules with sets NOT LOADED into this kernel: it has no ip_set')
  const given = hasSets ? rules : rules.filter((line) => !line.includes('--match-set'))
  const made = hasSets
    ? `ipset restore <<'SETS'\n${sets.map((line) => line.replace(/ (bucketsize|initval) \S+/g, '')).join('\n')}\nSETS\n`
    : ''
  const loaded = inNamespace(`${made}iptables-restore\niptables-save`, `${given.join('\n')}\n`)
  expect(loaded.stderr).toBe('')
  const saved = loaded.stdout.split('\n').filter(isRule)
  expect(saved.length).toBeGreaterThan(hasSets ? 40 : 20)
  expect([...saved].sort()).toEqual(given.filter(isRule).sort())
})
