import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isMap, isScalar, isSeq, parseDocument } from 'yaml'
import { completeAt, documentAt } from '../complete.ts'
import { pathText } from '../text/path.ts'
import { splitDocuments } from '../text/split.ts'
import { outlineOf, pathTo } from './outline.ts'

const labs = 'app/learn/labs'
const texts = readdirSync(labs, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => [name, readFileSync(join(labs, name), 'utf8')] as const)

/** Every key of a tree in block style, with the offset at which it begins. */
function keysOf(node: unknown, path: readonly (string | number)[], out: string[]): void {
  if (isSeq(node) && !node.flow) for (const [i, item] of node.items.entries()) keysOf(item, [...path, i], out)
  if (isMap(node) && !node.flow)
    for (const { key, value } of node.items) {
      const under = [...path, isScalar(key) ? String(key.value) : '']
      if (isScalar(key)) out.push(`${key.range?.[0]} ${pathText(under)}`)
      keysOf(value, under, out)
    }
}

const shapes = `a: 1
"b c": {x: [1, 2], y: z}
list:
- one: 1
  two:
  - - deep
    - deeper: x # comment
    -
      alone: 1
- key: |
    text: not a key
      - nor: this

  after: 2
- "quoted: not a key"
- http://not/a:key
flow: {
  over: lines,
  more: [1,
    2]
}
'd''e': >-
  folded
  text
url: http://a:80/#b
last: "# no comment" # comment
`

test.each([...texts, ['shapes', shapes] as const])('%s: lines say what the tree says', (_, text) => {
  for (const chunk of splitDocuments(text)) {
    const expected: string[] = []
    keysOf(parseDocument(chunk.text, { schema: 'failsafe', uniqueKeys: false }).contents, [], expected)
    const outline = outlineOf(chunk.text)
    const found = outline.entries.flatMap((e, i) => (e.key === undefined ? [] : [`${e.from} ${pathText(pathTo(outline, i))}`]))
    expect(found.sort()).toEqual(expected.map((line) => line.replace("d'e", "d''e")).sort())
  }
})

test('nothing that somebody may type makes it fail, and what is replaced is around the cursor', () => {
  const pieces = fc.constantFrom(
    'a',
    'kind: ',
    'spec:',
    '\n',
    '  ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    ': ',
    '#',
    '|',
    '>',
    '---\n',
    '\t',
    'é',
    '&x ',
    '*x',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), fc.nat(), (words, n) => {
      const text = words.join('')
      const offset = n % (text.length + 1)
      const done = completeAt(text, offset)
      if (done) expect(done.from <= offset && offset <= done.to).toBe(true)
      const document = documentAt(text, offset)
      expect(text.slice(document.from, document.from + document.text.length)).toBe(document.text)
    }),
    { numRuns: 400 },
  )
})
