import type { Answer, ProbeQuestion, Question } from '../answer.ts'
import { version } from '../cli/version.ts'
import type { Json, SourceFile } from '../manifest/object.ts'
import { readManifests } from '../manifest/read.ts'
import { isPlainText } from '../manifest/text/scalar.ts'
import type { TraceEvent } from '../trace/event.ts'
import type { Ending, Journey, OutcomeKind, Phase } from '../trace/journey.ts'

/** What came of a question, in few enough words to be compared with another run. */
export interface Expected {
  readonly outcome: OutcomeKind
  readonly status?: number
  /** What the failed call returned. */
  readonly errno?: string
  /** undefined: nobody answered. */
  readonly backend?: string
  readonly backendAddress?: string
  /** Source address (without its port) as the backend sees it. */
  readonly sourceSeen?: string
  readonly reason?: string
  /** With outcome `unmodelled`: what it is. */
  readonly unmodelled?: string
  /** Of the first packet of the phase: NAT in order, `dst OLD -> NEW`, `src OLD -> NEW`; random ports as *. */
  readonly nat: readonly string[]
  /** Netns that it passes, in order, each once for every visit. */
  readonly through: readonly string[]
  /** Tunnels that wrap it. */
  readonly tunnels: readonly string[]
  readonly ending: Ending['kind']
}

/** A story that was read back: the question whole, and what was said to come of it. */
export interface ReadStory {
  readonly name: string
  /** The Packetwalk that wrote it. */
  readonly packetwalk: string
  readonly question: Question
  /** undefined: the text had errors, and nothing was walked. */
  readonly about?: Phase
  readonly expect?: Expected
}

/** Random ports as *. */
const natText = (e: Extract<TraceEvent, { kind: 'nat' }>): string =>
  `${e.manip} ${e.from} -> ${e.manip === 'src' ? e.to.replace(/:\d+$/, ':*') : e.to}`

const visits = (journey: Journey): readonly string[] => {
  const places = journey.events.flatMap((e) => (e.kind === 'cross' ? [e.from.netns, e.to.netns] : [e.at.netns]))
  return places.filter((place, i) => place !== places[i - 1])
}

const addressOf = (endpoint: string): string => endpoint.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')

/** The phase whose first packet tells the story: the look-up when it failed, else what opened the connection. */
export function aboutOf(answer: Answer): Phase | undefined {
  const phases = answer.walk?.journeys.map((j) => j.phase) ?? []
  const wanted: readonly Phase[] = answer.walk?.outcome.kind === 'dns-error' ? ['dns', 'connect'] : ['connect', 'request', 'dns']
  return wanted.find((phase) => phases.includes(phase)) ?? phases[0]
}

/** What came of a walk; undefined without one. */
export function expectedOf(answer: Answer, about = aboutOf(answer)): Expected | undefined {
  const first = answer.walk?.journeys.find((j) => j.phase === about)
  if (!answer.walk || !first) return undefined
  const { kind, status, errno, backend, backendAddress, sourceSeen, reason, unmodelled } = answer.walk.outcome
  return {
    outcome: kind,
    ...(status === undefined ? {} : { status }),
    ...(errno === undefined ? {} : { errno }),
    ...(backend === null ? {} : { backend }),
    ...(backendAddress === null ? {} : { backendAddress }),
    ...(sourceSeen === null ? {} : { sourceSeen: addressOf(sourceSeen) }),
    ...(reason === null ? {} : { reason }),
    ...(unmodelled === undefined ? {} : { unmodelled }),
    nat: first.events.filter((e) => e.kind === 'nat').map(natText),
    through: visits(first),
    tunnels: first.events.flatMap((e) => (e.kind === 'encap' ? [`${e.tunnel} to ${e.remote}`] : [])),
    ending: first.ending.kind,
  }
}

/** Line ends that the block form would not bring back, and what a terminal or an editor might act on. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const awkward = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]/

const quoted = (text: string): string =>
  JSON.stringify(text).replace(new RegExp(awkward, 'g'), (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** A text as a literal block (its indent counted from the parent's, whence the 2), which a reader can read; one that would not come back the same is quoted. */
function block(text: string, indent: string): string {
  if (text.trim() === '' || awkward.test(text)) return quoted(text)
  const ends = text.endsWith('\n')
  const lines = (ends ? text.slice(0, -1) : text).split('\n').map((line) => (line === '' ? '' : indent + line))
  return `|2${ends ? '+' : '-'}\n${lines.join('\n')}`
}

