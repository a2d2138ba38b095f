import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatText } from './format.ts'
import { readManifests } from './read.ts'

test.each<[string, string, string]>([
  ['indentation', 'a:\n    b: 1\n    c:\n        - x\n', 'a:\n  b: 1\n  c:\n    - x\n'],
  ['lists stay in the column of their key', 'a:\n- x:   1\n  y: 2\nb:\n- z\n', 'a:\n- x: 1\n  y: 2\nb:\n- z\n'],
  [
    'comments',
    '# head\na: 1   # why\n\n\n# before b\nb:\n    # inside\n    c: 2\n# end\n',
    '# head\na: 1 # why\n\n# before b\nb:\n  # inside\n  c: 2\n# end\n',
  ],
  [
    'quotes and odd scalars',
    `a: "8080"\nb: '1'\nc: 0644\nd: yes\ne: 1.0\nf: ~\ng: null\n`,
    `a: "8080"\nb: '1'\nc: 0644\nd: yes\ne: 1.0\nf: ~\ng: null\n`,
  ],
  ['a key without a value', 'a:\nb: 1\n', 'a:\nb: 1\n'],
  ['block texts', 'a: |\n    x  \n      y\n\n    z\nb: >-\n  long\n  text\n', 'a: |\n  x  \n    y\n\n  z\nb: >-\n  long\n  text\n'],
  ['brackets', 'a: {b:  1,c: [1,2]}\n', 'a: {b: 1, c: [1, 2]}\n'],
  ['documents', 'a:   1\n---\nb:   2\n---\n# nothing\n---\nc:   3', 'a: 1\n---\nb: 2\n---\n# nothing\n---\nc: 3\n'],
  ['anchors', 'a: &x {b: 1}\nc: *x\n', 'a: &x {b: 1}\nc: *x\n'],
  ['an error leaves its document alone', 'a:   1\n---\nb: [\n---\nc:   3\n', 'a: 1\n---\nb: [\n---\nc: 3\n'],
  ['no line end', 'a:   1', 'a: 1\n'],
  ['CRLF', 'a:   1\r\nb: 2\r\n', 'a: 1\r\nb: 2\r\n'],
  ['nothing', '', ''],
])('%s', (_, text, expected) => {
  expect(formatText(text)).toBe(expected)
  expect(formatText(expected)).toBe(expected)
})

const labs = 'app/learn/labs'
test.each(readdirSync(labs, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml')))(
  '%s says the same, and is stable',
  (name) => {
    const text = readFileSync(join(labs, name), 'utf8')
    const once = formatText(text)
    expect(formatText(once)).toBe(once)
    const objects = (t: string) => readManifests([{ name, text: t }]).objects.map((o) => o.raw)
    expect(objects(once)).toEqual(objects(text))
    expect(once.match(/#.*/g)).toEqual(text.match(/#.*/g))
  },
)

test('the labs of the gallery are formatted already', () => {
  for (const name of readdirSync(labs, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('.yaml'))) {
    const text = readFileSync(join(labs, name), 'utf8')
    expect(formatText(text), name).toBe(text)
  }
})
