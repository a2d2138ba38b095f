import { describe, expect, test } from 'vitest'
import { type Settled, settle } from '../../../cluster/settle.ts'
import { applyOps, newNetns } from '../../../kernel/apply.ts'
import { saveLines } from '../../../kernel/ipset/print.ts'
import { printRule } from '../../../kernel/iptables/print-rule.ts'
import { readManifests } from '../../../manifest/read.ts'
import { felixOps } from './felix.ts'
import { split } from './ports.ts'

const node = (name: string, n: number) =>
  `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\nspec: {podCIDR: 10.244.${n}.0/24}\nstatus: {addresses: [{type: InternalIP, address: 192.168.10.1${n}}]}\n`
const pod = (name: string, labels: string, ip: string, on = 'n1', more = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {${labels}}}\nspec: {nodeName: ${on}, ${more}containers: [{name: c, image: x, ports: [{name: http, containerPort: 8080}]}]}\nstatus: {podIP: ${ip}}\n`
const policy = (name: string, spec: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}}\nspec: ${spec}\n`

function settled(...documents: readonly string[]): Settled {
  const { objects, problems } = readManifests([{ name: 'a.yaml', text: [node('n1', 1), node('n2', 2), ...documents].join('---\n') }])
  expect(problems).toEqual([])
  return settle(objects, { wants: { everything: false, dns: false } })
}

/** The filter table's chains of Calico and the sets of a node, as iptables-save and ipset save print them. */
function written(name: string, ...documents: readonly string[]) {
  const { cluster } = settled(...documents)
  const found = cluster.nodes.find((n) => n.meta.name === name)
  if (found === undefined) throw new Error(name)
  const netns = applyOps(newNetns(name, 'node'), felixOps(cluster, found, 4))
  const rules = netns.rules[4]
  const chain = (want: string) => rules.chain('filter', want)?.rules.map((rule) => printRule(want, rule)) ?? []
  const names = rules.chainNames('filter').filter((n) => n.startsWith('cali-'))
  return { chain, names, lines: names.flatMap(chain), sets: [...(netns.ipsets?.values() ?? [])].flatMap((s) => [...saveLines(s, 0)]) }
}

const web0 = pod('web-0', 'app: frontend', '10.244.1.2')
const web1 = pod('web-1', 'app: web', '10.244.1.3')
const ALLOW =
  '{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: frontend}}}], ports: [{port: 8080}]}]}'
const allowed = policy('allow-frontend', ALLOW)

describe('chains of a node with two Pods and one policy, rule by rule with their ids as Calico v3.32 writes them', () => {
  const { chain } = written('n1', web0, web1, allowed)
  test.each([
    ['cali-from-wl-dispatch', ['-i cali0761ccbeace -m comment --comment "cali:dTrlZZiLiD2aM9s3" -g cali-fw-cali0761ccbeace', '-i cali0d7763386da -m comment --comment "cali:t8bB22nas7BqBSpK" -g cali-fw-cali0d7763386da', '-m comment --comment "cali:hWHdJOh0MstVjuam" -m comment --comment "Unknown interface" -j DROP']],
    ['cali-to-wl-dispatch', ['-o cali0761ccbeace -m comment --comment "cali:e0jGfkDRHZ8x0xWQ" -g cali-tw-cali0761ccbeace', '-o cali0d7763386da -m comment --comment "cali:gohOcw5vDP4Rufxa" -g cali-tw-cali0d7763386da', '-m comment --comment "cali:WprP0b2dR7r-3WpU" -m comment --comment "Unknown interface" -j DROP']],
    ['cali-fw-cali0d7763386da', ['-m comment --comment "cali:jmN6LhWi_ZQe6T_y" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', '-m comment --comment "cali:xMle_RuDLF0m3A_3" -m conntrack --ctstate INVALID -j DROP', '-m comment --comment "cali:9P_myjrpwVb4crJG" -j MARK --set-xmark 0x0/0x30000', '-p udp -m comment --comment "cali:MqRFCH_Q6vu0cL2h" -m comment --comment "Drop VXLAN encapped packets originating in workloads" -m multiport --dports 4789 -j DROP', '-p ipencap -m comment --comment "cali:W71josaEkYA4Ev77" -m comment --comment "Drop IPinIP encapped packets originating in workloads" -j DROP', '-m comment --comment "cali:n5BFnic7LTonqsOb" -j cali-pro-kns.default', '-m comment --comment "cali:D_fEYfe1FRPCnGmW" -m comment --comment "Return if profile accepted" -m mark --mark 0x10000/0x10000 -j RETURN']],
    ['cali-tw-cali0761ccbeace', ['-m comment --comment "cali:yuDlULTsWjqYZmAI" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', '-m comment --comment "cali:bXyt47xcB0BdoWlk" -m conntrack --ctstate INVALID -j DROP', '-m comment --comment "cali:pqiD3jz5cE-RloI6" -j MARK --set-xmark 0x0/0x30000', '-m comment --comment "cali:xB8Oo2_hXN6MFh2P" -m comment --comment "Start of tier default" -j MARK --set-xmark 0x0/0x20000', '-m comment --comment "cali:5R14QOgb407XoWoF" -m mark --mark 0x0/0x20000 -j cali-pi-_FJ7pway3mX3ogPCfFDC', '-m comment --comment "cali:YJaysJKss4KdJSJ1" -m comment --comment "Return if policy accepted" -m mark --mark 0x10000/0x10000 -j RETURN', '-m comment --comment "cali:tDf8ZNNqGM2xZL4R" -m comment --comment "End of tier default. Drop if no policies passed packet" -m mark --mark 0x0/0x20000 -j DROP']],
    ['cali-pi-_FJ7pway3mX3ogPCfFDC', ['-p tcp -m comment --comment "cali:1Dgb6ZWk7MxNRFOA" -m comment --comment "KubernetesNetworkPolicy default/allow-frontend ingress" -m set --match-set cali40s:1UBiHC8Xzjs6W4OA7XHSnfz src -m multiport --dports 8080 -j MARK --set-xmark 0x10000/0x10000']],
    ['cali-pro-kns.default', ['-m comment --comment "cali:Vr81boRqq4V77Sg8" -m comment --comment "Profile kns.default egress" -j MARK --set-xmark 0x10000/0x10000']],
    ['cali-pri-kns.default', ['-m comment --comment "cali:WMSw8BmYOknRHfsz" -m comment --comment "Profile kns.default ingress" -j MARK --set-xmark 0x10000/0x10000']],
  ] as const)('%s', (name, rules) => {
    expect(chain(name).slice(0, rules.length)).toEqual(rules.map((rule) => `-A ${name} ${rule}`))
  }) // biome-ignore format: recorded lines
})

