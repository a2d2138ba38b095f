import { expect, test } from 'vitest'
import { events, program, saids, walk } from '../../../testing/bpf-columns.ts'
import { view } from '../../../view.ts'

test('Maglev: the place of the flow, and what moves when its backend leaves; DSR tells the asked address in an option', () => {
  const native = ['routing-mode: native', 'auto-direct-node-routes: "true"', 'ipv4-native-routing-cidr: 10.244.0.0/16']
  const maglev = ['bpf-lb-mode: dsr', 'bpf-lb-algorithm: maglev', 'bpf-lb-maglev-table-size: "251"']
  const bpf = ['kube-proxy-replacement: "true"', 'enable-bpf-masquerade: "true"']
  const walked = walk({ from: 'host/outside', to: 'http://192.168.10.11:31080/', config: [...native, ...bpf, ...maglev] })
  const visit = program(walked, 'cil_from_netdev')
  const said = saids(visit).find((s) => s.is === 'maglev')
  if (said?.is !== 'maglev') throw new Error('no table')
  expect(said.shares.reduce((n, s) => n + s.places, 0)).toBe(251)
  const own = said.shares.find((s) => s.name === said.now)?.places ?? 0
  expect(said.leaves).toMatchObject({ own, others: 251 - own })
  expect(said.leaves?.moved).toBeLessThan(25)
  expect(saids(visit).find((s) => s.is === 'option')).toEqual({ is: 'option', address: '192.168.10.11:31080' })
  // the table's other places come when they are asked for, each with its backend
  const column = visit.columns.find((c) => c.chain === 'cilium_lb4_maglev')
  const fold = column?.rows.find((r) => r.kind === 'fold')
  if (fold?.kind !== 'fold') throw new Error('no fold')
  const rows = view(walked.world, { kind: 'rows', journey: 0, seq: fold.seq, from: fold.from, count: 3, look: 0 }, walked)
  expect(rows.kind === 'rows' && rows.rows.map((r) => r.kind === 'element' && r.text.replace(/\d+$/, 'N'))).toEqual(
    [0, 1, 2].map((i) => expect.stringContaining(`place ${fold.from + i} → backend_id`)),
  )
})

test('the answer of a node port by SNAT: two addresses come back, from what the programs noted in this walk', () => {
  const config = ['kube-proxy-replacement: "true"', 'enable-bpf-masquerade: "true"']
  const visit = program(walk({ from: 'host/outside', to: 'http://192.168.10.11:31080/', config }), 'cil_from_overlay', 1)
  expect(visit.columns.map((c) => c.chain)).toEqual([
    'cil_from_overlay',
    'cilium_snat_v4_external',
    'cilium_ct4_global',
    'cilium_lb4_reverse_nat',
    '',
  ])
  expect(saids(visit).filter((s) => s.is === 'packet')).toMatchObject([
    { side: 'dst', undo: true, to: '192.168.10.100:40001' },
    { side: 'src', undo: true, to: '192.168.10.11:31080' },
  ])
  expect(saids(visit).find((s) => s.is === 'packet' && s.side === 'src')).toMatchObject({
    from: expect.stringMatching(/^10\.244\.2\.\d:8080$/),
  })
  const by = visit.columns[1]?.rows.find((r) => r.kind === 'element' && r.state === 'matched')
  expect(by).toMatchObject({ said: { code: 'bpf', bpf: { is: 'by', program: 'cil_from_netdev' } } })
})

test('beside kube-proxy the Pod’s packet is translated at its device, and the hooks of the node have columns of rules as ever', () => {
  const walked = walk({ proxy: 'iptables' })
  const visit = program(walked, 'cil_from_container')
  expect(saids(visit).find((s) => s.is === 'packet')).toMatchObject({ side: 'dst', from: '10.96.10.10:80', undo: false })
  expect(saids(visit).find((s) => s.is === 'tunnel')).toMatchObject({ remote: '192.168.10.12' })
  const hook = events(walked.answer).find((e) => e.kind === 'hook' && e.at.netns === 'node-1')
  const shown = view(walked.world, { kind: 'columns', journey: 0, seq: hook?.seq ?? -1 }, walked)
  expect(shown.kind === 'columns' && shown.visits.map((v) => v.kind)).toContain('iptables')
})

test('UDP: each datagram is translated in sendmsg(), and recvmsg() shows the address that was asked', () => {
  // musl sends from a socket that is not connected
  const musl = `
apiVersion: v1
kind: Pod
metadata: {name: musl}
spec: {nodeName: node-1, containers: [{name: main, image: alpine}]}
`
  const walked = walk({ from: 'default/musl', to: 'http://web.default.svc.cluster.local/', more: [musl] })
  const journeys = walked.answer.walk?.journeys ?? []
  const asked = journeys.findIndex((j) => j.events.some((e) => e.kind === 'bpf' && e.program === 'cil_sock4_sendmsg'))
  const answered = journeys.findIndex((j) => j.events.some((e) => e.kind === 'bpf' && e.program === 'cil_sock4_recvmsg'))
  expect(saids(program(walked, 'cil_sock4_sendmsg', asked)).find((s) => s.is === 'sockaddr')).toMatchObject({ from: '10.96.0.10:53' })
  const back = program(walked, 'cil_sock4_recvmsg', answered)
  expect(back.columns.map((c) => c.chain)).toEqual(['cil_sock4_recvmsg', 'cilium_lb4_reverse_sk', ''])
  expect(saids(back).find((s) => s.is === 'sockaddr')).toMatchObject({ call: 'recvmsg', to: '10.96.0.10:53' })
})
