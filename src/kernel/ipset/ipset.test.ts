import { describe, expect, test } from 'vitest'
import { packet } from '../../testing/kernel-lab.ts'
import type { Ipsets } from './ast.ts'
import { inSet } from './match.ts'
import { parseIpset } from './parse.ts'
import { saveLines } from './print.ts'
import { noSets, withIpsets } from './sets.ts'

function sets(text: string): Ipsets {
  const { commands, problems } = parseIpset(text, 'sets')
  expect(problems).toEqual([])
  return withIpsets(noSets, commands)
}
const saved = (all: Ipsets): readonly string[] => [...all.values()].flatMap((s) => [...saveLines(s, 0)])

/** Whether a packet is in the set S. */
function found(all: Ipsets, text: string, dirs: string, more: { mark?: number; iif?: string; oif?: string; now?: number } = {}) {
  const { mark = 0, now = 0, ...devices } = more
  return inSet(all, 'S', { skb: { packet: packet(text), mark }, dirs: dirs.split(',') as ('src' | 'dst')[], now, ...devices })
}

const TCP = 'tcp 10.0.0.1:4000 > 10.96.0.10:80 [S]'
const UDP = 'udp 10.0.0.1:4000 > 10.96.0.10:80'

describe('what is saved is what was read', () => {
  const hash = 'hashsize 1024 maxelem 65536 bucketsize 12 initval 0x00000001'
  test.each([
    [[`create S hash:ip family inet ${hash}`, 'add S 10.0.0.1']],
    [[`create S hash:ip family inet6 ${hash}`, 'add S fd00::1']],
    [[`create S hash:net family inet ${hash}`, 'add S 10.0.0.0/8', 'add S 10.0.0.1', 'add S 10.1.0.0/16 nomatch']],
    [[`create S hash:ip,port,net family inet ${hash}`, 'add S 203.0.113.50,tcp:80,198.51.100.0/24']],
    [[`create S hash:ip,port,ip family inet ${hash}`, 'add S 10.244.1.2,tcp:8080,10.244.1.2']],
    [[`create S hash:net,iface family inet ${hash}`, 'add S 10.0.0.0/8,eth0']],
    [[`create S hash:ip,mark family inet ${hash}`, 'add S 10.0.0.1,0x0000000a']],
    [
      [
        `create S hash:ip family inet hashsize 64 maxelem 10 timeout 600 comment bucketsize 12 initval 0x1`,
        'add S 10.0.0.1 timeout 30 comment "a b"',
      ],
    ],
    [['create S bitmap:port range 0-65535', 'add S 30080', 'add S 31080']],
    [['create S bitmap:ip range 10.0.0.0-10.0.0.255 netmask 28', 'add S 10.0.0.16']],
    [['create A hash:mac hashsize 1024 maxelem 65536 bucketsize 12 initval 0x1', 'create S list:set size 8', 'add S A']],
  ])('%j', (lines) => expect(saved(sets(lines.join('\n')))).toEqual(lines))
})

describe('how somebody may write it', () => {
  const first = (line: string, entry: string): string | undefined => saved(sets(`create S ${line}\nadd S ${entry}`))[1]
  test.each([
    ['hash:ip,port', '10.0.0.1,80', 'add S 10.0.0.1,tcp:80'],
    ['hash:ip,port', '10.0.0.1,udp:domain', 'add S 10.0.0.1,udp:53'],
    ['hash:ip,port', '10.0.0.1,icmp:ping', 'add S 10.0.0.1,icmp:8/0'],
    ['hash:net', '10.1.2.3/8', 'add S 10.0.0.0/8'],
    ['hash:ip netmask 24', '10.1.2.3', 'add S 10.1.2.0'],
    ['iphash --hashsize 64', '10.0.0.1', 'add S 10.0.0.1'],
  ])('%s: %s', (head, entry, want) => expect(first(head, entry)).toBe(want))

  test('ranges stand for many', () => {
    expect([...(sets('create S hash:ip\nadd S 10.0.0.1-10.0.0.3').get('S')?.entries.keys() ?? [])]).toEqual([
      '10.0.0.1',
      '10.0.0.2',
      '10.0.0.3',
    ])
    expect(sets('create S hash:ip,port\nadd S 10.0.0.0/30,tcp:80-81').get('S')?.entries.size).toBe(8)
    expect([...(sets('create S hash:net\nadd S 10.0.0.1-10.0.0.8').get('S')?.entries.keys() ?? [])]).toEqual([
      '10.0.0.1/32',
      '10.0.0.2/31',
      '10.0.0.4/30',
      '10.0.0.8/32',
    ])
  })

  test('commands of ipset in their old and new words', () => {
    const all = sets('ipset -N S hash:ip -exist\nipset -A S 10.0.0.1\nadd S 10.0.0.2\n-D S 10.0.0.1\nCOMMIT\n# nothing')
    expect([...(all.get('S')?.entries.keys() ?? [])]).toEqual(['10.0.0.2'])
    const swapped = sets('create A hash:ip\nadd A 10.0.0.1\ncreate B hash:ip\nswap A B\nrename B S\ndestroy A')
    expect([...swapped.keys()]).toEqual(['S'])
    expect(swapped.get('S')?.entries.size).toBe(1)
    expect(sets('create S hash:ip\nadd S 10.0.0.1\nflush').get('S')?.entries.size).toBe(0)
  })

  test('sets that came in stay as they were', () => {
    const before = sets('create S hash:ip\nadd S 10.0.0.1')
    const after = withIpsets(before, parseIpset('add S 10.0.0.2\ndel S 10.0.0.1', 'more', before).commands)
    expect([before, after].map((all) => [...(all.get('S')?.entries.keys() ?? [])])).toEqual([['10.0.0.1'], ['10.0.0.2']])
  })
})

