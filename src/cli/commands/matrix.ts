import { cellProbe, type Matrix, type MatrixQuestion, wholeMatrix } from '../../engine/matrix.ts'
import { probe, type World } from '../../explain.ts'
import type { OutcomeKind } from '../../trace/journey.ts'
import type { Problem } from '../../trace/problem.ts'
import type { Asked } from '../asked.ts'
import type { Command } from '../command.ts'
import { openLab } from '../lab.ts'
import { complaint } from '../problems.ts'
import { done, json } from '../result.ts'
import { usage } from '../usage.ts'
import { say } from '../words/words.ts'

const COLUMNS = ['services', 'pods', 'all'] as const
const PROTOCOLS = ['tcp', 'udp', 'sctp'] as const

/** `80`, `53/UDP`. */
function portOf(text: string): MatrixQuestion['port'] | Problem {
  const m = /^(\d{1,5})(?:\/(\w+))?$/.exec(text)
  const number = Number(m?.[1])
  const proto = PROTOCOLS.find((p) => p === (m?.[2] ?? 'tcp').toLowerCase())
  if (m === null || proto === undefined || number < 1 || number > 65535)
    return complaint('option-value', { option: '--port', value: text, values: 'N/TCP, N/UDP, N/SCTP' })
  return { number, proto }
}

function questionOf(asked: Asked): MatrixQuestion | Problem {
  const wanted = asked.option('--to') ?? 'all'
  const to = COLUMNS.find((name) => name === wanted)
  if (to === undefined) return complaint('option-value', { option: '--to', value: wanted, values: COLUMNS.join(', ') })
  const text = asked.option('--port')
  const port = text === undefined ? undefined : portOf(text)
  if (port !== undefined && 'severity' in port) return port
  return { to, ...(port === undefined ? {} : { port }) }
}

/** Refused: somebody is there, and does not listen. */
const signOf = (kind: OutcomeKind): string => (kind === 'ok' ? '.' : kind === 'refused' ? '-' : kind === 'unmodelled' ? '?' : 'X')

/** Cells that are shown with their reason. */
const MOST_TOLD = 20

/** Columns have numbers, and the numbers a list below: names are longer than cells. */
function table({ sources, targets, cells }: Matrix): readonly string[] {
  const left = Math.max(0, ...sources.map((name) => name.length))
  const wide = `${targets.length}`.length
  const line = (name: string, row: readonly string[]): string =>
    [name.padEnd(left), ...row.map((cell) => cell.padStart(wide))].join(' ').trimEnd()
  return [
    line(
      '',
      targets.map((_, i) => `${i + 1}`),
    ),
    ...sources.map((name, i) => line(name, (cells[i] ?? []).map(signOf))),
    '',
    ...targets.map(({ name, to }, i) => `${`${i + 1}`.padStart(wide)} ${name} ${to}`),
  ]
}

/** Why the first of the cells are not `ok`: the same probe again, with all its steps. */
function reasons(world: World, { sources, targets, cells }: Matrix, seed: number): readonly string[] {
  const bad = sources.flatMap((source, i) =>
    targets.flatMap((target, j) => (cells[i]?.[j] === 'ok' ? [] : { source, target, kind: cells[i]?.[j] ?? 'unmodelled' })),
  )
  return bad.slice(0, MOST_TOLD).map(({ source, target, kind }) => {
    const { where, reason, unmodelled } = probe(world, cellProbe(source, target), { seed }).outcome
    const place = [where?.netns, where?.hook].filter((word) => word !== undefined && word !== null).join(' ')
    return `${source} → ${target.name}: ${[kind, place, where?.rule ?? unmodelled ?? reason].filter((word) => word).join(', ')}`
  })
}

export const matrix: Command = {
  name: 'matrix',
  usage: 'FILE… [--to services|pods|all] [--port N/PROTO]',
  about: { en: 'who reaches whom: every Pod asks every Pod and Service', 'zh-CN': '谁能到达谁：每个 Pod 访问每个 Pod 和 Service' },
  options: [
    {
      name: '--to',
      value: 'services|pods|all',
      about: { en: 'what the columns are (default all)', 'zh-CN': '列是什么（默认 all）' },
    },
    {
      name: '--port',
      value: 'N/PROTO',
      about: {
        en: 'ask all of them at this port (default: each at its own first port)',
        'zh-CN': '都访问这个端口（默认：各自的第一个端口）',
      },
    },
  ],
  tail: [0, 0],
  run(asked, desk) {
    const question = questionOf(asked)
    if ('severity' in question) return usage([question], 'matrix', asked.lang)
    const opened = openLab(asked, desk)
    if ('refused' in opened) return opened.refused
    const { world, seed, warnings } = opened
    const made = wholeMatrix(world, question, seed)
    if (asked.option('--json') !== undefined)
      return done(json({ sources: made.sources, targets: made.targets.map(({ name }) => name), cells: made.cells }), warnings)
    const wrong = made.cells.flat().filter((kind) => kind !== 'ok').length
    const told = reasons(world, made, seed)
    const more = wrong > told.length ? [say(asked.lang, 'matrix-more', { count: wrong - told.length })] : []
    const lines = [...table(made), ...(wrong === 0 ? [] : ['', ...told, ...more])]
    return done(`${lines.join('\n')}\n`, warnings)
  },
}
