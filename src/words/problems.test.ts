import { describe, expect, test } from 'vitest'
import type { Problem } from '../trace/problem.ts'
import { ingressProblems } from './problems/ingress.ts'
import { learnProblems, printProblem, problemCodes, sayProblem, sentenceOf } from './problems.ts'

const holes = (text: string): readonly string[] => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1] as string))].sort()

learnProblems(ingressProblems)

describe('every sentence', () => {
  test.each([...problemCodes, ...Object.keys(ingressProblems)])('%s exists in both languages with the same parameters', (code) => {
    const sentence = sentenceOf(code)
    expect(sentence?.en).toBeTruthy()
    expect(holes(sentence?.zh ?? '')).toEqual(holes(sentence?.en ?? ''))
    // Only what a real program prints is the same in both.
    expect(sentence?.zh === sentence?.en).toBe(code === 'api')
  })
})

const where = { file: 'a.yaml', line: 3, column: 7, offset: 20, end: 22, field: 'spec.ports[0].port' }
const problem = (more: Partial<Problem>): Problem => ({ code: 'api', params: { text: 'Required value' }, severity: 'error', ...more })

test.each<[Problem, 'en' | 'zh-CN', string]>([
  [problem({ where }), 'en', 'a.yaml:3:7: error: spec.ports[0].port: Required value'],
  [problem({ where }), 'zh-CN', 'a.yaml:3:7: error: spec.ports[0].port: Required value'],
  [problem({ where: { ...where, field: '' } }), 'en', 'a.yaml:3:7: error: Required value'],
  [problem({}), 'en', 'error: Required value'],
  [
    problem({ code: 'unknown-field', params: { field: 'spec.x' }, severity: 'warning', where }),
    'en',
    'a.yaml:3:7: warning: spec.ports[0].port: unknown field "spec.x"',
  ],
  [problem({ code: 'yaml', params: { text: 'Boom {x}' } }), 'zh-CN', 'error: 不是合法的 YAML：Boom {x}'],
  // a list of names stands in a Chinese sentence as Chinese lists do
  [
    problem({ code: 'cni-unknown', params: { name: 'x', names: 'flannel, calico' } }),
    'zh-CN',
    'error: x 不是已知的 CNI；已知的有：flannel、calico',
  ],
])('%#', (p, lang, line) => {
  expect(printProblem(p, lang)).toBe(line)
})

test('a code without a sentence still says something', () => {
  expect(sayProblem(problem({ code: 'no-such-code', params: { a: 1 } }), 'en')).toBe('no-such-code a=1')
})

test('what a text from outside could do to the line around it is seen instead', () => {
  const found = { code: 'unknown-field', params: { field: 'a\u202eb\u001b[31m' }, severity: 'warning' } as const
  expect(sayProblem(found, 'en')).toContain('a[U+202E]b[U+001B][31m')
  expect(sayProblem(found, 'zh-CN')).toContain('a[U+202E]b[U+001B][31m')
})
