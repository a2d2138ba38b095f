import { expect, test } from 'vitest'
import { joined } from './files.ts'

test('files join a lab under names of their own', () => {
  const have = [{ name: 'a.yaml', text: '1' }]
  const more = [
    { name: 'a.yaml', text: '2' },
    { name: 'a.yaml', text: '3' },
    { name: 'b', text: '4' },
  ]
  expect(joined(have, more).map(({ name, text }) => `${name} ${text}`)).toEqual(['a.yaml 1', 'a-2.yaml 2', 'a-3.yaml 3', 'b 4'])
})
