import { beforeEach, expect, test, vi } from 'vitest'
import type { Answer, Question } from '../../src/answer.ts'
import type { FromWorker, ToWorker } from '../../src/protocol.ts'

/** A worker that answers when it is told to. */
class FakeWorker {
  static all: FakeWorker[] = []
  readonly got: ToWorker[] = []
  ended = false
  onmessage: ((event: { data: FromWorker }) => void) | undefined
  onerror: ((event: { message: string; preventDefault: () => void }) => void) | undefined
  constructor() {
    FakeWorker.all.push(this)
  }
  postMessage(message: ToWorker): void {
    this.got.push(message)
  }
  terminate(): void {
    this.ended = true
  }
  answer(): void {
    const last = this.got.at(-1)
    if (last === undefined || !('ask' in last)) throw new Error('nothing was asked')
    this.onmessage?.({ data: { number: last.number, answer: { question: last.ask } as Answer } })
  }
  die(): void {
    this.onerror?.({ message: 'out of memory', preventDefault: () => {} })
  }
}

const q = (seed: number): Question => ({ v: 1, files: [], seed })
const seeds = (worker: FakeWorker | undefined): readonly number[] => worker?.got.flatMap((m) => ('ask' in m ? [m.ask.seed] : [])) ?? []

let client: typeof import('./client.ts')
beforeEach(async () => {
  vi.useFakeTimers()
  vi.resetModules()
  FakeWorker.all = []
  vi.stubGlobal('Worker', FakeWorker)
  client = await import('./client.ts')
})

test('the newest question wins; one that was never begun is not sent', async () => {
  const first = client.ask(q(1))
  const second = client.ask(q(2))
  const third = client.ask(q(3))
  expect(await second).toBeUndefined()
  FakeWorker.all[0]?.answer()
  expect(await first).toBeUndefined()
  FakeWorker.all[0]?.answer()
  expect((await third)?.question.seed).toBe(3)
  expect(seeds(FakeWorker.all[0])).toEqual([1, 3])
  expect(client.asking()).toBe(false)
})

test('a long question gives way to a newer one: the worker is ended and begun again', async () => {
  const slow = client.ask(q(1))
  const next = client.ask(q(2))
  vi.advanceTimersByTime(2000)
  expect(FakeWorker.all[0]?.ended).toBe(true)
  expect(await slow).toBeUndefined()
  FakeWorker.all[1]?.answer()
  expect((await next)?.question.seed).toBe(2)
})

test('a long question without a newer one is left alone', () => {
  void client.ask(q(1))
  vi.advanceTimersByTime(60_000)
  expect(FakeWorker.all[0]?.ended).toBe(false)
})

test('a worker that dies is begun again and the question asked once more', async () => {
  const news: string[] = []
  client.onNews((n) => news.push(n.kind))
  const answer = client.ask(q(7))
  FakeWorker.all[0]?.die()
  expect(seeds(FakeWorker.all[1])).toEqual([7])
  FakeWorker.all[1]?.answer()
  expect((await answer)?.question.seed).toBe(7)
  expect(news).toEqual(['restarted'])
})

test('a question that kills the worker twice is told and given up', async () => {
  const news: string[] = []
  client.onNews((n) => news.push(n.kind))
  const answer = client.ask(q(7))
  FakeWorker.all[0]?.die()
  FakeWorker.all[1]?.die()
  expect(await answer).toBeUndefined()
  expect(news).toEqual(['restarted', 'crash'])
  expect(client.asking()).toBe(false)
})

test('a worker that dies with nothing to do is begun again with the world of the last answer', async () => {
  const answer = client.ask(q(7))
  FakeWorker.all[0]?.answer()
  await answer
  FakeWorker.all[0]?.die()
  expect(seeds(FakeWorker.all[1])).toEqual([7])
  FakeWorker.all[1]?.answer()
  expect(client.asking()).toBe(false)
})

test('cancel gives up what runs and what waits', async () => {
  const [a, b] = [client.ask(q(1)), client.ask(q(2))]
  client.cancel()
  expect(await Promise.all([a, b])).toEqual([undefined, undefined])
  expect(FakeWorker.all[0]?.ended).toBe(true)
})

test('a look that the engine does not answer comes back empty', async () => {
  const seen = client.look({ kind: 'tool', netns: 'node-1', argv: ['ip', 'route'] })
  client.cancel()
  const number = FakeWorker.all[0]?.got[0]
  if (number === undefined || !('number' in number)) throw new Error('no look was sent')
  FakeWorker.all[0]?.onmessage?.({ data: { number: number.number, crash: { message: 'x' } } })
  expect(await seen).toBeUndefined()
})

test('a look whose worker dies is answered with nothing, and does not keep the page busy', async () => {
  const walked = client.ask(q(1))
  FakeWorker.all[0]?.answer()
  await walked
  const looked = client.look({ kind: 'wrote', file: 'a.yaml', line: 1 })
  FakeWorker.all[0]?.die()
  expect(await looked).toBeUndefined()
  FakeWorker.all[1]?.answer()
  await vi.advanceTimersByTimeAsync(0)
  expect(client.asking()).toBe(false)
})
