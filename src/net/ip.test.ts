import fc from 'fast-check'
import oracle from 'ipaddr.js'
import { describe, expect, test } from 'vitest'
import { cidr, inCidr, lastOf, maskedCidr, networkOf, nthOf, overlaps, parseCidr } from './cidr.ts'
import { addToIp, compareIp, familyOf, fromBigInt, ip, parseIp, toBigInt } from './ip.ts'

const v4 = fc.nat(0xffffffff).map((n) => fromBigInt(BigInt(n), 4))
const v6 = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((n) => fromBigInt(n, 6))
const sparse = fc.array(fc.constantFrom(0, 0, 0, 1, 0xabcd), { minLength: 8, maxLength: 8 }).map((g) =>
  fromBigInt(
    g.reduce((n, x) => (n << 16n) | BigInt(x), 0n),
    6,
  ),
)

describe('addresses', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    ['FD00:0:0::1', 'fd00::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::ffff:10.0.0.1', '::ffff:a00:1'],
  ])('%s is written %s', (text, canonical) => expect(parseIp(text)).toBe(canonical))

  test.each([
    '10.0.0',
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.1/24',
    'fd00:::1',
    'fd00::1::2',
    '1:2:3:4:5:6:7:8:9',
    'fe80::1%eth0',
    '',
    'web',
    '::10.0.0.1.2',
  ])('%s is none', (text) => expect(parseIp(text)).toBeUndefined())

  test('text and number lead back to each other', () => {
    fc.assert(
      fc.property(fc.oneof(v4, v6, sparse), (a) => {
        expect(fromBigInt(toBigInt(a), familyOf(a))).toBe(a)
      }),
    )
  })

  test('another reader reads our text as the same address', () => {
    fc.assert(
      fc.property(fc.oneof(v4, v6, sparse), (a) => {
        expect(parseIp(oracle.parse(a).toString())).toBe(a)
      }),
    )
  })

  test('order is by value, and adding moves along it', () => {
    expect(compareIp(ip('10.0.0.9'), ip('10.0.0.10'))).toBe(-1)
    expect(addToIp(ip('10.0.0.255'), 1)).toBe('10.0.1.0')
    expect(addToIp(ip('fd00::ffff'), 1)).toBe('fd00::1:0')
  })
})

describe('nets', () => {
  test('whether an address lies in a net, as another reader sees it', () => {
    const net = fc.tuple(fc.oneof(v4, v6), fc.nat(128)).map(([a, n]) => cidr(`${a}/${familyOf(a) === 4 ? n % 33 : n}`))
    fc.assert(
      fc.property(fc.oneof(v4, v6), net, (a, n) => {
        const [base, length] = oracle.parseCIDR(n)
        const address = oracle.parse(a)
        const expected = address.kind() === base.kind() && address.match(base as never, length)
        expect(inCidr(a, n)).toBe(expected)
        expect(inCidr(networkOf(n), n)).toBe(true)
        expect(inCidr(lastOf(n), n)).toBe(true)
      }),
    )
  })

  test.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/024', 'fd00::/129', '/24'])('%s is none', (text) =>
    expect(parseCidr(text)).toBeUndefined(),
  )

  test('host bits stay until they are masked', () => {
    expect(cidr('10.244.1.1/24')).toBe('10.244.1.1/24')
    expect(maskedCidr(cidr('10.244.1.1/24'))).toBe('10.244.1.0/24')
    expect(nthOf(cidr('10.96.0.0/12'), 10)).toBe('10.96.0.10')
    expect(overlaps(cidr('10.96.0.0/12'), cidr('10.100.0.0/16'))).toBe(true)
    expect(overlaps(cidr('10.96.0.0/12'), cidr('10.112.0.0/16'))).toBe(false)
  })
})
