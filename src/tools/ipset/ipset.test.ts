import { expect, test } from 'vitest'
import { newNetns } from '../../kernel/apply.ts'
import { parseIpset } from '../../kernel/ipset/parse.ts'
import { noSets, withIpsets } from '../../kernel/ipset/sets.ts'
import { emptyRuleset } from '../../kernel/iptables/ruleset.ts'
import { readRestoreText } from '../../kernel/iptables/ruleset-read.ts'
import type { ToolContext } from '../tool.ts'
import { ipset } from './ipset.ts'

/** As ipset 7.17 printed it on Linux 6.1, with the sets that kube-proxy makes. */
const LIST = `Name: KUBE-CLUSTER-IP
Type: hash:ip,port
Revision: 6
Header: family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x2de76167
Size in memory: 296
References: 2
Number of entries: 2
Members:
10.96.40.40,tcp:80
10.96.0.10,udp:53`

const SAVE = [
  'create KUBE-CLUSTER-IP hash:ip,port family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x2de76167',
  'add KUBE-CLUSTER-IP 10.96.40.40,tcp:80',
  'add KUBE-CLUSTER-IP 10.96.0.10,udp:53',
  'create KUBE-NODE-PORT-TCP bitmap:port range 0-65535',
  'add KUBE-NODE-PORT-TCP 31080',
  'add KUBE-NODE-PORT-TCP 30080',
]

const RULES = `*nat
-A PREROUTING -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT
-A OUTPUT -m set --match-set KUBE-CLUSTER-IP src,dst -j ACCEPT
COMMIT
`

const { commands } = parseIpset(SAVE.join('\n'), 'sets')
const bare = newNetns('node', 'node')
const { ruleset } = readRestoreText(emptyRuleset(), RULES, { flush: true, file: 'rules', family: 4 })
const netns = { ...bare, ipsets: withIpsets(noSets, commands), rules: { ...bare.rules, 4: ruleset } }
const ctx: ToolContext = { netns, counters: () => ({ packets: 0, bytes: 0 }), conntrack: [], now: 0 }
const run = (line: string) => {
  const { code, stdout, stderr } = ipset.run(ctx, line.split(' '))
  return { code, out: [...stdout].join('\n'), err: stderr.join('\n') }
}

test('list: as the tool printed it', () => expect(run('list KUBE-CLUSTER-IP').out).toBe(LIST))

test('a bitmap, in ascending order', () => {
  expect(run('list KUBE-NODE-PORT-TCP').out).toBe(
    'Name: KUBE-NODE-PORT-TCP\nType: bitmap:port\nRevision: 3\nHeader: range 0-65535\nSize in memory: 8264\nReferences: 0\nNumber of entries: 2\nMembers:\n30080\n31080',
  )
})

test('all sets with a blank line between them; heads alone; names alone', () => {
  expect(run('list').out.split('\n\n')).toHaveLength(2)
  expect(run('-L -t KUBE-CLUSTER-IP').out).toBe(LIST.split('\nMembers')[0])
  expect(run('list -n').out).toBe('KUBE-CLUSTER-IP\nKUBE-NODE-PORT-TCP')
})

test('save is what was read', () => expect(run('save').out.split('\n')).toEqual([...SAVE.slice(0, 4), ...SAVE.slice(4).reverse()]))

test('test', () => {
  expect(run('test KUBE-CLUSTER-IP 10.96.40.40,tcp:80')).toEqual({
    code: 0,
    out: '',
    err: 'Warning: 10.96.40.40,tcp:80 is in set KUBE-CLUSTER-IP.',
  })
  expect(run('test KUBE-CLUSTER-IP 10.96.40.41,tcp:80')).toMatchObject({
    code: 1,
    err: '10.96.40.41,tcp:80 is NOT in set KUBE-CLUSTER-IP.',
  })
})

test('a set that is not there, and what is not ours to do', () => {
  expect(run('list NOPE')).toMatchObject({ code: 1, err: 'ipset v7.17: The set with the given name does not exist' })
  expect(run('add KUBE-CLUSTER-IP 10.0.0.1,tcp:1')).toMatchObject({
    code: 2,
    err: 'packetwalk: ipset: add KUBE-CLUSTER-IP 10.0.0.1,tcp:1: not modelled',
  })
})
