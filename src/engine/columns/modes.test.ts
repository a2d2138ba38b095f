import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ProbeQuestion } from '../../answer.ts'
import { explain } from '../../explain.ts'
import { printNftRule } from '../../kernel/nft/print-rule.ts'
import type { SourceFile } from '../../manifest/object.ts'
import type { TraceEvent } from '../../trace/event.ts'
import { view } from '../../view.ts'
import type { ChainColumn, HookColumns, RuleRow } from './shape.ts'
import type { ElementRow, Said } from './shape-look.ts'

type Asked = ReturnType<typeof explain>

const labs = join(import.meta.dirname, '../../../app/learn/labs')
const lab = (slug: string): readonly SourceFile[] =>
  readdirSync(join(labs, slug))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ name, text: readFileSync(join(labs, slug, name), 'utf8') }))

const configured = (mode: string, more = ''): SourceFile => ({
  name: 'proxy.yaml',
  text: `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: ${mode}\n${more}`,
})
const ask = (files: readonly SourceFile[], probe?: ProbeQuestion, seed = 1): Asked =>
  explain({ v: 1, files, seed, ...(probe ? { probe } : {}) })

const eventsOf = (asked: Asked) =>
  (asked.answer.walk?.journeys ?? []).flatMap(({ events }, journey) => events.map((event) => ({ event, journey })))

function columns(asked: Asked, journey: number, seq: number): HookColumns {
  const shown = view(asked.world, { kind: 'columns', journey, seq }, asked)
  if (shown.kind !== 'columns') throw new Error(JSON.stringify(shown))
  return shown
}

/** The columns around the n-th event that is meant. */
function around(asked: Asked, meant: (e: TraceEvent) => boolean, n = 0): HookColumns {
  const found = eventsOf(asked).filter(({ event }) => meant(event))[n]
  if (!found) throw new Error('no such event')
  return columns(asked, found.journey, found.event.seq)
}
const elements = (c: ChainColumn | undefined): readonly ElementRow[] => c?.rows.flatMap((r) => (r.kind === 'element' ? [r] : [])) ?? []
const said = (c: ChainColumn | undefined): readonly Said[] => c?.rows.flatMap((r) => (r.kind === 'said' ? [r.said] : [])) ?? []
const lookOf = (shown: HookColumns, kind: string): ChainColumn | undefined =>
  shown.visits.flatMap((v) => v.columns).find((c) => c.look?.kind === kind)

const sticky = lab('clusterip-cross-node').map((f) =>
  f.name === 'manifests.yaml'
    ? { ...f, text: f.text.replace('  ports:\n    - port: 80', '  sessionAffinity: ClientIP\n  ports:\n    - port: 80') }
    : f,
)

describe.each([
  ['node port', lab('nodeport')],
  ['affinity', sticky],
])('%s', (_name, files) => {
  test('nftables: each rule that was passed over says why, in the words of nft, and nothing that matched does', () => {
    const asked = ask([...files, configured('nftables')])
    let passed = 0
    for (const { event, journey } of eventsOf(asked)) {
      if (event.kind !== 'hook') continue
      for (const visit of columns(asked, journey, event.seq).visits) {
        for (const row of visit.columns.flatMap((c) => c.rows)) {
          if (row.kind === 'fold' && row.look === undefined) {
            const opened = view(asked.world, { kind: 'rows', journey, seq: row.seq, from: row.from, count: row.count }, asked)
            const rows = opened.kind === 'rows' ? opened.rows : []
            expect(rows.map((r) => r.index)).toEqual(Array.from({ length: row.count }, (_x, i) => row.from + i))
          }
          if (row.kind !== 'rule') continue
          if (row.state === 'no') passed++
          expect([row.parts.map((p) => p.text).join(' '), row.why.length > 0]).toEqual([expect.any(String), row.state === 'no'])
          if (visit.kind === 'nft' && row.state === 'no') expect(row.parts.some((p) => p.hit === false)).toBe(true)
        }
      }
    }
    expect(passed).toBeGreaterThan(3)
  })

  test('IPVS: the tables that it looked into hold what was found, and all that they fold', () => {
    const asked = ask([...files, configured('ipvs')])
    let looked = 0
    for (const { event, journey } of eventsOf(asked)) {
      if (event.kind !== 'hook') continue
      for (const visit of columns(asked, journey, event.seq).visits) {
        for (const column of visit.columns) {
          if (!column.look) continue
          looked++
          const all = column.rows.reduce((n, r) => n + (r.kind === 'fold' ? r.count : r.kind === 'element' ? 1 : 0), 0)
          expect(all).toBe(column.total)
          const key = column.rows.find((r) => r.kind === 'key')
          if (key?.kind === 'key') expect(key.absent).toBe(!elements(column).some((r) => r.state === 'matched'))
        }
      }
    }
    expect(looked).toBeGreaterThan(3)
  })
})

