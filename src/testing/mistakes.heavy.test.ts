import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newDesk } from '../cli/desk.ts'
import { answer } from '../cli/main.ts'

/** Labs of the gallery and recorded clusters, each as one text. */
function texts(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((e) => e.isDirectory())
    .map((e) => join(folder, e.name))
    .map((path) =>
      readdirSync(path)
        .filter((f) => f.endsWith('.yaml'))
        .map((f) => readFileSync(join(path, f), 'utf8'))
        .join('\n---\n'),
    )
}
const labs = [...texts(join(import.meta.dirname, '../../app/learn/labs')), ...texts(join(import.meta.dirname, 'captured/kube-proxy'))]

const WORDS = [
  'null',
  '[]',
  '{}',
  '-1',
  '99999',
  '""',
  'true',
  'a: b',
  '- x',
  '&a',
  '*a',
  '!!str 1',
  '0x1F',
  '~',
  '80',
  '10.0.0.0/8',
  '::1',
  'fd00::/64',
  '|',
  '>',
  '? x',
  "'",
  'UDP',
  'None',
  'ExternalName',
]

type Slip = (lines: string[], at: number, other: number, word: string) => void
const SLIPS: readonly Slip[] = [
  (lines, at) => lines.splice(at, 1),
  (lines, at, _other, word) => {
    lines[at] = `${(lines[at] ?? '').split(':')[0]}: ${word}`
  },
  (lines, at) => {
    lines[at] = `  ${lines[at] ?? ''}`
  },
  (lines, at, other) => lines.splice(at, 0, lines[other] ?? ''),
  (lines, at, other) => {
    ;[lines[at], lines[other]] = [lines[other] ?? '', lines[at] ?? '']
  },
]

/** A lab in which somebody slipped once or twice. */
const slipped = fc
  .record({
    lab: fc.constantFrom(...labs),
    slips: fc.array(fc.record({ slip: fc.constantFrom(...SLIPS), at: fc.nat(400), other: fc.nat(400), word: fc.constantFrom(...WORDS) }), {
      maxLength: 2,
    }),
  })
  .map(({ lab, slips }) => {
    const lines = lab.split('\n')
    for (const { slip, at, other, word } of slips) slip(lines, at % lines.length, other % lines.length, word)
    return {
      text: lines.join('\n'),
      node: /kind: Node\nmetadata:\n {2}name: (\S+)/.exec(lab)?.[1] ?? 'node-1',
      address: /clusterIP: "?([\d.]+)/.exec(lab)?.[1] ?? '10.96.0.1',
    }
  })

test('a slip in a manifest is a problem with a place, or a lab that can be walked; never a bug', () => {
  const codes = new Map<number, number>()
  fc.assert(
    fc.property(slipped, fc.constantFrom('node', 'pod', 'host'), ({ text, node, address }, who) => {
      const from = who === 'node' ? `node/${node}` : who === 'host' ? 'host/client' : `ip/10.244.1.77@node/${node}`
      for (const argv of [
        ['check', '-'],
        ['rules', '-', '--node', node],
        ['show', '-', '--node', node, 'iptables-save'],
        ['get', '-', 'pods', '-A', '-o', 'yaml'],
        ['probe', '-', '--from', from, '--to', `http://${address}/`, '--json'],
        ['probe', '-', '--from', from, '--to', 'http://kubernetes.default/', '--odds'],
      ]) {
        const { code, stdout, stderr } = answer(
          argv,
          newDesk(() => new TextEncoder().encode(text)),
        )
        codes.set(code, (codes.get(code) ?? 0) + 1)
        expect([0, 1], `${argv.join(' ')}\n${stderr}`).toContain(code)
        if (code === 1) expect(argv[0] === 'check' ? stderr : stdout).toBe('')
        if (code === 1) expect(`${stdout}${stderr}`).toMatch(/error: /)
      }
    }),
    { numRuns: 200 },
  )
  // Slips that are found, and slips that make another lab.
  expect(codes.get(0)).toBeGreaterThan(100)
  expect(codes.get(1)).toBeGreaterThan(100)
}, 600_000)
