import { expect, test } from 'vitest'
import { scoreOf } from './find.ts'
import { placesIn } from './places.ts'

test('every word has to be there, the beginning of the title counts most', () => {
  expect(scoreOf('dnat', 'Step 8: DNAT · PREROUTING', 'node-1')).toBeGreaterThan(scoreOf('dnat', 'Step 9: unDNAT', ''))
  expect(scoreOf('node-1 dnat', 'Step 8: DNAT · PREROUTING', 'node-1')).toBeGreaterThan(0)
  expect(scoreOf('dnat node-2', 'Step 8: DNAT · PREROUTING', 'node-1')).toBe(0)
  expect(scoreOf('', 'anything', '')).toBe(1)
  expect(scoreOf('share', 'Share this step…', '')).toBeGreaterThan(scoreOf('share', 'do share', ''))
})

test('objects are found by their lines, also in a text with errors', () => {
  const text =
    'apiVersion: v1\nkind: Service\nmetadata:\n  # a word\n  name: web\n---\nkind: Pod\nmetadata: {labels: {name: x}, name: y}\nspec: [\n---\n# nothing\n'
  const found = placesIn([{ name: 'a.yaml', text }])
  expect(found.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['Service web', 'Pod x'])
  expect(found.map(({ offset }) => text.slice(offset, offset + 8))).toEqual(['kind: Se', 'kind: Po'])
})