test('nftables: a rule’s text is that of its listing', () => {
  const asked = ask([...lab('clusterip-cross-node'), configured('nftables')])
  const shown = around(asked, (e) => e.kind === 'rule' && e.rule.chain.startsWith('service-'))
  const visit = shown.visits.find((v) => v.columns.some((c) => c.chain === 'services'))
  const table = asked.world.machines.netns(shown.netns)?.nft?.tables[0]
  for (const column of visit?.columns ?? []) {
    const rules = table?.chains.get(column.chain)?.rules
    if (column.look || !rules) continue
    const rows = column.rows.filter((r): r is RuleRow => r.kind === 'rule')
    expect(rows.map((r) => r.parts.map((p) => p.text).join(' '))).toEqual(
      rows.map((r) => printNftRule(rules[r.index] ?? { statements: [] })),
    )
  }
})

test('nftables: the map with its key and what was found, the draw with its share, and the endpoint that it leads to', () => {
  const asked = ask([...lab('clusterip-cross-node'), configured('nftables')], { from: 'default/client', to: 'http://nginx-service/' })
  const shown = around(asked, (e) => e.kind === 'nat' && e.by === 'rule' && e.to.endsWith(':8080'))
  const visit = shown.visits.find((v) => v.base === 'nat-prerouting')
  expect(visit?.columns.map((c) => c.look?.kind ?? c.chain.split('-')[0])).toEqual([
    'nat',
    'services',
    'map',
    'service',
    'numgen',
    'endpoint',
  ])
  expect(visit?.columns.map((c) => c.from?.column)).toEqual([undefined, 0, 1, 2, 3, 4])
  expect([visit?.table, visit?.priority]).toEqual(['ip kube-proxy', 'dstnat'])
  const map = visit?.columns[2]
  const key = map?.rows[0]
  expect(key).toMatchObject({
    kind: 'key',
    absent: false,
    parts: [{ name: 'ip daddr' }, { name: 'meta l4proto', value: 'tcp' }, { name: 'th dport', value: '80' }],
  })
  const [hit] = elements(map).filter((e) => e.state === 'matched')
  expect(hit?.text).toContain('nginx-service')
  expect(hit?.because).toBeDefined()
  const draw = visit?.columns[4]
  expect(said(draw)).toMatchObject([{ code: 'drawn', of: 3 }])
  expect(elements(draw).filter((e) => e.state === 'matched')).toMatchObject([{ said: { code: 'share', of: 3 } }])
  expect(elements(draw).find((e) => e.state === 'matched')?.text).toContain(visit?.columns[5]?.chain ?? '-')
})

test('nftables: MASQUERADE has its mark’s origin and the choice of the source', () => {
  const asked = ask([...lab('nodeport'), configured('nftables')])
  const shown = around(asked, (e) => e.kind === 'nat' && e.by === 'rule' && e.manip === 'src')
  const visit = shown.visits.find((v) => v.source)
  expect(visit?.origin).toMatchObject({ mark: '0x4000', hook: 'prerouting', table: 'kube-proxy' })
  expect(visit?.origin?.path.at(-1)?.chain).toBe('mark-for-masquerade')
  expect(visit?.source?.randomFully).toBe(true)
})

test('nftables: the set of an affinity has the client once it came', () => {
  const asked = ask([...sticky, configured('nftables')], { from: 'default/client', to: 'http://nginx-service/' })
  const shown = around(asked, (e) => e.kind === 'rule' && / update @affinity|^update @affinity/.test(` ${e.text}`))
  const set = shown.visits.flatMap((v) => v.columns).find((c) => c.look?.kind === 'set' && c.chain.startsWith('affinity-'))
  expect(said(set)).toMatchObject([{ code: 'kept', seconds: 10800 }])
  expect(elements(set)).toMatchObject([{ state: 'matched', text: expect.stringMatching(/^10\.244\.\d+\.\d+ timeout 3h expires 3h$/) }])
})

const services = 3
const schedulers = ['rr', 'wrr', 'lc', 'wlc', 'sed', 'nq', 'sh', 'dh', 'mh'] as const

