import { expect, test } from 'vitest'
import { closed, program, saids, texts, walk } from '../../../testing/bpf-columns.ts'
import type { ChainRow } from '../shape.ts'

test('connect(): the frontend, a slot drawn, its backend; the call gets another address, and no later packet asks again', () => {
  const visit = program(walk({}), 'cil_sock4_connect')
  const [first, services, backends, wire] = texts(visit)
  expect(first).toBe('cil_sock4_connect | call | asks | believes')
  expect(services).toMatch(
    /^cilium_lb4_services_v2 \| 1\) 10\.96\.10\.10:80\/tcp slot 0 \| \*slot 0 → count 3, rev_nat_index \d+ \| front \| random \| 2\) 10\.96\.10\.10:80\/tcp slot (\d) \|(?: \*?| {2})slot 0 .*\*slot \1 → backend_id \d+/,
  )
  expect(backends).toMatch(/3\) (\d+) .*\*\1 → 10\.244\.2\.\d:8080 .*noted$/)
  expect(wire).toMatch(/^ \| sockaddr \| IP 10\.244\.1\.2\.40001 > 10\.244\.2\.\d\.8080: Flags \[S\] \| hooks$/)
  const random = saids(visit).find((s) => s.is === 'random')
  expect(random).toMatchObject({ of: 3 })
  expect(visit.bpf?.cost).toEqual({ lookups: 3, updates: 1, later: { of: 'services', lookups: 0 } })
  expect(saids(visit).find((s) => s.is === 'hooks')).toMatchObject({ ran: [], why: 'past' })
  expect(visit.bpf?.places.map((p) => `${p.state} ${p.name}`).slice(0, 5)).toEqual([
    'here connect() · cgroup',
    'after lxc… · tc ingress',
    'past PREROUTING',
    'past FORWARD',
    'past POSTROUTING',
  ])
})

test('an entry leads to the object that it was written for: slot 0 to the Service, a backend to its Pod', () => {
  const visit = program(walk({}), 'cil_sock4_connect')
  const objects = (row: ChainRow | undefined): readonly string[] => {
    const found: string[] = []
    const todo = row?.kind === 'element' && row.because !== undefined ? [row.because] : []
    for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
      const cause = visit.causes[id]
      if (cause?.what.kind === 'manifest') found.push(cause.what.object)
      todo.push(...(cause?.from ?? []))
    }
    return found
  }
  const hits = visit.columns.map((c) => c.rows.find((r) => r.kind === 'element' && r.state === 'matched'))
  expect(objects(hits[1])).toContain('Service default/web')
  expect(objects(hits[2])).toContainEqual(expect.stringMatching(/^Pod default\/web-\d$/))
})

test('a policy map without an entry: both keys in vain, every candidate with the reason, and the policy that denies the rest', () => {
  const visit = program(walk({ to: 'http://10.244.2.2:8080/', more: [closed] }), 'cil_from_overlay')
  const last = texts(visit).slice(-2)
  expect(last[0]).toMatch(
    /^cilium_policy_\d{5} \| \d\) identity \d+ ingress 8080\/tcp \? \| .*identity 1 ingress any → allow .*9090\/tcp → allow/,
  )
  expect(last[0]).toMatch(/\) identity any ingress 8080\/tcp \?/)
  expect(last[1]).toBe(' | denied')
  const misses = visit.columns
    .at(-2)
    ?.rows.flatMap((r) => (r.kind === 'element' && r.said?.code === 'bpf' && r.said.bpf.is === 'miss' ? [r.said.bpf.why] : []))
  expect(misses).toEqual(['identity', 'port'])
  expect(saids(visit).find((s) => s.is === 'denied')).toEqual({ is: 'denied', way: 'ingress', policies: ['NetworkPolicy default/closed'] })
})
