import { describe, expect, test } from 'vitest'
import { parseNft } from './parse.ts'
import { nftLines } from './print.ts'
import { emptyNft, withNft } from './ruleset.ts'

const problems = (text: string) =>
  parseNft(text, 'rules.nft').problems.map((p) => [p.code, p.params.token, `${p.where?.line}:${p.where?.column}`])
const listed = (text: string): readonly string[] => [...nftLines(withNft(emptyNft(), parseNft(text, 'a').commands))]
/** A rule of chain c of table ip t, as nft lists it. */
const rule = (text: string): string | undefined => listed(`add table ip t\nadd chain ip t c\nadd rule ip t c ${text}\n`)[2]?.trim()

describe('what nft refuses, with the place', () => {
  test.each([
    ['add tabel ip t\n', [['nft-unexpected', 'tabel', '1:5']]],
    ['table ip t {\n chain c {\n  type filter hook input priority hot;\n }\n}\n', [['nft-bad-value', 'hot', '3:35']]],
    ['table ip t {\n chain c {\n  accept\n', [['nft-unexpected', 'end of file', '4:1']]],
    ['table ip t {\n set s {\n  type ipv4_addr\n  elements = { 10.0.0.300 }\n }\n}\n', [['nft-bad-value', '10.0.0.300', '4:16']]],
    ['add element ip t s { 1.2.3.4 }\n', [['nft-no-such-set', 's', '1:18']]],
    ['table ip t {\n comment "half\n}\n', [['nft-unexpected', '"', '2:10']]],
    ['', []],
    ['# nothing\n\n', []],
  ])('%j', (text, found) => expect(problems(text)).toEqual(found))

  test('the lines around it are read', () => {
    const text = 'table ip t {\n chain c {\n  type filter hook input priority hot;\n  accept\n }\n}\n'
    expect(listed(text)).toEqual(['table ip t {', '\tchain c {', '\t\taccept', '\t}', '}'])
  })
})

describe('one rule', () => {
  test.each([
    ['mark and 0x4000 == 0 return', 'meta mark & 0x00004000 == 0x00000000 return'],
    ['mark set mark or 0x4000', 'meta mark set meta mark | 0x00004000'],
    ['ip saddr != { 10.0.0.0/8 } drop', 'ip saddr != 10.0.0.0/8 drop'],
    ['ip saddr { 10.0.0.1, 10.0.0.0/31, 10.0.0.2-10.0.0.3 } drop', 'ip saddr { 10.0.0.0/30 } drop'],
    ['tcp dport { https, 22,80 } accept', 'tcp dport { 22, 80, 443 } accept'],
    ['reject with icmp type port-unreachable', 'reject'],
    ['reject with tcp reset', 'meta l4proto tcp reject with tcp reset'],
    ['counter drop comment "two  blanks"', 'counter packets 0 bytes 0 drop comment "two  blanks"'],
    ['ip saddr 10.0.0.1 quota 5 bytes  drop', 'ip saddr 10.0.0.1 quota 5 bytes  drop'],
    // nft 1.0.6 leaves out the burst that it takes of itself
    ['limit rate 10/second burst 5 packets accept', 'limit rate 10/second accept'],
    ['limit rate over 3/minute burst 7 packets  drop', 'limit rate over 3/minute burst 7 packets drop'],
    ['limit rate 2048 bytes/second burst 1048576 bytes  accept', 'limit rate 2 kbytes/second burst 1 mbytes accept'],
    ['limit rate over 1073741824 bytes/second burst 5 bytes drop', 'limit rate over 1024 mbytes/second burst 5 bytes drop'],
    ['limit rate 1 mbytes/hour burst 0 bytes', 'limit rate 1 mbytes/hour'],
    ['limit rate 1500 kbytes/second', 'limit rate 1500 kbytes/second'],
    ['limit rate 2 kbytes/minute burst 3 packets  accept', 'limit rate 2 kbytes/minute burst 3 packets  accept'],
    ['limit rate 10/second burst 5  accept', 'limit rate 10/second burst 5  accept'],
  ])('%s', (text, want) => expect(rule(text)).toBe(want))
})

test('a listing keeps the words of its priorities, a command does not', () => {
  const text = 'table ip t {\n\tchain c {\n\t\ttype nat hook output priority dstnat; policy accept;\n\t}\n}'
  const { commands } = parseNft(text, 'a')
  expect([...nftLines(withNft(emptyNft(), commands, { listed: true }))].join('\n')).toBe(text)
  expect([...nftLines(withNft(emptyNft(), commands))].join('\n')).toBe(text.replace('dstnat', '-100'))
})

test('a transaction: flush, delete, insert, elements one by one', () => {
  const text = `
add table ip old
add table ip t
add set ip t s { type ipv4_addr; }
add chain ip t c { type filter hook input priority 0; policy drop; }
add chain ip t gone
add rule ip t c accept
insert rule ip t c ip saddr @s drop
add element ip t s { 10.0.0.2 }
add element ip t s { 10.0.0.1, 10.0.0.2 }
delete element ip t s { 10.0.0.2 }
delete chain ip t gone
delete table ip old
`
  expect(listed(text)).toEqual([
    'table ip t {',
    '\tset s {',
    '\t\ttype ipv4_addr',
    '\t\telements = { 10.0.0.1 }',
    '\t}',
    '',
    '\tchain c {',
    '\t\ttype filter hook input priority filter; policy drop;',
    '\t\tip saddr @s drop',
    '\t\taccept',
    '\t}',
    '}',
  ])
  expect(listed(`${text}flush ruleset\n`)).toEqual([])
  expect(listed(`${text}flush table ip t\n`)).not.toContain('\t\taccept')
})
