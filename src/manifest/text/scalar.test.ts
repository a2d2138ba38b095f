import { expect, test } from 'vitest'
import { isPlainText, plainScalar } from './scalar.ts'

test.each([
  ['80', 80],
  ['-1', -1],
  ['0644', 420],
  ['0o17', 15],
  ['0x1F', 31],
  ['1_000', 1000],
  ['0', 0],
  ['1.0', 1],
  ['1e3', 1000],
  ['.5', 0.5],
  ['089', 89],
  ['10.96.0.10', '10.96.0.10'],
  ['10.96', 10.96],
  ['80:80', '80:80'],
  ['2024-01-01', '2024-01-01'],
  ['-', '-'],
  ['.inf', '.inf'],
  ['yes', true],
  ['n', false],
  ['off', false],
  ['nope', 'nope'],
  ['', null],
  ['~', null],
  ['null', null],
  ['web', 'web'],
])('%s', (text, value) => {
  expect(plainScalar(text)).toBe(value)
})

test.each([
  ['iptables', true],
  ['yes', false],
  ['80', false],
  ['a b', false],
  ['', false],
  ['10.0.0.1', false],
])('plain %s: %s', (text, plain) => {
  expect(isPlainText(text)).toBe(plain)
})
