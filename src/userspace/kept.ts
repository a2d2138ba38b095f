import type { ClientState } from './client.ts'
import type { Act, Process } from './process.ts'

type Open = Extract<ClientState, { readonly conn: string }>

/** A client that leaves its connection open when it has its answer. */
interface KeptState {
  readonly inner: ClientState
  /** The connection, and what was sent on it: asked again, the same is sent again. */
  readonly open?: { readonly at: Open; readonly acts: readonly Act[] }
}

const again = (act: Act): boolean => act.act === 'send' || act.act === 'timer'

/**
 * Makes a client keep its connection: it exits with its result and does not close; started again, it sends its request on the connection
 * that it has. When that connection failed, it begins anew.
 */
export function kept(client: Process): Process {
  return {
    name: client.name,
    start: { inner: client.start } as KeptState,
    on(was, happening) {
      const { inner, open } = was as KeptState
      if (happening.kind === 'start' && open !== undefined) return { state: { inner: open.at, open } satisfies KeptState, acts: open.acts }
      const begun = happening.kind === 'start' ? client.start : inner
      const { state, acts } = client.on(begun, happening)
      const now = state as ClientState
      const asked = acts.filter(again)
      const held = now.at === 'answer' && asked.length > 0 ? { at: now as Open, acts: asked } : open
      const exit = acts.find((act) => act.act === 'exit')
      const failed = exit !== undefined && (exit.result as { readonly kind: string }).kind !== 'ok'
      const next: KeptState = { inner: now, ...(held === undefined || failed ? {} : { open: held }) }
      return { state: next, acts: failed ? acts : acts.filter((act) => act.act !== 'close') }
    },
  }
}