test.each(schedulers)('IPVS %s: the choice has its reason, and each other server has one why not', (scheduler) => {
  const files = [...lab('clusterip-cross-node'), configured('ipvs', `ipvs:\n  scheduler: ${scheduler}\n`)]
  const asked = ask(files, { from: 'default/client', to: 'http://nginx-service/' })
  const shown = around(asked, (e) => e.kind === 'nat' && e.by === 'ipvs' && e.ipvs?.how === 'scheduled' && e.to.endsWith(':8080'))
  const visit = shown.visits.find((v) => v.kind === 'ipvs')
  expect([shown.hook, visit?.priority, visit?.columns.map((c) => c.look?.kind)]).toEqual(['input', '99', ['virtuals', 'servers']])
  const servers = visit?.columns[1]
  expect(servers?.look?.type.split(' ')[0]).toBe(scheduler)
  expect(elements(servers).length).toBe(services)
  const [hit] = elements(servers).filter((e) => e.state === 'matched')
  const code = { rr: 'turn', wrr: 'turn', lc: 'least', wlc: 'least', sed: 'least', nq: 'idle', sh: 'hashed', dh: 'hashed', mh: 'hashed' }[
    scheduler
  ]
  const reason = said(servers).find((s) => s.code === code)
  expect(reason && 'now' in reason && hit?.text.includes(`-> ${reason.now} `)).toBe(true)
  for (const other of elements(servers).filter((e) => e.state === 'no')) expect(other.said).toBeDefined()
  expect(said(servers).filter((s) => s.code === 'changed' || s.code === 'stolen').length).toBe(2)
})

test('IPVS rr: whose turn it is, for every connection of a walk', () => {
  const asked = ask([...lab('clusterip-cross-node'), configured('ipvs')], { from: 'default/client', to: 'http://nginx-service/' })
  const turns = eventsOf(asked)
    .filter(({ event }) => event.kind === 'nat' && event.by === 'ipvs' && event.ipvs?.how === 'scheduled')
    .map(({ event, journey }) => said(lookOf(columns(asked, journey, event.seq), 'servers')).find((s) => s.code === 'turn'))
  for (const turn of turns) expect(turn).toMatchObject({ code: 'turn', now: expect.any(String), next: expect.any(String) })
  // one of DNS, one of HTTP
  expect(turns.length).toBeGreaterThan(1)
})

test('IPVS: a known connection is found among the connections, an answer too', () => {
  const asked = ask([...lab('clusterip-cross-node'), configured('ipvs')], { from: 'default/client', to: 'http://nginx-service/' })
  for (const how of ['known', 'answer'] as const) {
    const shown = around(asked, (e) => e.kind === 'nat' && e.by === 'ipvs' && e.ipvs?.how === how)
    const visit = shown.visits.find((v) => v.kind === 'ipvs')
    expect(visit?.columns.map((c) => c.look?.kind)).toEqual(['connections'])
    expect(said(visit?.columns[0])).toMatchObject([{ code: how }, { code: 'changed' }])
    expect(elements(visit?.columns[0]).some((e) => e.state === 'matched')).toBe(true)
  }
})

test('IPVS: who comes back stays with its server', () => {
  const asked = ask([...sticky, configured('ipvs')], { from: 'default/client', to: 'http://nginx-service/' })
  const shown = around(asked, (e) => e.kind === 'nat' && e.by === 'ipvs' && e.ipvs?.how === 'scheduled' && e.to.endsWith(':8080'))
  expect(said(lookOf(shown, 'servers')).map((s) => s.code)).toEqual(['turn', 'own-pointer', 'kept', 'changed', 'stolen'])
})

test('IPVS: a packet for nobody is looked up in vain; the sets that let a rule match are shown', () => {
  const asked = ask([...lab('clusterip-cross-node'), configured('ipvs')], { from: 'default/client', to: 'http://nginx-service/' })
  const vxlan = eventsOf(asked).find(({ event, journey }) => {
    if (event.kind !== 'hook' || event.at.hook !== 'input') return false
    return lookOf(columns(asked, journey, event.seq), 'virtuals')?.rows.some((r) => r.kind === 'key' && r.absent) === true
  })
  expect(vxlan).toBeDefined()
  const shown = around(asked, (e) => e.kind === 'rule' && e.text.includes('--match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT'))
  const set = lookOf(shown, 'ipset')
  expect([set?.chain, set?.look?.type]).toEqual(['KUBE-CLUSTER-IP', 'hash:ip,port'])
  expect(set?.rows[0]).toMatchObject({ kind: 'key', absent: false, parts: [{ name: 'ip dst' }, { name: 'port dst' }] })
})

test('IPVS: a rule that asks it is judged by what it knew then', () => {
  const ranges = `  type: LoadBalancer\n  loadBalancerSourceRanges: ['10.244.0.0/16']\nstatus: {loadBalancer: {ingress: [{ip: 203.0.113.20}]}}\n---\n`
  const files = lab('clusterip-cross-node').map((f) => (f.name === 'manifests.yaml' ? { ...f, text: f.text.replace('---\n', ranges) } : f))
  const asked = ask([...files, configured('ipvs')], { from: 'default/client', to: 'http://203.0.113.20/' })
  const shown = around(asked, (e) => e.kind === 'chain-end' && e.chain === 'KUBE-IPVS-OUT-FILTER')
  const rows = shown.visits.flatMap((v) => v.columns.flatMap((c) => c.rows.filter((r): r is RuleRow => r.kind === 'rule')))
  const asks = rows.find((r) => r.parts.some((p) => p.text.startsWith('-m ipvs')))
  expect(asks?.why.map((w) => w.part)).toEqual(['source'])
  expect(asks?.parts.find((p) => p.text.startsWith('--vproto'))?.hit).toBe(true)
})

