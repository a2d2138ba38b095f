import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { printSaved } from '../dump/print.ts'
import { readDump } from '../dump/read.ts'
import { runTool } from '../engine/tool.ts'
import { wroteBy } from '../engine/wrote.ts'
import { build, probe } from '../explain.ts'
import { nftLines } from '../kernel/nft/print.ts'
import { emptyNft, withNft } from '../kernel/nft/ruleset.ts'

const root = new URL('captured/dumps/', import.meta.url).pathname
const text = (path: string): string => readFileSync(join(root, path), 'utf8')
const all = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((f) => f.endsWith('.txt'))
  .sort()

describe('what real tools printed on nodes of our own', () => {
  test('ten nodes', () => {
    expect(new Set(all.map((f) => f.split('/')[0])).size).toBe(10)
    expect(all.length).toBeGreaterThan(38)
  })

  test.each(all)('%s is read without an error', (file) => {
    const dump = readDump(text(file), file)
    const bad = dump.problems.filter((p) => p.severity === 'error' && p.code !== 'dump-nothing')
    expect(bad).toEqual([])
    // the summary of conntrack goes to stderr, and is the only file that is no tool's table
    if (!file.includes('summary') && !file.includes('nft-of-iptables')) expect(dump.lines.length).toBeGreaterThan(0)
  })
})

const plain = (saved: string): readonly string[] => saved.split('\n').filter((line) => line !== '' && !line.startsWith('#'))

describe('parse and print give the same text again', () => {
  test.each(all.filter((f) => /iptables-save|both/.test(f)))('iptables-save: %s', (file) => {
    expect([...printSaved(readDump(text(file), file))]).toEqual(plain(text(file)))
  })

  test.each(all.filter((f) => /-S\.txt$/.test(f)))('iptables -S: %s', (file) => {
    const rules = [...printSaved(readDump(text(file), file))].filter((line) => line.startsWith('-A'))
    expect(rules).toEqual(plain(text(file)).filter((line) => line.startsWith('-A')))
  })

  test.each(all.filter((f) => /nft-list-ruleset/.test(f)))('nft list ruleset: %s', (file) => {
    const dump = readDump(text(file), file)
    expect([...nftLines(withNft(emptyNft(), dump.nft?.commands ?? []))].join('\n').trim()).toBe(text(file).trim())
  })
})

const proxy = new URL('captured/kube-proxy/', import.meta.url).pathname
const cases = readdirSync(proxy, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? [e.name] : []))

