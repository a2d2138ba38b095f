import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { splitDocuments } from './split.ts'

const texts = (text: string): readonly string[] => splitDocuments(text).map((c) => c.text)

describe('splitDocuments', () => {
  test.each([
    ['one document', 'a: 1\n', ['a: 1\n']],
    ['two', 'a: 1\n---\nb: 2\n', ['a: 1\n', '---\nb: 2\n']],
    ['leading marker, comment before', '# hello\n---\na: 1\n', ['---\na: 1\n']],
    ['comment only', '# x\n---\n# y\n---\n\n', []],
    ['marker inside a block scalar ends it', 'a: |\n  x\n---\nb: 1\n', ['a: |\n  x\n', '---\nb: 1\n']],
    ['indented dashes are content', 'a: |\n  ---\n  x\n', ['a: |\n  ---\n  x\n']],
    ['---x and ----- are content', 'a: 1\n---x\n-----\n', ['a: 1\n---x\n-----\n']],
    ['content on the marker line', '--- a\n--- {b: 1}\n', ['--- a\n', '--- {b: 1}\n']],
    ['dots', 'a: 1\n...\n# c\nb: 1\n...\n', ['a: 1\n...\n', '# c\nb: 1\n...\n']],
    ['directive', 'a: 1\n...\n%YAML 1.2\n---\nb: 1\n', ['a: 1\n...\n', '%YAML 1.2\n---\nb: 1\n']],
    ['windows line ends', 'a: 1\r\n---\r\nb: 2\r\n', ['a: 1\r\n', '---\r\nb: 2\r\n']],
    ['byte order mark', '\ufeffa: 1\n', ['a: 1\n']],
    ['no last line end', '---\na: 1\n---', ['---\na: 1\n']],
  ])('%s', (_, text, want) => {
    expect(texts(text)).toEqual(want)
  })

  test('offset and line point into the file', () => {
    const file = '\ufeff# c\n---\r\na: 1\n---\nb: 2\n'
    for (const chunk of splitDocuments(file)) {
      expect(file.slice(chunk.offset, chunk.offset + chunk.text.length)).toBe(chunk.text)
      expect(file.slice(0, chunk.offset).split('\n').length - 1).toBe(chunk.line)
    }
  })

  test('gives the documents that the YAML library finds', () => {
    const line = fc.constantFrom('---', '...', 'a: 1', '# c', '', '  - x', 'b: |', '  ---', '--- |', "c: 'q'", '--- # c')
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const text = lines.join('\n')
        const whole = parseAllDocuments(text, { uniqueKeys: false })
        if (!Array.isArray(whole) || whole.some((d) => d.errors.length > 0)) return
        const found = whole.map((d) => JSON.stringify(d.toJS())).filter((json) => json !== 'null')
        const ours = splitDocuments(text).flatMap((c) =>
          parseAllDocuments(c.text, { uniqueKeys: false }).map((d) => JSON.stringify(d.toJS())),
        )
        expect(ours.filter((json) => json !== 'null')).toEqual(found)
      }),
      { numRuns: 500 },
    )
  })
})
