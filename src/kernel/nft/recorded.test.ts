import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseNft } from './parse.ts'
import { nftLines } from './print.ts'
import { emptyNft, withNft } from './ruleset.ts'

const captured = new URL('../../testing/captured/', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, captured), 'utf8')
const cases = readdirSync(new URL('kube-proxy/', captured), { withFileTypes: true }).flatMap((e) =>
  e.isDirectory() && existsSync(new URL(`kube-proxy/${e.name}/nft-list.txt`, captured)) ? [e.name] : [],
)

/** The text without the lines that open a section; `only`: of sections with this name. */
function sections(text: string, only: string): string {
  const parts = text.split(/^### (.*)\n/m)
  return parts.filter((_, i) => i > 0 && parts[i - 1] === only).join('')
}

function printed(text: string, listed: boolean): string {
  const { commands, problems } = parseNft(text, 'a')
  expect(problems).toEqual([])
  return `${[...nftLines(withNft(emptyNft(), commands, { listed }))].join('\n')}\n`
}

// one was refused by nft (`iif veth*`), so there is no list of it
test('all 56 lists are there', () => expect(cases).toHaveLength(56))

test.each(cases)('%s: what nft lists is read and printed again', (name) => {
  const list = sections(read(`kube-proxy/${name}/nft-list.txt`), 'nft-list')
  expect(printed(list, true)).toBe(list)
})

test.each(cases)('%s: what kube-proxy writes is listed as nft lists it', (name) => {
  const list = sections(read(`kube-proxy/${name}/nft-list.txt`), 'nft-list')
  expect(printed(sections(read(`kube-proxy/${name}/nftables.txt`), 'nft'), false)).toBe(list)
})

test.each(['tools/nft-statements-list.txt', 'tools/nft-sets-list.txt'])('%s is read and printed again', (file) => {
  const list = read(file)
  expect(printed(list, true)).toBe(list)
})

test('statements as a user writes them are listed as nft lists them', () => {
  // a map of whole targets is kept word for word, so its short form stays as well
  const list = read('tools/nft-statements-list.txt').replace('dnat ip to meta l4proto', 'dnat ip addr . port to meta l4proto')
  expect(printed(read('tools/nft-statements.nft'), false)).toBe(list)
})

test('what is not modelled is known by its words', () => {
  const { commands } = parseNft(read('tools/nft-statements-list.txt'), 'a')
  const unknown = commands
    .flatMap((c) => (c.do === 'rule' ? c.rule.statements : []))
    .flatMap((s) => (s.kind === 'unknown' ? [s.words] : []))
  expect(unknown).toEqual([
    'fib saddr . iif oif missing drop',
    'meta pkttype multicast drop',
    'meta skuid 1000 accept',
    'numgen random mod 10 < 5 accept',
    'ip dscp cs1 accept',
    'add @aff { ip saddr limit rate 1/second } accept',
    'meta mark set jhash ip saddr mod 2',
    'meta priority set 1:1',
    'rt ip nexthop 1.2.3.4',
    'socket transparent 1',
    'vlan id 4 accept',
    'dnat ip to ip saddr map @m',
    'dnat ip to numgen random mod 2 map { 0 : 1.2.3.4, 1 : 5.6.7.8 }',
    'dnat ip to meta l4proto . th dport map @dn',
    'snat ip to 1.2.3.4-1.2.3.9',
  ])
})