test('IPVS: no server is said to be there', () => {
  const asked = ask([...lab('no-endpoints'), configured('ipvs')])
  const shown = around(asked, (e) => e.kind === 'drop' && e.reason === 'no-destination')
  expect(said(lookOf(shown, 'servers'))).toEqual([{ code: 'nobody' }])
})

test('userspace: the process shows its listener, its round and the connection that it makes', () => {
  const asked = ask([...lab('clusterip-cross-node'), configured('userspace')], { from: 'default/client', to: 'http://nginx-service/' })
  const shown = around(asked, (e) => e.kind === 'process' && e.what.startsWith('default/nginx-service -> '))
  expect([shown.hook, shown.netns, shown.visits[0]?.kind]).toEqual([undefined, 'node-1', 'process'])
  const [listeners, endpoints] = shown.visits[0]?.columns ?? []
  expect(said(listeners).map((s) => s.code)).toEqual(['removed', 'accepted'])
  expect(elements(listeners).find((e) => e.state === 'matched')?.text).toMatch(/^tcp \d+ default\/nginx-service$/)
  expect(said(endpoints).map((s) => s.code)).toEqual(['turn', 'own-pointer', 'dials'])
  expect(
    elements(endpoints)
      .filter((e) => e.state === 'no')
      .map((e) => e.said),
  ).toEqual([
    { code: 'later-turn', after: expect.any(Number) },
    { code: 'later-turn', after: expect.any(Number) },
  ])
})

const stickyDns: SourceFile = {
  name: 'dns.yaml',
  text: `apiVersion: v1
kind: Service
metadata: {name: kube-dns, namespace: kube-system, labels: {k8s-app: kube-dns}}
spec:
  clusterIP: 10.96.0.10
  selector: {k8s-app: kube-dns}
  sessionAffinity: ClientIP
  ports:
    - {name: dns, port: 53, protocol: UDP, targetPort: 53}
    - {name: dns-tcp, port: 53, protocol: TCP, targetPort: 53}
`,
}
/** A name that the search list makes two questions of. */
const twice = { from: 'default/client', to: 'http://nginx-service.default/' }

test('a client that comes back stays: IPVS by its template, userspace by its list', () => {
  const ipvs = ask([...lab('clusterip-cross-node'), stickyDns, configured('ipvs')], twice)
  const servers = lookOf(
    around(ipvs, (e) => e.kind === 'nat' && e.by === 'ipvs' && e.ipvs?.how === 'persistent'),
    'servers',
  )
  const now = elements(servers).find((e) => e.state === 'matched')?.text ?? ''
  expect(said(servers)[0]).toMatchObject({ code: 'stays', client: '10.244.1.2', seconds: 10800 })
  expect(said(servers)[0]).toMatchObject({ now: now.split(' ')[1] })
  expect(
    elements(servers)
      .filter((e) => e.state === 'no')
      .map((e) => e.said),
  ).toEqual([{ code: 'other-stays' }])
  const userspace = ask([...lab('clusterip-cross-node'), stickyDns, configured('userspace')], twice)
  const choice = (n: number) =>
    lookOf(
      around(userspace, (e) => e.kind === 'process' && e.what.startsWith('kube-system/kube-dns'), n),
      'endpoints',
    )
  expect(said(choice(0)).map((s) => s.code)).toEqual(['turn', 'kept', 'own-pointer', 'dials'])
  expect(said(choice(1)).map((s) => s.code)).toEqual(['stays', 'dials'])
})

test('nftables: a client that comes back is found in the set of its affinity', () => {
  const asked = ask([...lab('clusterip-cross-node'), stickyDns, configured('nftables')], twice)
  const shown = around(asked, (e) => e.kind === 'rule' && e.lookup?.map.startsWith('affinity-') === true)
  const set = shown.visits.flatMap((v) => v.columns).find((c) => c.look?.kind === 'set' && c.chain.startsWith('affinity-'))
  expect(set?.rows[0]).toMatchObject({ kind: 'key', absent: false, parts: [{ name: 'ip saddr', value: '10.244.1.2' }] })
  expect(elements(set).filter((e) => e.state === 'matched').length).toBe(1)
})
