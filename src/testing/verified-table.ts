/**
 * `npm run verified`: walks every lab, story and trap on the kernel of this machine, and writes what came of it to FIDELITY.md's table and
 * to app/learn/verified.json, by which the page marks its labs, with their digests in verified-files.json. Exits 1 when a walk differs, 77 when this machine cannot check at all.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { loadParts } from '../engine/parts.ts'
import { slugs } from './gallery.ts'
import { kernelVersion, type OnThisKernel, onThisKernel } from './thiskernel.ts'
import { digestOf, NoScenario, runs, type VerifiedRun } from './verified-runs.ts'

const BEGIN = '<!-- verified: begin -->'
const END = '<!-- verified: end -->'

async function walked(run: VerifiedRun): Promise<OnThisKernel> {
  let last: OnThisKernel = { result: 'not checked', why: '' }
  // a packet of the machine's own may fall between two steps of a busy kernel: what differs is asked once more
  for (let n = 0; n < 2; n++) {
    try {
      last = await onThisKernel(run.scenario())
    } catch (error) {
      if (!(error instanceof NoScenario)) throw error
      return { result: 'not checked', why: `no scenario: ${error.message}` }
    }
    if (last.result !== 'different') return last
  }
  return last
}

const said = (it: OnThisKernel): string =>
  it.result === 'not checked'
    ? `not checked: ${it.why.split('\n')[0]}`
    : it.result === 'identical'
      ? 'identical'
      : `DIFFERENT: ${it.differences[0]}`

await loadParts()
/** So many recorders wait side by side. */
const LANES = 4
const found = new Map<VerifiedRun, OnThisKernel>()
const waiting = [...runs]
await Promise.all(
  Array.from({ length: LANES }, async () => {
    for (let run = waiting.shift(); run; run = waiting.shift()) {
      const it = await walked(run)
      found.set(run, it)
      console.log(`${run.what} ${run.name}, ${run.mode}: ${said(it)}${'steps' in it ? `, ${it.steps} steps` : ''}`)
    }
  }),
)
const rows = runs.map((run) => ({ run, found: found.get(run) as OnThisKernel }))
const checked = rows.filter(({ found }) => found.result !== 'not checked')
const different = rows.filter(({ found }) => found.result === 'different')
if (checked.length === 0) {
  console.error('NOT CHECKED: this machine can walk none of them; nothing was written')
  process.exit(77)
}

const lines = [
  '| scenario | mode | Linux | steps compared | result |',
  '|---|---|---|---|---|',
  ...rows.map(({ run, found }) => {
    const steps = 'steps' in found ? `${found.steps}` : ''
    return `| ${run.what}: ${run.name} | ${run.mode} | ${'kernel' in found ? found.kernel : ''} | ${steps} | ${said(found)} |`
  }),
]
const text = readFileSync('FIDELITY.md', 'utf8')
const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
if (from < 0 || to < from) throw new Error(`FIDELITY.md has no ${BEGIN} … ${END}`)
writeFileSync('FIDELITY.md', `${text.slice(0, from + BEGIN.length)}\n\n${lines.join('\n')}\n\n${text.slice(to)}`)

const kernel = kernelVersion()
/** A lab as it lies in the gallery, in its own mode. */
const marks = slugs.flatMap((slug) => {
  const found = rows.find(({ run }) => run.what === 'lab' && run.name === slug && run.mode === 'iptables')?.found
  return found?.result === 'identical' && found.kernel === kernel ? [[slug, { steps: found.steps }] as const] : []
})
// the page needs no digests: they stand beside the test that asks for them
const digests = Object.fromEntries(marks.map(([slug]) => [slug, digestOf(slug)]))
writeFileSync('src/testing/verified-files.json', `${JSON.stringify(digests, null, 2)}\n`)
writeFileSync('app/learn/verified.json', `${JSON.stringify({ kernel, labs: Object.fromEntries(marks) }, null, 2)}\n`)
console.log(
  `\n${checked.length} of ${rows.length} walked on Linux ${[...new Set(checked.flatMap(({ found }) => ('kernel' in found ? [found.kernel] : [])))].join(', ')}, ${different.length} different`,
)
process.exit(different.length === 0 ? 0 : 1)