describe('what is refused', () => {
  test.each([
    ['create S hash:what', 'ipset-type'],
    ['frob S', 'ipset-word'],
    ['create S hash:ip frob 1', 'ipset-word'],
    ['add S 10.0.0.1', 'ipset-no-set'],
    ['create S hash:ip\nadd S fd00::1', 'ipset-entry'],
    ['create S hash:ip\nadd S 10.0.0.1,tcp:80', 'ipset-entry'],
    ['create S hash:net\nadd S 0.0.0.0/0', 'ipset-entry'],
    ['create S bitmap:port range 1-100\nadd S 101', 'ipset-entry'],
    ['create S hash:ip,port\nadd S 10.0.0.1,tcp:99999', 'ipset-entry'],
    ['create S hash:ip\nadd S 10.0.0.0/8', 'ipset-entry'],
    ['create S hash:ip\ncreate S hash:net', 'ipset-exists'],
  ])('%j', (text, code) => {
    const { problems } = parseIpset(text, 'sets')
    expect(problems.map((p) => p.code)).toEqual([code])
    const { where } = problems[0] ?? {}
    expect(where?.line).toBe(text.split('\n').length)
    expect(text.slice(where?.offset, where?.end)).not.toBe('')
  })
})

describe('which packets are in a set', () => {
  const ipPort = sets('create S hash:ip,port\nadd S 10.96.0.10,tcp:80\nadd S 10.96.0.10,icmp:8/0\nadd S 10.96.0.10,sctp:80')
  const ports = sets('create S bitmap:port range 0-65535\nadd S 80')
  const nets = sets('create S hash:net\nadd S 10.0.0.0/8\nadd S 10.96.0.0/16 nomatch\nadd S 10.96.0.10')
  test.each([
    ['address and port', ipPort, TCP, 'dst,dst', true],
    ['the other way round', ipPort, TCP, 'src,src', false],
    ['another protocol', ipPort, UDP, 'dst,dst', false],
    ['ICMP by type and code', ipPort, 'icmp 10.0.0.1 > 10.96.0.10 8/0', 'dst,dst', true],
    ['SCTP has ports', ipPort, 'sctp 10.0.0.1:1 > 10.96.0.10:80', 'dst,dst', true],
    ['more directions than dimensions', ipPort, TCP, 'dst,dst,src', true],
    ['fewer: never', ipPort, TCP, 'dst', false],
    ['the other family', ipPort, 'tcp [fd00::1]:1 > [fd00::2]:80 [S]', 'dst,dst', false],
    ['a bitmap of ports, any family', ports, 'udp [fd00::1]:1 > [fd00::2]:80', 'dst', true],
    ['but no SCTP', ports, 'sctp 10.0.0.1:1 > 10.96.0.10:80', 'dst', false],
    ['nor ICMP', ports, 'icmp 10.0.0.1 > 10.96.0.10 8/0', 'dst', false],
    ['the longest prefix decides', nets, TCP, 'dst', true],
    ['nomatch hides a shorter one', nets, 'udp 10.0.0.1:1 > 10.96.0.11:80', 'dst', false],
    ['and only what it holds', nets, TCP, 'src', true],
    ['nothing fits', nets, 'udp 10.0.0.1:1 > 11.0.0.1:80', 'dst', false],
  ])('%s', (_, all, text, dirs, want) => expect(found(all, text, dirs)).toBe(want))

  test('three dimensions, one of them a net', () => {
    const all = sets('create S hash:ip,port,net\nadd S 10.96.0.10,tcp:80,10.0.0.0/24')
    expect(found(all, TCP, 'dst,dst,src')).toBe(true)
    expect(found(all, 'tcp 10.0.1.1:4000 > 10.96.0.10:80 [S]', 'dst,dst,src')).toBe(false)
  })

  test('marks and devices', () => {
    expect(found(sets('create S hash:ip,mark markmask 0xf\nadd S 10.0.0.1,0xa'), TCP, 'src,src', { mark: 0x1a })).toBe(true)
    const all = sets('create S hash:net,iface\nadd S 10.0.0.0/8,eth0')
    expect(found(all, TCP, 'src,src', { iif: 'eth0' })).toBe(true)
    expect(found(all, TCP, 'src,src', { iif: 'eth1', oif: 'eth0' })).toBe(false)
    expect(found(all, TCP, 'src,dst', { oif: 'eth0' })).toBe(true)
  })

  test('an element is gone when its time is over', () => {
    const all = sets('create S hash:ip timeout 30\nadd S 10.0.0.1')
    expect([29, 31].map((s) => found(all, TCP, 'src', { now: s * 1e9 }))).toEqual([true, false])
  })

  test('a list asks its sets in turn; what it does not know it says', () => {
    const all = sets(
      'create A hash:net\nadd A 10.96.0.0/16\ncreate B hash:ip,port\nadd B 10.0.0.1,tcp:80\ncreate S list:set\nadd S B\nadd S A',
    )
    expect(found(all, TCP, 'dst')).toBe(true)
    expect(found(all, TCP, 'src')).toBe(false)
    expect(found(sets('create S list:set\nadd S GONE'), TCP, 'dst')).toEqual({ unknown: 'ipset GONE (it does not exist here)' })
    expect(found(sets('create S hash:mac'), TCP, 'src')).toEqual({ unknown: 'ipset type hash:mac' })
    expect(found(noSets, TCP, 'dst')).toEqual({ unknown: 'ipset S (it does not exist here)' })
  })
})