describe('rules that need more than one of iptables', () => {
  const rulesOf = (spec: string) => {
    const { chain, names, sets } = written('n1', web0, web1, policy('p', spec))
    const name = names.find((n) => /^cali-p[io]-/.test(n)) ?? ''
    const bare = (line: string) =>
      line
        .replace(`-A ${name} `, '')
        .replace(/-m comment --comment "cali:\S+" /, '')
        .replace(/-m comment --comment "Kube[^"]+" /, '')
    return { rules: chain(name).map(bare), sets }
  }

  test('no rule: a comment alone, so the end of the tier drops', () => {
    expect(rulesOf('{podSelector: {matchLabels: {app: web}}}').rules).toEqual(
      ['-A cali-pi-knp/default/p -m comment --comment "x"'].map(() => expect.stringContaining('KubernetesNetworkPolicy default/p ingress')),
    )
  })

  test('everything; two rules have a RETURN between them and none at the end', () => {
    expect(rulesOf('{podSelector: {matchLabels: {app: web}}, ingress: [{}, {ports: [{protocol: UDP}]}]}').rules).toEqual([
      '-j MARK --set-xmark 0x10000/0x10000',
      '-m mark --mark 0x10000/0x10000 -j RETURN',
      '-p udp -j MARK --set-xmark 0x10000/0x10000',
    ])
  })

  test('a net and what it leaves out: a scratch bit says whether the packet still fits', () => {
    const block = '{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.2.3.4/32]}}'
    expect(
      rulesOf(
        `{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [${block}], ports: [{port: 53, protocol: UDP}]}]}`,
      ).rules,
    ).toEqual([
      '-j MARK --set-xmark 0x80000/0x180000',
      '-d 10.1.0.0/16 -j MARK --set-xmark 0x0/0x80000',
      '-d 10.2.3.4/32 -j MARK --set-xmark 0x0/0x80000',
      '-d 10.0.0.0/8 -p udp -m multiport --dports 53 -m mark --mark 0x80000/0x80000 -j MARK --set-xmark 0x10000/0x10000',
    ])
  })

  test('names of ports are sets of addresses with ports; with numbers beside them either is enough', () => {
    const { rules, sets } = rulesOf(
      '{podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: http}, {port: 80}, {port: 81}, {port: 90, endPort: 99}]}]}',
    )
    expect(rules).toEqual([
      '-j MARK --set-xmark 0x0/0x180000',
      '-p tcp -m multiport --dports 80:81,90:99 -j MARK --set-xmark 0x80000/0x80000',
      expect.stringMatching(/^-m set --match-set cali40n:\S{23} dst,dst -j MARK --set-xmark 0x80000\/0x80000$/),
      '-p tcp -m mark --mark 0x80000/0x80000 -j MARK --set-xmark 0x10000/0x10000',
    ])
    expect(sets[0]).toMatch(/^create cali40n:\S{23} hash:ip,port family inet hashsize 1024 maxelem 1048576/)
    expect(sets.slice(1).map((line) => line.split(' ')[2])).toEqual(['10.244.1.2,tcp:8080', '10.244.1.3,tcp:8080'])
  })

  test('a named port of selected Pods needs no set of their addresses', () => {
    const { rules } = rulesOf(
      '{podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: http}]}]}',
    )
    expect(rules).toEqual([expect.stringMatching(/^-p tcp -m set --match-set cali40n:\S+ dst,dst -j MARK/)])
  })

  test('an entry without a port opens its whole protocol', () => {
    expect(
      rulesOf('{podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{protocol: SCTP}, {port: 5, protocol: SCTP}, {port: 7}]}]}')
        .rules,
    ).toEqual([
      '-p sctp -j MARK --set-xmark 0x10000/0x10000',
      '-m mark --mark 0x10000/0x10000 -j RETURN',
      '-p tcp -m multiport --dports 7 -j MARK --set-xmark 0x10000/0x10000',
    ])
  })
})

