import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { expect, test } from 'vitest'
import { freshNameHash, nameHash } from './hash.ts'
import { sha256Words } from './sha256.ts'

const hex = (text: string): string => [...sha256Words(text)].map((n) => (n >>> 0).toString(16).padStart(8, '0')).join('')

test('SHA-256 of every length around the edges of a block, as another implementation has it', () => {
  for (let n = 0; n < 300; n++) {
    const text = Array.from({ length: n }, (_, i) => String.fromCharCode((i * 37 + n) % 128)).join('')
    expect(hex(text)).toBe(bytesToHex(sha256(utf8ToBytes(text))))
  }
  expect(() => sha256Words('ü')).toThrow('not ASCII')
})

test.each([
  ['ns1/svc1:p80tcp', 'XPGD46QRK7WJZT7O'],
  ['ns1/svc1tcp', 'AQI2S6QIMU7PVVRP'],
  ['default/kubernetes:httpstcp', 'NPX46M4PTMTKRN6Y'],
  ['kube-system/kube-dns:dnsudp', 'TCOU7JCQXEZGVUNU'],
  ['ns1/svc1:p80tcp10.180.0.1:80', 'SXIVWICOYRO3J4NJ'],
])('%s', (text, hash) => {
  expect(freshNameHash(text)).toBe(hash)
  expect(nameHash(text)).toBe(nameHash(text))
})
