import { expect, test } from 'vitest'
import { en } from './en.ts'
import { type Key, t } from './t.ts'
import { zh } from './zh.ts'

const holes = (text: string): readonly string[] => [...new Set([...text.matchAll(/\{(\w+)/g)].map((m) => m[1] ?? ''))].sort()

test.each(Object.keys(en) as Key[])('%s has the same parameters in both languages, and words in both', (key) => {
  expect(holes(zh[key])).toEqual(holes(en[key]))
  expect(zh[key].trim()).not.toBe('')
  expect(en[key].trim()).not.toBe('')
})

test('one step, two steps', () => {
  expect(t('en', 'probe.counts', { steps: 1, rules: 2, nat: 1 })).toBe('1 step · 2 rules · 1 NAT rewrite')
  expect(t('zh', 'probe.counts', { steps: 1, rules: 2, nat: 1 })).toBe('1 步 · 2 条规则 · 1 次 NAT')
})
