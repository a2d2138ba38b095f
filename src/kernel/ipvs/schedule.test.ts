import { describe, expect, test } from 'vitest'
import { ip } from '../../net/ip.ts'
import type { Dest, Virtual } from './ast.ts'
import { hsiphash } from './hash.ts'
import { parseIpvs } from './parse.ts'
import { serverLine, serviceLine } from './print.ts'
import { type Load, schedule } from './schedule.ts'
import { newIpvsState } from './state.ts'
import { noVirtuals, withIpvs } from './table.ts'

/** A virtual server with servers 10.0.0.1, .2 … of these weights, in the kernel's order: the one added last comes first. */
function virtual(scheduler: string, weights: readonly number[], flags: readonly string[] = []): Virtual {
  const lines = [
    `-A -t 10.96.0.1:80 -s ${scheduler}${flags.length > 0 ? ` -b ${flags.join(',')}` : ''}`,
    ...weights.map((w, i) => `-a -t 10.96.0.1:80 -r 10.0.0.${i + 1}:8080 -m -w ${w}`).reverse(),
  ]
  const { commands, problems } = parseIpvs(lines.join('\n'), 'ipvs')
  expect(problems).toEqual([])
  return [...withIpvs(noVirtuals, commands).values()][0] as Virtual
}

const last = (d: Dest | undefined): string => d?.address.split('.')[3] ?? '-'

/** The servers of so many connections, each of which stays active. */
function chosen(v: Virtual, times: number, start: Readonly<Record<string, number>> = {}): string {
  const state = newIpvsState()
  const active = new Map(Object.entries(start))
  const load = (d: Dest): Load => ({ active: active.get(last(d)) ?? 0, inactive: 0 })
  return Array.from({ length: times }, (_, i) => {
    const client = { src: ip(`192.168.0.${i + 1}`), sport: 40000 + i, dst: ip('10.96.0.1') }
    const got = schedule(state, v, client, load)
    if ('unknown' in got) return got.unknown
    active.set(last(got.dest), (active.get(last(got.dest)) ?? 0) + 1)
    return last(got.dest)
  }).join(' ')
}

test.each([
  ['rr', [1, 1, 1], '1 2 3 1 2 3 1'],
  ['rr', [1, 0, 1], '1 3 1 3 1 3 1'],
  ['rr', [0, 0], '- - - - - - -'],
  ['rr', [], '- - - - - - -'],
  ['wrr', [1, 1, 1], '1 2 3 1 2 3 1'],
  ['wrr', [3, 1], '1 1 1 2 1 1 1'],
  ['wrr', [4, 2], '1 1 2 1 1 2 1'],
  ['wrr', [0, 2], '2 2 2 2 2 2 2'],
  ['wrr', [0, 0], '- - - - - - -'],
  ['lc', [1, 1], '1 2 1 2 1 2 1'],
  ['lc', [1, 0], '1 1 1 1 1 1 1'],
  ['wlc', [2, 1], '1 2 1 1 2 1 1'],
  ['sed', [2, 1], '1 1 2 1 1 2 1'],
  ['nq', [2, 1], '1 2 1 1 1 2 1'],
  ['lblc', [1, 1], Array(7).fill('IPVS scheduler lblc').join(' ')],
] as const)('%s over weights %j', (scheduler, weights, want) => expect(chosen(virtual(scheduler, weights), 7)).toBe(want))

test('lc and its kin go by what a server has already', () => {
  expect(chosen(virtual('lc', [1, 1]), 2, { 1: 5 })).toBe('2 2')
  expect(chosen(virtual('nq', [9, 1]), 2, { 1: 1 })).toBe('2 1')
})

describe('round robin goes on when servers come and go', () => {
  const one = (state: ReturnType<typeof newIpvsState>, v: Virtual): string => {
    const got = schedule(state, v, { src: ip('1.1.1.1'), sport: 1, dst: ip('10.96.0.1') }, () => ({ active: 0, inactive: 0 }))
    return 'unknown' in got ? got.unknown : last(got.dest)
  }
  test('the one that was chosen last is gone', () => {
    const [state, three] = [newIpvsState(), virtual('rr', [1, 1, 1])]
    expect([one(state, three), one(state, three)]).toEqual(['1', '2'])
    expect(one(state, { ...three, dests: three.dests.filter((d) => last(d) !== '2') })).toBe('3')
  })
  test('a new one comes to the head', () => {
    const [state, two] = [newIpvsState(), virtual('rr', [1, 1])]
    expect(one(state, two)).toBe('1')
    const fresh = { ...(two.dests[0] as Dest), address: ip('10.0.0.9') }
    expect(one(state, { ...two, dests: [fresh, ...two.dests] })).toBe('2')
  })
})

