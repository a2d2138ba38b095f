import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parsePath, pathText } from './path.ts'

test.each([
  ['', []],
  ['spec.ports[0].port', ['spec', 'ports', 0, 'port']],
  ['data["config.conf"].mode', ['data', 'config.conf', 'mode']],
  ['metadata.annotations[service.kubernetes.io/topology-mode]', ['metadata', 'annotations', 'service.kubernetes.io/topology-mode']],
  ['items[3].metadata', ['items', 3, 'metadata']],
  ['a["q\\"x"]', ['a', 'q"x']],
])('%s', (text, path) => {
  expect(parsePath(text)).toEqual(path)
})

test('text and path are one', () => {
  const key = fc.string({ minLength: 1 }).filter((s) => !/[\r\n\u2028\u2029]/.test(s))
  fc.assert(
    fc.property(fc.array(fc.oneof(key, fc.nat(99))), (path) => {
      expect(parsePath(pathText(path))).toEqual(path)
    }),
  )
})
