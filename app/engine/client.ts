import type { Answer, Question, View, Viewed } from '../../src/answer.ts'
import type { FromWorker, ToWorker } from '../../src/protocol.ts'

/** Why the worker had to be started again, or what it could not do. */
export type EngineNews =
  | { readonly kind: 'restarted' }
  | { readonly kind: 'crash'; readonly message: string; readonly question: Question | undefined }
  | { readonly kind: 'progress'; readonly stage: string; readonly done: number; readonly total: number }

/** A question that takes longer than this gives way to a newer one: the worker is ended and begun again. In ms. */
const PATIENCE = 1500

const start = (): Worker => new Worker(new URL('../../src/worker.ts', import.meta.url), { type: 'module', name: 'engine' })

interface Pending {
  readonly number: number
  readonly question: Question
  readonly done: (answer: Answer | undefined) => void
}

type Told = (far: Extract<FromWorker, { readonly progress: unknown }>['progress']) => void

let worker: Worker | undefined
let latest = 0
let running: (Pending & { readonly since: number }) | undefined
let next: Pending | undefined
let patience: ReturnType<typeof setTimeout> | undefined
let deaths = 0
let last: Question | undefined
const looks = new Map<number, (viewed: Viewed | undefined) => void>()
const slow = new Map<number, Told>()
let tell: (news: EngineNews) => void = () => {}

/** One listener hears of restarts, crashes and progress. */
export const onNews = (listener: (news: EngineNews) => void): void => {
  tell = listener
}

/** Is a question or a look still without answer? */
export const asking = (): boolean => running !== undefined || next !== undefined || looks.size > 0

/** The answer, or undefined when a newer question overtook this one or the engine failed. */
export function ask(question: Question): Promise<Answer | undefined> {
  return new Promise((done) => {
    next?.done(undefined)
    latest += 1
    next = { number: latest, question, done }
    if (running === undefined) send()
    else hurry(running.since)
  })
}

/** A look at the world behind the last answer. */
export function look(view: View): Promise<Viewed | undefined> {
  return new Promise((done) => {
    latest += 1
    looks.set(latest, done)
    post({ number: latest, view })
  })
}

/** A look that takes its time: `told` hears how far it is; the second function gives it up. */
export function lookSlowly(view: View, told: Told): readonly [Promise<Viewed | undefined>, () => void] {
  const viewed = look(view)
  const number = latest
  slow.set(number, told)
  const giveUp = (): void => {
    if (looks.has(number)) post({ cancel: number })
    hear({ number, viewed: { kind: 'text', text: '' } })
  }
  return [viewed, giveUp]
}

/** Gives up what is being computed; the last answer stays. */
export function cancel(): void {
  next?.done(undefined)
  next = undefined
  if (running !== undefined) restart()
}

function hurry(since: number): void {
  clearTimeout(patience)
  patience = setTimeout(restart, Math.max(0, since + PATIENCE - performance.now()))
}

function post(message: ToWorker): void {
  worker ??= listen(start())
  worker.postMessage(message)
}

function send(): void {
  if (next === undefined) return
  running = { ...next, since: performance.now() }
  last = next.question
  next = undefined
  post({ number: running.number, ask: running.question })
}

function listen(fresh: Worker): Worker {
  fresh.onmessage = ({ data }: MessageEvent<FromWorker>): void => hear(data)
  fresh.onerror = (event): void => {
    event.preventDefault()
    died(event.message ?? '')
  }
  fresh.onmessageerror = (): void => died('messageerror')
  return fresh
}

function hear(message: FromWorker): void {
  if ('viewed' in message) {
    looks.get(message.number)?.(message.viewed)
    looks.delete(message.number)
    slow.delete(message.number)
    return
  }
  if ('progress' in message) {
    if (message.number === running?.number) tell({ kind: 'progress', ...message.progress })
    else slow.get(message.number)?.(message.progress)
    return
  }
  if (message.number !== running?.number) {
    looks.get(message.number)?.(undefined)
    looks.delete(message.number)
    return
  }
  deaths = 0
  if ('crash' in message) {
    tell({ kind: 'crash', message: message.crash.message, question: message.crash.question ?? running.question })
  }
  finish('answer' in message && next === undefined ? message.answer : undefined)
}

function finish(answer: Answer | undefined): void {
  clearTimeout(patience)
  const { done } = running ?? {}
  running = undefined
  send()
  done?.(answer)
}

function restart(): void {
  worker?.terminate()
  worker = undefined
  dropLooks()
  finish(undefined)
}

/** Nobody is left to answer what was asked of the worker that is gone. */
function dropLooks(): void {
  for (const done of looks.values()) done(undefined)
  looks.clear()
}

/** The worker is gone. The same question is asked once more; a second death in a row is told and not repeated. */
function died(message: string): void {
  deaths += 1
  // A worker that dies with nothing to do takes the world of the last answer along: views need it back.
  const lost = running ?? (last === undefined ? undefined : { number: ++latest, question: last, done: () => {} })
  if (deaths > 1 || lost === undefined) {
    tell({ kind: 'crash', message, question: lost?.question })
    restart()
    return
  }
  tell({ kind: 'restarted' })
  worker?.terminate()
  worker = undefined
  dropLooks()
  running = undefined
  next ??= lost
  if (next !== lost) lost.done(undefined)
  send()
}

/** For tests of the page's own care: ends the worker as a fault of the browser would. */
export function killWorker(): void {
  died('killed')
}