describe('hashing', () => {
  test('hsiphash: the kernel’s own test vector for the bytes 0 to 3 (lib/tests/siphash_kunit.c)', () => {
    expect(hsiphash(0x03020100, 0x0706050403020100n, 0x0f0e0d0c0b0a0908n)).toBe(0x88d38328)
  })

  test.each(['sh', 'mh'])('%s: a client keeps its server, whatever the port; all servers have a share', (name) => {
    const v = virtual(name, [1, 1, 1])
    const of = (src: string, sport: number): string => {
      const got = schedule(newIpvsState(), v, { src: ip(src), sport, dst: ip('10.96.0.1') }, () => ({ active: 0, inactive: 0 }))
      return 'unknown' in got ? got.unknown : last(got.dest)
    }
    expect(new Set([1, 2, 3, 4].map((p) => of('192.168.7.7', p))).size).toBe(1)
    const shares = Array.from({ length: 200 }, (_, i) => of(`192.168.0.${i}`, 1))
    expect(new Set(shares)).toEqual(new Set(['1', '2', '3']))
  })

  test.each(['sh', 'mh'])('%s with ports: one client reaches several', (name) => {
    const v = virtual(name, [1, 1, 1], [`${name}-port`])
    const got = Array.from({ length: 60 }, (_, i) => chosenBy(v, '192.168.7.7', 40000 + i))
    expect(new Set(got).size).toBe(3)
  })

  test.each(['sh', 'mh'])('%s: a server at weight 0 refuses its clients, or hands them on with fallback', (name) => {
    const [bare, fallback] = [[], [`${name}-fallback`]].map((flags) => {
      const v = virtual(name, [1, 1], flags)
      return { ...v, dests: v.dests.map((d) => (last(d) === '1' ? { ...d, weight: 0 } : d)) }
    })
    const clients = Array.from({ length: 40 }, (_, i) => `192.168.0.${i}`)
    expect(new Set(clients.map((c) => chosenBy(bare as Virtual, c, 1)))).toEqual(new Set(['2', '-']))
    expect(new Set(clients.map((c) => chosenBy(fallback as Virtual, c, 1)))).toEqual(new Set(['2']))
  })

  test('mh: most clients stay where they were when a server goes', () => {
    const three = virtual('mh', [1, 1, 1])
    const two = { ...three, dests: three.dests.filter((d) => last(d) !== '3') }
    const clients = Array.from({ length: 200 }, (_, i) => `10.1.0.${i}`).filter((c) => chosenBy(three, c, 1) !== '3')
    const moved = clients.filter((c) => chosenBy(three, c, 1) !== chosenBy(two, c, 1))
    expect(moved.length).toBeLessThan(clients.length / 20)
  })

  test('dh: by the asked address', () => {
    const v = virtual('dh', [1, 1])
    expect(chosenBy(v, '1.1.1.1', 1)).toBe(chosenBy(v, '2.2.2.2', 2))
  })
})

function chosenBy(v: Virtual, src: string, sport: number): string {
  const got = schedule(newIpvsState(), v, { src: ip(src), sport, dst: ip('10.96.0.1') }, () => ({ active: 0, inactive: 0 }))
  return 'unknown' in got ? got.unknown : last(got.dest)
}

describe('text', () => {
  test.each([
    ['-A -t 10.96.0.1:80 -s rr'],
    ['-A -u [fd00::1]:53 -s wrr -p 600 -M 64'],
    ['-A -t 10.96.0.1:80 -s rr -p 600 -M 255.255.255.0'],
    ['-A --sctp-service 10.96.0.1:3868 -s lc'],
    ['-A -f 7 -6 -s rr'],
    ['-A -t 10.96.0.1:443 -s mh -b mh-port'],
    ['-A -u 10.96.0.1:53 -s rr -o'],
  ])('%s', (line) => {
    const v = [...withIpvs(noVirtuals, parseIpvs(line, 'ipvs').commands).values()][0] as Virtual
    expect(serviceLine(v)).toBe(line)
  })

  test('servers: forwarding, weight and limits; without a port the service’s', () => {
    const lines = ['-A -t 10.96.0.1:80 -s rr', '-a -t 10.96.0.1:80 -r 10.0.0.1 -m', '-a -t 10.96.0.1:80 -r 10.0.0.2:81 -g -w 3 -x 9 -y 4']
    const v = [...withIpvs(noVirtuals, parseIpvs(lines.join('\n'), 'ipvs').commands).values()][0] as Virtual
    expect(v.dests.map((d) => serverLine(v, d))).toEqual([
      '-a -t 10.96.0.1:80 -r 10.0.0.2:81 -g -w 3 -x 9 -y 4',
      '-a -t 10.96.0.1:80 -r 10.0.0.1:80 -m -w 1',
    ])
    expect(chosen(v, 1)).toBe('IPVS thresholds (-x 9 -y 4)')
  })

  test('changes: edit keeps servers, weight 0 keeps the last weight, delete and clear', () => {
    const read = (text: string): readonly Virtual[] => [...withIpvs(noVirtuals, parseIpvs(text, 'ipvs').commands).values()]
    const both = '-A -t 10.96.0.1:80 -s rr\n-a -t 10.96.0.1:80 -r 10.0.0.1:80 -m -w 5'
    expect(read(`${both}\n-E -t 10.96.0.1:80 -s lc`)[0]).toMatchObject({ scheduler: 'lc', dests: [{ weight: 5 }] })
    expect(read(`${both}\n-e -t 10.96.0.1:80 -r 10.0.0.1:80 -m -w 0`)[0]?.dests).toMatchObject([{ weight: 0, lastWeight: 5 }])
    expect(read(`${both}\n-d -t 10.96.0.1:80 -r 10.0.0.1:80`)[0]?.dests).toEqual([])
    expect([read(`${both}\n-D -t 10.96.0.1:80`), read(`${both}\n-C`)]).toEqual([[], []])
  })

  test.each([
    ['-A -t 10.96.0.1:80 -s rr\n-A -t 10.96.0.1:80 -s lc', 'ipvs-exists'],
    ['-a -t 10.96.0.1:80 -r 10.0.0.1 -m', 'ipvs-no-service'],
    ['-A -t what:80', 'ipvs-word'],
    ['-A -t 10.96.0.1:80 --frob', 'ipvs-word'],
    ['--what', 'ipvs-word'],
  ])('refused: %j', (text, code) => {
    const { problems } = parseIpvs(text, 'ipvs')
    expect(problems.map((p) => [p.code, p.where?.line])).toEqual([[code, text.split('\n').length]])
  })
})