describe('every recorded text of kube-proxy too', () => {
  test.each(cases)('%s', (name) => {
    const saved = readFileSync(join(proxy, name, 'iptables-save.txt'), 'utf8')
    expect([...printSaved(readDump(saved, name))]).toEqual(plain(saved))
    if (!existsSync(join(proxy, name, 'nft-list.txt'))) return
    const listed = readFileSync(join(proxy, name, 'nft-list.txt'), 'utf8').replace(/^###.*\n/gm, '')
    expect([...nftLines(withNft(emptyNft(), readDump(listed, name).nft?.commands ?? []))].join('\n').trim()).toBe(listed.trim())
  })
})

describe('a node with its dumps is asked by our own tools', () => {
  const files = ['iptables-save', 'ip-addr', 'ip-d-link', 'ip-route', 'ip-neigh', 'bridge-fdb', 'bridge-link', 'conntrack', 'sysctl']
  const manifests = readFileSync(new URL('../../e2e/kernel/dumps.yaml', import.meta.url), 'utf8')
  const lab = `apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nspec:\n  dumps:\n${files.map((f) => `    - {node: node-1, file: ${f}.txt}\n`).join('')}`
  const dumps = files.map((f) => ({ name: `${f}.txt`, text: text(`flannel-node/${f}.txt`) }))
  const world = build([{ name: 'cluster.yaml', text: manifests }, { name: 'lab.yaml', text: lab }, ...dumps], {
    wants: { everything: false, dns: false },
  })
  const show = (...argv: readonly string[]): readonly string[] => {
    const ran = runTool(world, 'node-1', argv)
    if ('problem' in ran) throw new Error(ran.problem.code)
    return ran.stdout
  }
  const lines = (file: string): readonly string[] => text(`flannel-node/${file}.txt`).replace(/\n$/, '').split('\n')

  test('nothing is wrong with them', () => {
    expect(world.problems.filter((p) => p.severity !== 'hint').map((p) => p.code)).toEqual(['no-endpoints'])
  })
  test('ip route', () => expect(show('ip', 'route')).toEqual(lines('ip-route')))
  // whom the node has met since is there too
  test('ip neigh', () => expect(show('ip', 'neigh')).toEqual(expect.arrayContaining([...lines('ip-neigh')])))
  test('the node beside it has the MACs that the dump shows: a packet to its Pods arrives', () => {
    const { journeys } = probe(world, { from: 'node/node-1', to: 'icmp://192.168.56.12' }, { seed: 1 })
    expect(journeys[0]?.ending.kind).toBe('answered-by-kernel')
    expect(world.machines.netns('node-2')?.links.map((l) => l.mac)).toContain('02:00:00:00:f1:12')
  })
  test('bridge fdb', () => {
    const own = (list: readonly string[]): readonly string[] => list.filter((l) => !/^(33:33|01:00)/.test(l)).sort()
    expect(own(show('bridge', 'fdb'))).toEqual(own(lines('bridge-fdb')))
  })
  test('conntrack -L', () => {
    const known = lines('conntrack').filter((l) => !l.startsWith('unknown'))
    expect([...show('conntrack', '-L')].sort()).toEqual([...known].sort())
  })
  test('iptables-save', () => {
    const bare = (list: readonly string[]): readonly string[] => list.map((l) => l.replace(/\[\d+:\d+\]/, '[0:0]'))
    const sections = (list: readonly string[]): readonly string[] =>
      list
        .join('\n')
        .split('COMMIT')
        .map((s) => s.trim())
        .sort()
    expect(sections(bare(show('iptables-save')))).toEqual(sections(bare(plain(text('flannel-node/iptables-save.txt')))))
  })
  test('a walk goes through the dumped rules, out of the dumped ports, and says from which line', () => {
    const { journeys, outcome } = probe(world, { from: 'default/web-b', to: 'tcp://10.96.10.10:80' }, { seed: 1 })
    expect(outcome.kind).toBe('ok')
    const because = journeys.flatMap((j) => j.events.flatMap((e) => (e.kind === 'rule' && e.because !== undefined ? [e.because] : [])))
    const causes = because.map((id) => world.cluster.causes.list[id]?.what)
    const service = lines('iptables-save').findIndex((l) => l.includes('web:http cluster IP') && l.includes('-A KUBE-SERVICES'))
    expect(causes).toContainEqual({ kind: 'dump', file: 'iptables-save.txt', line: service + 1 })
    expect(journeys.some((j) => j.events.some((e) => e.kind === 'cross' && e.from.device === 'vethb'))).toBe(true)
  })
  test('a line of the dump leads to what it is on the node', () => {
    const line = lines('iptables-save').findIndex((l) => l.includes('-A FLANNEL-FWD -s')) + 1
    expect(wroteBy(world, 'iptables-save.txt', line).items).toMatchObject([
      { netns: 'node-1', kind: 'rule', text: lines('iptables-save')[line - 1] },
    ])
  })
  test('ip addr: names, indexes, MACs, MTUs and addresses', () => {
    const heads = (list: readonly string[]): readonly string[] =>
      list.flatMap((l) => /^(\d+: [^:@]+).*?(mtu \d+)/.exec(l)?.slice(1).join(' ') ?? /^ +(link\/\S+ \S+|inet6? \S+)/.exec(l)?.[1] ?? [])
    // veth pairs of pods whose namespaces the lab has are there beside those of the dump
    expect(heads(show('ip', 'addr'))).toEqual(expect.arrayContaining([...heads(lines('ip-addr'))]))
  })
})

test('a device whose other end no output shows ends the walk', () => {
  const text =
    '1: lo: <LOOPBACK,UP> mtu 65536\n2: eth0: <UP> mtu 1500\n    inet 10.0.0.5/24 scope global eth0\n7: vethx@if2: <UP> mtu 1450\n\n'
  const routes = '10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5\n10.244.0.7 dev vethx scope link\n'
  const world = build([{ name: 'node.txt', text: `${text}${routes}` }], { wants: { everything: false, dns: false } })
  expect(world.problems.filter((p) => p.severity === 'error')).toEqual([])
  const { outcome } = probe(world, { from: 'node/node-1', to: 'udp://10.244.0.7:53' }, { seed: 1 })
  expect(outcome).toMatchObject({ kind: 'unmodelled', unmodelled: 'what is at the other end of vethx' })
})
