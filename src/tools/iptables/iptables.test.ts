import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { newNetns } from '../../kernel/apply.ts'
import { parseRestore } from '../../kernel/iptables/parse.ts'
import { emptyRuleset } from '../../kernel/iptables/ruleset.ts'
import { readRestoreText } from '../../kernel/iptables/ruleset-read.ts'
import { runTool } from '../list.ts'
import type { Count, ToolContext } from '../tool.ts'

const recording = (name: string): string => readFileSync(new URL(`../../testing/captured/tools/${name}`, import.meta.url), 'utf8')
const loaded = (text: string, family: 4 | 6) => readRestoreText(emptyRuleset(), text, { flush: true, family }).ruleset

/** A namespace with these rules and the counters that stand in the text. */
function context(v4: string, v6 = ''): ToolContext {
  const counts = new Map<string, Count>()
  for (const [family, text] of [
    [4, v4],
    [6, v6],
  ] as const) {
    const seen = new Map<string, number>()
    for (const c of parseRestore(text, { family }).commands) {
      if (c.op !== 'append') continue
      const index = seen.get(`${c.table} ${c.chain}`) ?? 0
      seen.set(`${c.table} ${c.chain}`, index + 1)
      counts.set(`${family} ${c.table} ${c.chain} ${index}`, { packets: c.packets ?? 0, bytes: c.bytes ?? 0 })
    }
    for (const [, chain, packets, bytes] of text.matchAll(/^:(\S+) [A-Z]+ \[(\d+):(\d+)\]$/gm)) {
      counts.set(`${family} filter ${chain} -1`, { packets: Number(packets), bytes: Number(bytes) })
    }
  }
  return {
    netns: { ...newNetns('node', 'node'), rules: { 4: loaded(v4, 4), 6: loaded(v6, 6) } },
    counters: (r) => counts.get(`${r.family} ${r.table} ${r.chain} ${r.index}`) ?? { packets: 0, bytes: 0 },
    conntrack: [],
    now: 0,
  }
}

const run = (ctx: ToolContext, command: string) => {
  const { code, stdout, stderr } = runTool(ctx, command.split(' '))
  return { code, stdout: [...stdout], stderr }
}

describe('listings as recorded', () => {
  const [v4 = '', v6 = ''] = recording('iptables-listing-rules.txt')
    .replace('### iptables-restore -c\n', '')
    .split('### ip6tables-restore -c\n')
  const ctx = context(v4, v6)
  const blocks = recording('iptables-listing.txt').split(/^\$ /m).slice(1)
  test.each(blocks.map((b) => b.replace(/\n$/, '').split('\n')).map(([command = '', ...lines]) => [command, lines] as const))(
    '%s',
    (command, lines) => {
      const { code, stdout, stderr } = run(ctx, command)
      expect([...stdout, ...stderr]).toEqual(lines)
      expect(code === 0).toBe(stderr.length === 0)
    },
  )
  test('there are fourteen or more', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(14)
  })
})

describe('rows as recorded', () => {
  const lines = recording('iptables-rows.txt').split('\n')
  const pairs = lines.flatMap((given, i) => (i % 2 === 0 && given !== '' ? [[given, lines[i + 1] ?? ''] as const] : []))
  test.each(pairs)('%s', (given, row) => {
    const ctx = context(`*filter\n:C - [0:0]\n:C2 - [0:0]\n-A C ${given.replaceAll("'", '"')}\nCOMMIT\n`)
    expect(run(ctx, 'iptables -nvL C').stdout.slice(2)).toEqual([row])
  })
})

/** Of the targets of other tables, and names without -n; recorded from the same programs. */
test.each([
  ['nat', '-p tcp -j DNAT --to-destination 1.2.3.4:80 --random --persistent', 'to:1.2.3.4:80 random persistent'],
  ['nat', '-p tcp -j SNAT --to-source 1.2.3.4:10-20 --random-fully', 'to:1.2.3.4:10-20 random-fully'],
  ['nat', '-p tcp -j MASQUERADE --to-ports 10-20 --random-fully', 'masq ports: 10-20 random-fully'],
  ['nat', '-p tcp -j REDIRECT --to-ports 8080', 'redir ports 8080'],
  ['raw', '-j CT --notrack', 'CT notrack'],
  ['raw', '-j NOTRACK', 'NOTRACK'],
  ['mangle', '-j MARK --set-xmark 0x0/0x5', 'MARK and 0xfffffffa'],
  ['mangle', '-j MARK --set-xmark 0x5/0xf', 'MARK xset 0x5/0xf'],
])('table %s, %s', (table, given, text) => {
  const ctx = context(`*${table}\n:C - [0:0]\n-A C ${given}\nCOMMIT\n`)
  expect(run(ctx, `iptables -t ${table} -n -L C`).stdout[2]?.replace(/^.*0\.0\.0\.0\/0 +0\.0\.0\.0\/0 +/, '')).toBe(text)
})

test('an untouched table lists its built-in chains; iptables-save has nothing to say', () => {
  const ctx = context('')
  expect(run(ctx, 'iptables -t raw -S').stdout).toEqual(['-P PREROUTING ACCEPT', '-P OUTPUT ACCEPT'])
  expect(run(ctx, 'iptables-save').stdout).toEqual([])
  expect(run(ctx, 'iptables-save -t raw').stdout).toEqual(['*raw', ':PREROUTING ACCEPT [0:0]', ':OUTPUT ACCEPT [0:0]', 'COMMIT'])
})

const HINT = "Try `iptables -h' or 'iptables --help' for more information."
test.each([
  [
    'iptables -t nosuch -L',
    3,
    "iptables v1.8.9 (legacy): can't initialize iptables table `nosuch': Table does not exist (do you need to insmod?)",
    'Perhaps iptables or your kernel needs to be upgraded.',
  ],
  ['iptables -t nat -L NOSUCH', 1, 'iptables: No chain/target/match by that name.', undefined],
  ['iptables -S NOSUCH', 1, 'iptables: No chain/target/match by that name.', undefined],
  ['iptables -L --frob', 2, 'iptables v1.8.9 (legacy): unknown option "--frob"', HINT],
  ['iptables -n', 2, 'iptables v1.8.9 (legacy): no command specified', HINT],
  ['iptables-save -t foo', 1, 'iptables-save v1.8.9 (legacy): Cannot initialize: Table does not exist (do you need to insmod?)', undefined],
  ['iptables-save --foo', 1, "iptables-save: unrecognized option '--foo'", "Look at manual page `iptables-save.8' for more information."],
  ['iptables -A INPUT -j DROP', 2, "packetwalk: iptables: -A (rules come from the lab's files): not modelled", undefined],
])('%s', (command, code, first, second) => {
  expect(run(context(''), command)).toEqual({ code, stdout: [], stderr: second === undefined ? [first] : [first, second] })
})
