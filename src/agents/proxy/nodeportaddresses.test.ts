import { describe, expect, test } from 'vitest'
import type { Cidr, Family } from '../../net/ip.ts'
import { nodePortAddresses, nodePortIps } from './nodeportaddresses.ts'

describe('nodePortAddresses', () => {
  test.each<[Family, readonly string[], boolean, boolean]>([
    [4, [], true, true],
    [6, [], true, false],
    [4, ['0.0.0.0/0'], true, true],
    [4, ['172.31.0.0/16'], false, false],
    [4, ['172.31.0.0/16', '127.0.0.0/8'], false, true],
    [4, ['127.0.0.1/32'], false, true],
    [4, ['172.31.0.0/16', '0.0.0.0/0'], true, true],
    [4, ['fd00::/8'], true, true],
    [6, ['172.31.0.0/16'], true, false],
    [6, ['fd00::/8'], false, false],
  ])('IPv%i %j: all %s, loopback %s', (family, given, all, withLoopback) => {
    expect(nodePortAddresses(family, given)).toMatchObject({ all, withLoopback })
  })

  test('addresses are sorted as text, each once', () => {
    const of = nodePortAddresses(4, ['172.31.0.0/16', '172.16.0.0/12'])
    const interfaces = ['172.31.4.99/20', '172.31.4.11/20', '172.31.4.99/20', '192.168.10.11/24', 'fd00::1/64'] as Cidr[]
    expect(nodePortIps(of, interfaces, 4)).toEqual(['172.31.4.11', '172.31.4.99'])
  })
})
