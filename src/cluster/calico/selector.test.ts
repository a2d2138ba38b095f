import { expect, test } from 'vitest'
import { readSelector } from './selector.ts'

const LABELS = { rack: 'r1', role: 'worker', 'kubernetes.io/hostname': 'node1' }

test.each([
  ['', true],
  ['all()', true],
  ['!all()', false],
  ["rack == 'r1'", true],
  ['rack=="r2"', false],
  ["rack != 'r2'", true],
  ["zone != 'z'", true],
  ['has(rack)', true],
  ['!has( rack )', false],
  ["rack == 'r1' && role == 'master'", false],
  ["rack == 'r1' || role == 'master'", true],
  ["rack == 'r2' || rack == 'r1' && role == 'worker'", true],
  ["(rack == 'r2' || rack == 'r1') && role == 'master'", false],
  ["!(rack == 'r2')", true],
  ["kubernetes.io/hostname in {'node1', 'node2'}", true],
  ["kubernetes.io/hostname not in {'node1'}", false],
  ["zone in {'z'}", false],
  ["zone not in {'z'}", true],
  ["role contains 'ork'", true],
  ["role starts with 'work'", true],
  ["role ends with 'work'", false],
])('%s', (selector, wanted) => {
  expect(readSelector(selector)?.(LABELS)).toBe(wanted)
})

test.each(['rack', 'rack ==', "rack = 'r1'", "rack == 'r1' &&", '(all()', "rack in ['r1']", 'has(rack', "rack == 'r1' 'r2'", '&&'])(
  'cannot be read: %s',
  (selector) => {
    expect(readSelector(selector)).toBeUndefined()
  },
)