const scalar = (value: string | number | boolean): string =>
  typeof value === 'string' ? (isPlainText(value) ? value : quoted(value)) : `${value}`

function written(value: Json, indent: string): string {
  if (value === null || typeof value !== 'object') return value === null ? ' null' : ` ${scalar(value)}`
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []'
    return value.map((one: Json) => `\n${indent}-${written(one, `${indent}  `)}`).join('')
  }
  const entries = Object.entries(value)
  if (entries.length === 0) return ' {}'
  return entries.map(([key, one]) => `\n${indent}${scalar(key)}:${written(one, `${indent}  `)}`).join('')
}

const fileText = ({ name, text }: SourceFile): string => `    - name: ${scalar(name)}\n      text: ${block(text, '        ')}\n`

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json

/**
 * A question and what came of it as one YAML text (kind Story): the lab's files word for word, the probe, the dice, the outcome,
 * and the version that found it. It can be dropped on the page, sent to somebody, and asked again by the tests.
 */
export function storyText(answer: Answer, name: string): string {
  const { files, seed, forced, probe, proxy, cni } = answer.question
  const about = aboutOf(answer)
  const rest = asJson({
    packetwalk: version,
    probe: probe ?? answer.walk?.probe,
    seed,
    forced: forced === undefined || Object.keys(forced).length === 0 ? undefined : forced,
    proxy,
    cni,
    about,
    expect: expectedOf(answer, about),
  })
  const head = `# A lab, a question and what came of it. Drop this file on the page, or hand it to the tests.\napiVersion: packetwalk.dev/v1alpha1\nkind: Story\nmetadata:\n  name: ${scalar(name)}\nspec:`
  return `${head}${written(rest, '  ')}\n  files:${files.length === 0 ? ' []\n' : `\n${files.map(fileText).join('')}`}`
}

type Raw = Readonly<Record<string, Json>>
const mapOf = (value: Json | undefined): Raw | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : undefined

function filesOf(value: Json | undefined): readonly SourceFile[] | undefined {
  if (!Array.isArray(value)) return undefined
  const files = value.map((one: Json) => {
    const { name, text } = mapOf(one) ?? {}
    return typeof name === 'string' && typeof text === 'string' && /^[\w.-]{1,80}$/.test(name) ? { name, text } : undefined
  })
  return files.every((f) => f !== undefined) ? files : undefined
}

const probeIn = (value: Json | undefined): ProbeQuestion | undefined => {
  const raw = mapOf(value)
  return typeof raw?.['from'] === 'string' && typeof raw['to'] === 'string' ? (raw as unknown as ProbeQuestion) : undefined
}

const forcedIn = (value: Json | undefined): Readonly<Record<string, number>> | undefined => {
  const raw = mapOf(value)
  return raw && Object.values(raw).every((n) => typeof n === 'number' && Number.isInteger(n) && n >= 0)
    ? (raw as Record<string, number>)
    : undefined
}

/** The story in a text; undefined when there is none, or it is not whole. */
export function readStory(text: string): ReadStory | undefined {
  const object = readManifests([{ name: 'story.yaml', text }]).objects.find(
    ({ apiVersion, raw }) => apiVersion === 'packetwalk.dev/v1alpha1' && raw['kind'] === 'Story',
  )
  const spec = mapOf(object?.raw['spec'])
  const files = filesOf(spec?.['files'])
  if (!object || !spec || !files) return undefined
  const { seed, packetwalk, proxy, cni, about } = spec
  const probe = probeIn(spec['probe'])
  const forced = forcedIn(spec['forced'])
  const expect = mapOf(spec['expect'])
  return {
    name: object.metadata.name,
    packetwalk: typeof packetwalk === 'string' ? packetwalk : '',
    question: {
      v: 1,
      files,
      seed: typeof seed === 'number' && Number.isInteger(seed) && seed >= 0 ? seed : 1,
      ...(probe ? { probe } : {}),
      ...(forced ? { forced } : {}),
      ...(typeof proxy === 'string' ? { proxy } : {}),
      ...(typeof cni === 'string' ? { cni } : {}),
    },
    ...(typeof about === 'string' ? { about: about as Phase } : {}),
    ...(expect ? { expect: expect as unknown as Expected } : {}),
  }
}
