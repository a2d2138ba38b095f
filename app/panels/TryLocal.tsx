import type { Answer } from '../../src/answer.ts'
import { editFiles } from '../asking.ts'
import { look as lookAt } from '../engine/client.ts'
import type { Look } from '../play/steps.ts'
import { set, state, useStore } from '../store.ts'
import { type Book, useBook } from './book.ts'
import { originsOf } from './origin.ts'

const book = {
  why: [
    'Local keeps the caller’s address: only nodes with an endpoint answer, and none of them masquerades.',
    'Local 会保留调用方的地址：只有带 endpoint 的节点应答，并且不做 MASQUERADE。',
  ],
  change: ['Try: change to Local', '试一试：改成 Local'],
} as const satisfies Book

const PATH = 'spec.externalTrafficPolicy'

/** The Service whose externalTrafficPolicy sent the packet to the mark that this SNAT asks for; undefined: none did. */
export function serviceBehind(answer: Answer, look: Look): string | undefined {
  const { events } = look.station.journey
  for (const event of events.slice(0, events.indexOf(look.main)).reverse()) {
    if (event.kind !== 'rule' || !event.because) continue
    for (const { cause } of originsOf(answer, event.because))
      if (cause.what.kind === 'manifest' && cause.what.path === PATH) return cause.what.object
  }
  return undefined
}

/** Writes Local into the Service and walks again. */
async function change(object: string): Promise<void> {
  const { files } = state()
  const viewed = await lookAt({ kind: 'set', files, object, path: PATH, value: 'Local' })
  // An edit came in between: the visitor's own text is newer.
  if (state().files !== files) return
  if (viewed?.kind === 'files') editFiles(viewed.files)
  if (viewed?.kind === 'problem') set({ notice: { kind: 'problem', problem: viewed.problem } })
}

/** Under a SNAT of traffic from outside: what would spare it, one click away. */
export function TryLocal({ answer, look }: { readonly answer: Answer; readonly look: Look }) {
  const say = useBook(book)
  const fresh = useStore((s) => s.answer === answer)
  const object = serviceBehind(answer, look)
  if (object === undefined || !fresh) return null
  return (
    <p className="aside">
      {say('why')}{' '}
      <button type="button" className="jump" onClick={() => void change(object)}>
        {say('change')}
      </button>
    </p>
  )
}
