import { expect, test } from 'vitest'
import { explain } from '../../src/explain.ts'
import type { TraceEvent } from '../../src/trace/event.ts'
import { labFiles } from '../learn/labs/list.ts'
import { detailLabel } from './station.ts'

const rules = (files: readonly { name: string; text: string }[]): readonly string[] =>
  (explain({ v: 1, files, seed: 1 }).answer.walk?.journeys ?? []).flatMap((j) => j.events.filter((e) => e.kind === 'rule').map(detailLabel))

test('a rule is named by its own target, not by what the kernel makes of it', () => {
  const all = rules(labFiles('nodeport') ?? [])
  expect(all).toContainEqual(expect.stringMatching(/^KUBE-SEP-\w+ #2 → DNAT$/))
  expect(all).toContainEqual('KUBE-MARK-MASQ #1 → MARK')
  expect(all).toContainEqual('KUBE-POSTROUTING #3 → MASQUERADE')
  expect(all).toContainEqual(expect.stringMatching(/^PREROUTING #\d → KUBE-SERVICES$/))
  expect(all.filter((label) => /KUBE-SEP.*ACCEPT/.test(label))).toEqual([])
})

test('the TTL of IPv6 is called hop limit', () => {
  const ttl = (family: 4 | 6): TraceEvent =>
    ({ kind: 'ttl', left: 63, after: { kind: 'skb', skb: { packet: { headers: [{ kind: 'ip', family }] } } } }) as unknown as TraceEvent
  expect(detailLabel(ttl(6))).toBe('hlim 63')
  expect(detailLabel(ttl(4))).toBe('ttl 63')
})
