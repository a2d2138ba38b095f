import { expect, test } from 'vitest'
import { fieldName } from '../manifest/complete/field-name.ts'
import { fieldsOf, isUsed, type Meaning, meaningUnder, typeWord, wholeOf } from '../manifest/complete/meaning.ts'
import { allReaders } from '../manifest/kinds/list.ts'
import { fieldNames, sayField } from './fields.ts'

/** Every field that our own tables read, under the name that words have for it. */
function ownFields(): ReadonlySet<string> {
  const names = new Set<string>()
  const walk = (meaning: Meaning): void => {
    for (const { meaning: field } of fieldsOf(meaning)) {
      if (isUsed(field)) names.add(fieldName(field.kind, field.path))
      let inner: Meaning | undefined = field
      while (inner && typeWord(inner) === 'list') inner = meaningUnder(inner, 0)
      if (inner && typeWord(inner) === 'object') walk(inner)
    }
  }
  for (const { kind } of allReaders()) walk(wholeOf({ kind, apiVersion: '' }, undefined))
  return names
}

/** Parts of references, of Endpoints (which speak as EndpointSlices do), and of older forms: their names say it. */
const plain =
  /\.targetRef\.|^Endpoints\.subsets\.\w+\.|forZones\.name$|deprecatedTopology|appProtocol$|podIPs\.ip$|conditions\.(type|status)$|matchExpressions\.|^Lab\.spec\.v$/

test('every field that the engine reads has a sentence, and every sentence a field', () => {
  const own = ownFields()
  expect([...own].filter((name) => !plain.test(name) && !fieldNames.includes(name))).toEqual([])
  expect(fieldNames.filter((name) => !own.has(name))).toEqual([])
  expect(fieldNames.length).toBeGreaterThan(150)
})

test.each(fieldNames)('%s is short, and told in both languages', (name) => {
  const [en, zh] = [sayField(name, 'en') ?? '', sayField(name, 'zh-CN') ?? '']
  expect(en.length).toBeLessThan(180)
  expect(zh.length).toBeLessThan(100)
  expect(en).toMatch(/[.…]$/)
  expect(zh).toMatch(/[\u4e00-\u9fff].*。$/)
})
