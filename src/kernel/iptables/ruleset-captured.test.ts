import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Family } from '../../net/ip.ts'
import { parseCalls, parseRestore } from './parse.ts'
import { printCall, printSave, printWritten } from './print.ts'
import { emptyRuleset, withCalls, withRestore } from './ruleset.ts'
import { readRestoreText } from './ruleset-read.ts'

const CASES = new URL('../../testing/captured/kube-proxy/', import.meta.url)

/** The sections of a recorded file, by family and name. */
function sections(text: string): ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> {
  const out = new Map<string, Map<string, string[]>>()
  let family = new Map<string, string[]>()
  let lines: string[] = []
  for (const line of text.split('\n')) {
    const name = /^### (.*)$/.exec(line)?.[1]
    if (name?.startsWith('family ')) {
      family = new Map()
      out.set(name.slice(7), family)
    } else if (name !== undefined) {
      lines = []
      family.set(name, lines)
    } else if (line !== '') lines.push(line)
  }
  return out
}

const names = readdirSync(CASES, { withFileTypes: true })
  .filter((d) => d.isDirectory())
  .map((d) => d.name)

test('there are recorded cases', () => {
  expect(names.length).toBeGreaterThanOrEqual(20)
})

describe.each(names)('%s', (name) => {
  const wrote = sections(readFileSync(new URL(`${name}/iptables.txt`, CASES), 'utf8'))
  const saved = sections(readFileSync(new URL(`${name}/iptables-save.txt`, CASES), 'utf8'))

  test.each([...saved.keys()])('%s', (familyName) => {
    const family: Family = familyName === 'IPv6' ? 6 : 4
    const want = saved.get(familyName)?.get('iptables-save') ?? []
    const callLines = wrote.get(familyName)?.get('iptables') ?? []
    const text = wrote.get(familyName)?.get('iptables-restore') ?? []
    expect(want.length).toBeGreaterThan(10)

    const { calls, problems } = parseCalls(callLines.join('\n'), { family })
    expect(problems).toEqual([])
    expect(calls.map(printCall)).toEqual(callLines)

    const read = parseRestore(text.join('\n'), { family })
    expect(read.problems).toEqual([])
    const appended = read.restore.tables.flatMap((t) => [...t.lines()].map(([chain, rule]) => printWritten(chain, rule)))
    expect(appended).toEqual(text.filter((l) => l.startsWith('-A')))

    const first = withCalls(emptyRuleset(), calls)
    expect([...printSave(withRestore(first, read.restore))]).toEqual(want)
    expect([...printSave(readRestoreText(first, text.join('\n'), { flush: false, family }).ruleset)]).toEqual(want)

    const dump = readRestoreText(emptyRuleset(), want.join('\n'), { flush: true, family })
    expect(dump.problems).toEqual([])
    expect([...printSave(dump.ruleset)]).toEqual(want)
  })
})
