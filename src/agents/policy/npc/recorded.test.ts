import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { build, probe } from '../../../explain.ts'
import { printSave } from '../../../kernel/iptables/print.ts'
import { defaultAllow, selectorText, setName } from './names.ts'

const recorded = (name: string): readonly string[] => readFileSync(`src/testing/captured/weave/${name}`, 'utf8').split('\n')

/** What a comment of weave-npc calls a set, as the text that it hashes. */
function hashed(said: string): string | undefined {
  const [, namespace, own] = /^pods: namespace: (\S+), selector: (.*)$/.exec(said) ?? []
  if (namespace !== undefined) return `${namespace}:${own}`
  const [, all] = /^namespaces: selector: (.*)$/.exec(said) ?? []
  return all === undefined ? undefined : `:${all}`
}

test('every set that a node of a real cluster names, by what its rules say of it', () => {
  const found: [string, string][] = []
  for (const line of recorded('iptables-L-2025.txt')) {
    const sets = [...line.matchAll(/match-set (\S+) (src|dst)/g)].map(([, name = '', side]) => ({ name, side }))
    const [, way, namespace] = /DefaultAllow (ingress|egress) isolation for namespace: (\S+)/.exec(line) ?? []
    if ((way === 'ingress' || way === 'egress') && namespace !== undefined) found.push([sets[0]?.name ?? '', defaultAllow(way, namespace)])
    const [, src = '', dst = ''] = /\/\* (.*) -> (.*) \((?:ingress|egress)\) \*\//.exec(line) ?? []
    for (const { name, side } of sets) {
      const text = hashed(side === 'src' ? src : dst)
      if (text !== undefined) found.push([name, setName(text)])
    }
  }
  expect(found.length).toBe(87)
  for (const [name, ours] of found) expect(ours).toBe(name)
})

test('selectors as apimachinery prints them', () => {
  const of = (
    matchLabels: Readonly<Record<string, string>>,
    ...more: readonly (readonly [string, 'In' | 'NotIn' | 'Exists' | 'DoesNotExist', ...string[]])[]
  ) => selectorText({ matchLabels, matchExpressions: more.map(([key, operator, ...values]) => ({ key, operator, values })) })
  expect(of({})).toBe('')
  expect(of({ b: '2', a: '1' })).toBe('a=1,b=2')
  expect(of({ z: '1' }, ['k', 'In', 'q', 'p'], ['l', 'NotIn', 'x'], ['m', 'Exists'], ['n', 'DoesNotExist'])).toBe(
    'k in (p,q),l notin (x),m,!n,z=1',
  )
})

/** Rules of a node without policies, as iptables-save prints them. */
function ours(): readonly string[] {
  const lab = 'apiVersion: v1\nkind: Node\nmetadata: {name: node1}\nstatus: {addresses: [{type: InternalIP, address: 192.168.10.11}]}\n'
  const world = build([{ name: 'lab.yaml', text: lab }], { wants: { everything: false, dns: false }, cni: 'weave' })
  const netns = world.machines.netns('node1')
  if (netns === undefined) throw new Error('no node')
  return [...printSave(netns.rules[4])]
}

