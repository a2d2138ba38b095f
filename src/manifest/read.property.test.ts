import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rounds } from '../testing/rounds.ts'
import { readManifests } from './read.ts'

const service = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  ports:\n  - port: 80\n  selector: {app: web}\n'

test('whatever is typed, nothing is thrown and every problem has a place in the text', () => {
  const piece = fc.constantFrom(
    '\n',
    '  ',
    ':',
    '- ',
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    '---\n',
    '&a ',
    '*a',
    '<<: ',
    '|\n',
    '#',
    '\t',
    '\r\n',
    '0',
    'x',
    '!!int ',
    '%',
    ',',
    '? ',
    '...\n',
    '\ufeff',
    '😀',
    '__proto__: ',
  )
  const lab = `${service}---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Namespace, metadata: {name: b}}\n`
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(lab.length), fc.nat(6), piece), { minLength: 1, maxLength: 4 }), (edits) => {
      const text = edits.reduce((t, [at, cut, add]) => t.slice(0, at) + add + t.slice(at + cut), lab)
      const { objects, problems } = readManifests([{ name: 'a.yaml', text }])
      const places = [
        ...problems.flatMap((p) => (p.where ? [p.where] : [])),
        ...objects.flatMap((o) => [o.source.where(''), o.source.where('metadata.name')]),
      ]
      for (const { line, column, offset, end } of places) {
        expect(offset).toBeGreaterThanOrEqual(0)
        expect(end).toBeGreaterThanOrEqual(offset)
        expect(end).toBeLessThanOrEqual(text.length)
        const before = text.slice(text.startsWith('\ufeff') ? 1 : 0, offset).split('\n')
        expect([line, column]).toEqual([before.length, (before.at(-1) as string).length + 1])
      }
      expect(problems.every((p) => p.where)).toBe(true)
    }),
    { numRuns: rounds(1000) },
  )
})
