import { describe, expect, test } from 'vitest'
import { MAX_ALIASED_NODES, parseText } from './parse.ts'

const HEAD = 'kind: Service\nspec:\n  ports:\n  - port: 80\n'

describe('what is wrong, and where', () => {
  // Each row: what the finding points at in the text.
  test.each([
    ['tab', `${HEAD}\ttype: x\n`, 'yaml-tab', '\t'],
    ['tab before a list item', 'a:\n\t- b\n', 'yaml-tab', '\t'],
    ['open double quote', `${HEAD}  type: "ClusterIP\n  x: y\n`, 'yaml-quote', '"ClusterIP'],
    ['open single quote', `${HEAD}  type: 'ClusterIP\n`, 'yaml-quote', "'ClusterIP"],
    ['open brace', `${HEAD}  selector: {app: web\n`, 'yaml-bracket', '{'],
    ['open bracket inside a brace', `${HEAD}  selector: {app: [web\n  x: y\n`, 'yaml-bracket', '['],
    ['too little indentation', `${HEAD} type: x\n`, 'yaml-indent', 't'],
    ['too much indentation', `${HEAD}   type: x\n`, 'yaml-indent', 't'],
    ['list under a value', 'a:\n  b: c\n  - d\n', 'yaml-indent', '-'],
    ['two colons', 'a: b: c\n', 'yaml-two-colons', 'b: c'],
    ['no blank after the colon', 'kind:Service\nmetadata:\n  name: x\n', 'yaml-no-colon', 'kind:Service'],
    ['no colon', 'spec:\n  ports\n  - port: 80\n', 'yaml-no-colon', 'ports'],
    ['reserved', 'a: @x\n', 'yaml-reserved', '@'],
    ['helm block', `{{- if .Values.x }}\n${HEAD}{{- end }}\n`, 'yaml-template', '{{'],
    ['helm value', 'a: {{ .Values.x }}\n', 'yaml-template', '{ .Values.x }'],
    ['duplicate key', 'a: 1\nb: 2\na: 3\n', 'yaml-duplicate-key', 'a'],
    ['key that is a map', '? {a: b}\n: c\n', 'yaml-key-type', '{a: b}'],
    ['NUL', 'kind: Pod\u0000\n', 'yaml-control', '\u0000'],
    ['a terminal sequence', 'kind: \u001b[31mPod\n', 'yaml-control', '\u001b'],
    ['key that is a list', '[a, b]: c\n', 'yaml-key-type', '[a, b]'],
    ['alias without anchor', 'a: *b\n', 'yaml-alias', '*b'],
    ['alias of itself', 'a: &a [*a]\n', 'yaml-alias', '*a'],
    ['other mistakes', '{"a": 1 "b": 2}', 'yaml', '1 "b": 2'],
  ])('%s', (_, text, code, at) => {
    const { json, findings } = parseText(text)
    expect(json).toBeUndefined()
    expect(findings[0]?.code).toBe(code)
    expect(findings[0]?.severity).toBe('error')
    expect(text.slice(...(findings[0]?.range ?? [0, 0]))).toBe(at)
  })

  test('a duplicate key points at the second one and names its path', () => {
    const text = 'spec:\n  ports: []\n  ports: [1]\n'
    const [finding] = parseText(text).findings
    expect(finding).toMatchObject({ code: 'yaml-duplicate-key', params: { key: 'ports' }, field: 'spec.ports' })
    expect(finding?.range[0]).toBe(text.lastIndexOf('ports'))
  })
})

test('merges that explode are told once', () => {
  const text = `a: &a {x: 1}\n${[...'bcdefghij'].map((c, i) => `${c}: &${c} {<<: [${Array(9).fill(`*${'abcdefghij'[i]}`).join()}]}\n`).join('')}`
  expect(parseText(text).findings.map((f) => f.code)).toEqual(['yaml-aliases'])
})

describe('values', () => {
  test.each([
    ['scalars', 'a: 1\nb: "1"\nc: yes\nd:\ne: ~\nf: 10.96.0.1\n', { a: 1, b: '1', c: true, d: null, e: null, f: '10.96.0.1' }],
    ['keys are texts', '80: a\ntrue: b\n', { '80': 'a', true: 'b' }],
    ['block scalars', 'a: |\n  x\n  y\nb: >-\n  x\n  y\n', { a: 'x\ny\n', b: 'x y' }],
    ['windows line ends', 'a: 1\r\nb:\r\n- x\r\n', { a: 1, b: ['x'] }],
    ['explicit tags', 'a: !!str 80\nb: !!int "80"\n', { a: '80', b: '80' }],
    ['anchors', 'a: &x {b: 1}\nc: *x\n', { a: { b: 1 }, c: { b: 1 } }],
    [
      'merge: own keys win, the first map wins',
      'a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], x: 3}\n',
      {
        a: { x: 1, y: 1 },
        b: { y: 2, z: 2 },
        c: { x: 3, y: 1, z: 2 },
      },
    ],
    ['quoted << is a key', '"<<": 1\n', { '<<': 1 }],
    ['JSON', '{"a": [1, "x", null, true], "b": {}}', { a: [1, 'x', null, true], b: {} }],
    ['marker and directive', '%YAML 1.2\n--- \na: 1\n...\n', { a: 1 }],
  ])('%s', (_, text, json) => {
    expect(parseText(text).findings).toEqual([])
    expect(parseText(text).json).toEqual(json)
  })

  test('__proto__ is a key like any other', () => {
    const json = parseText('__proto__: {a: 1}\n').json as object
    expect(Object.keys(json)).toEqual(['__proto__'])
    expect(({} as { a?: number }).a).toBeUndefined()
  })

  test('an unknown tag is a warning', () => {
    expect(parseText('a: !Ref x\n')).toMatchObject({ json: { a: 'x' }, findings: [{ code: 'yaml', severity: 'warning' }] })
  })
})

describe('limits', () => {
  const laughs = (levels: number): string => {
    const lines = ['l0: &l0 [x, x, x, x, x, x, x, x, x]']
    for (let i = 1; i <= levels; i++) lines.push(`l${i}: &l${i} [${new Array(9).fill(`*l${i - 1}`).join(', ')}]`)
    return `${lines.join('\n')}\n`
  }

  test('a billion laughs are refused at the alias that is too many', () => {
    const text = laughs(12)
    const { json, findings } = parseText(text)
    expect(json).toBeUndefined()
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({ code: 'yaml-aliases', params: { limit: MAX_ALIASED_NODES } })
    expect(text.slice(...(findings[0]?.range ?? [0, 0]))).toMatch(/^\*l\d$/)
  })

  test('merged maps count too', () => {
    const many = Array.from({ length: 400 }, (_, i) => `k${i}: ${i}`).join(', ')
    const uses = Array.from({ length: 400 }, (_, i) => `u${i}: {<<: *m}`).join('\n')
    expect(parseText(`m: &m {${many}}\n${uses}\n`).findings[0]?.code).toBe('yaml-aliases')
  })

  test('honest aliases pass', () => {
    expect(parseText(laughs(2)).findings).toEqual([])
  })

  test.each([
    ['flow', '['.repeat(20_000)],
    ['block', `${'- '.repeat(500)}a`],
    ['indented', Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['more than the stack holds', '- '.repeat(50_000)],
  ])('nested too deep: %s', (_, text) => {
    const { json, findings } = parseText(text)
    expect(json).toBeUndefined()
    expect(findings[0]?.code).toBe('yaml-depth')
  })
})