test('the rules of a node of 2018, but for what later versions changed', () => {
  const isWeave = (line: string): boolean => /^-A .*(WEAVE| weave )/.test(line) && !line.includes('kube-node-lease')
  const then = recorded('iptables-save-2018.txt').filter(isWeave)
  const now = ours().filter(isWeave)
  expect(then.filter((line) => !now.includes(line))).toEqual([
    '-A WEAVE-NPC -m physdev --physdev-out vethwe-bridge -j ACCEPT',
    '-A WEAVE-NPC-EGRESS -m physdev --physdev-in vethwe-bridge -j RETURN',
  ])
  expect(now.filter((line) => !then.includes(line))).toEqual([
    '-A WEAVE-NPC -m physdev --physdev-out vethwe-bridge --physdev-is-bridged -j ACCEPT',
    '-A WEAVE-NPC-EGRESS -m physdev --physdev-in vethwe-bridge --physdev-is-bridged -j RETURN',
    '-A WEAVE-NPC-EGRESS -m addrtype --dst-type LOCAL -j RETURN',
    '-A WEAVE -m set --match-set weaver-no-masq-local dst -m comment --comment "Prevent SNAT to locally running containers" -j RETURN',
  ])
  // in the same order, chain by chain
  const chain = (lines: readonly string[], name: string): readonly string[] => lines.filter((line) => line.startsWith(`-A ${name} `))
  for (const name of ['FORWARD', 'WEAVE-NPC', 'WEAVE-NPC-EGRESS', 'WEAVE'])
    expect(chain(now, name).filter((line) => then.includes(line))).toEqual(chain(then, name).filter((line) => now.includes(line)))
})

test('what weave-npc does not do is told where it stands', () => {
  const policy = (name: string, ingress: string): string =>
    `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}}\nspec: {podSelector: {}, ingress: [${ingress}]}\n`
  const lab = [
    'apiVersion: v1\nkind: Node\nmetadata: {name: node1}\nstatus: {addresses: [{type: InternalIP, address: 192.168.10.11}]}\n',
    policy('named', '{ports: [{port: http}]}'),
    policy('range', '{ports: [{port: 80, endPort: 90}]}'),
    policy('six', '{from: [{ipBlock: {cidr: "fd00::/8"}}]}'),
    policy('list', '{from: [{namespaceSelector: {matchLabels: {a: b}}}]}'),
    policy('clash', '{from: [{namespaceSelector: {}, podSelector: {matchLabels: {a: b}}}]}'),
    policy('fine', '{ports: [{port: 80}]}'),
  ].join('')
  const { problems } = build([{ name: 'lab.yaml', text: lab }], { wants: { everything: false, dns: false }, cni: 'weave' })
  const own = problems.filter(({ code }) => code.startsWith('policy-npc'))
  expect(own.map(({ code, params, where }) => `${code} ${params['policy']} ${where?.line}`)).toEqual([
    'policy-npc-named-port default/named 6',
    'policy-npc-end-port default/range 11',
    'policy-npc-ipv6 default/six 16',
    'policy-npc-clash default/clash 26',
  ])
})

test('a set that weave-npc cannot make: a connection that comes to its rule ends as not modelled, others go on', () => {
  const lab = (clash: boolean): string =>
    [
      'apiVersion: v1\nkind: Node\nmetadata: {name: node1}\nstatus: {addresses: [{type: InternalIP, address: 192.168.10.11}]}\n',
      ...['a', 'b'].map(
        (name) =>
          `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: ${name}}}\nspec: {nodeName: node1, containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}\n`,
      ),
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: list}\nspec: {podSelector: {matchLabels: {app: b}}, ingress: [{from: [{namespaceSelector: {matchLabels: {app: a}}}]}]}\n',
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: both}\nspec: {podSelector: {matchLabels: {app: b}}, ingress: [{from: [{namespaceSelector: {${clash ? '' : 'matchLabels: {x: y}'}}, podSelector: {matchLabels: {app: a}}}]}]}\n`,
    ].join('---\n')
  const outcome = (text: string, from: string, to: string) => {
    const world = build([{ name: 'lab.yaml', text }], { wants: { everything: false, dns: false }, cni: 'weave' })
    const ip = world.cluster.pods.find(({ meta }) => meta.name === to)?.podIPs[0]
    return probe(world, { from: `default/${from}`, to: `tcp://${ip}:80` }, { seed: 1 }).outcome
  }
  expect(outcome(lab(false), 'a', 'b').kind).toBe('timeout')
  expect(outcome(lab(true), 'a', 'b').unmodelled).toMatch(/^iptables -m set --match-set weave-.* src$/)
  expect(outcome(lab(true), 'b', 'a').kind).toBe('ok')
})