test('multiport takes 15 places, a range two of them', () => {
  const one = (n: number) => ({ from: n, to: n })
  const range = (n: number) => ({ from: n, to: n + 1 })
  expect(split([])).toEqual([])
  expect(split(Array.from({ length: 16 }, (_, i) => one(i * 3))).map((l) => l.length)).toEqual([15, 1])
  expect(split(Array.from({ length: 8 }, (_, i) => range(i * 3))).map((l) => l.length)).toEqual([7, 1])
})

test('sets hold the Pods of other nodes too, and only where a rule of this node names them', () => {
  const far = pod('far', 'app: frontend', '10.244.2.2', 'n2')
  expect(written('n1', web0, web1, far, allowed).sets).toEqual([
    expect.stringMatching(/^create cali40s:1UBiHC8Xzjs6W4OA7XHSnfz hash:net family inet hashsize 1024 maxelem 1048576/),
    'add cali40s:1UBiHC8Xzjs6W4OA7XHSnfz 10.244.1.2',
    'add cali40s:1UBiHC8Xzjs6W4OA7XHSnfz 10.244.2.2',
  ])
  const other = written('n2', web0, web1, far, allowed)
  expect([other.sets, other.names.filter((n) => n.startsWith('cali-p') && !/pr[io]/.test(n))]).toEqual([[], []])
})

test('policies of one selector stand in a chain of their own, with a RETURN after every fifth jump', () => {
  const same = Array.from({ length: 7 }, (_, i) => policy(`p${i}`, ALLOW))
  const { chain, names } = written('n1', web0, web1, ...same)
  const group = names.find((n) => n.startsWith('cali-gi-')) ?? ''
  expect(group).toHaveLength(28)
  expect(chain('cali-tw-cali0761ccbeace').filter((line) => line.endsWith(`-j ${group}`))).toHaveLength(1)
  expect(chain(group).map((line) => line.replace(/.*?cali:\S+" ?/, '').replace(/-j cali-pi-.*/, '-j P'))).toEqual([
    '-j P',
    ...Array(4).fill('-m mark --mark 0x0/0x30000 -j P'),
    '-m comment --comment "Return on verdict" -m mark ! --mark 0x0/0x30000 -j RETURN',
    '-j P',
    '-m mark --mark 0x0/0x30000 -j P',
  ])
})

test('interfaces whose names go on alike share a chain of the tree', () => {
  const many = Array.from({ length: 30 }, (_, i) => pod(`w${i}`, 'app: w', `10.244.1.${i + 10}`))
  const { chain, names } = written('n1', ...many)
  const root = chain('cali-from-wl-dispatch')
  const children = names.filter((n) => n.startsWith('cali-from-wl-dispatch-'))
  expect(children.length).toBeGreaterThan(3)
  for (const child of children) {
    const next = child.slice(-1)
    expect(root.some((line) => line.includes(`-i cali${next}+ `) && line.endsWith(`-g ${child}`))).toBe(true)
    expect(chain(child).at(-1)).toContain('"Unknown interface" -j DROP')
  }
  const leaves = [...root, ...children.flatMap(chain)].filter((line) => line.includes('-g cali-fw-'))
  expect(leaves).toHaveLength(30)
})
