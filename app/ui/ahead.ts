import { look } from '../engine/client.ts'
import { loadGallery } from '../learn/start.ts'
import { fetchDialogs } from './Dialogs.tsx'

/** Every part of the page that is otherwise fetched when it is first wanted. Monaco comes by itself, and is none of a phone's parts. */
const parts: readonly (() => Promise<unknown>)[] = [
  loadGallery,
  fetchDialogs,
  () => import('../chains/Chains.tsx'),
  () => import('../chains/PhoneChains.tsx'),
  () => import('../editor/Tools.tsx'),
  () => import('../editor/Fixes.tsx'),
  () => import('../editor/Diff.tsx'),
  () => import('../panels/more/PacketTab.tsx'),
  () => import('../panels/more/NodeTab.tsx'),
  () => import('../panels/more/LineTab.tsx'),
  () => import('../panels/more/RouteTable.tsx'),
  () => import('../panels/more/Neighbours.tsx'),
  () => import('../panels/more/RequestTable.tsx'),
  () => import('../panels/more/ConnectionEnds.tsx'),
  () => import('../scene/zoom/pair/pair.ts'),
  () => import('../scene/bgp/part.ts'),
  // The worker's own: of the engine, and the names of Kubernetes.
  () => look({ kind: 'ahead' }),
  // The editor's icons.
  () => document.fonts.load('16px codicon'),
]

let whole = false

/** Has every part of the page come? From then on it needs no network. */
export const everythingHere = (): boolean => whole

const idle = (): Promise<void> =>
  new Promise((done) => {
    if (typeof requestIdleCallback === 'function') requestIdleCallback(() => done(), { timeout: 10_000 })
    else setTimeout(done, 1000)
  })

/** Fetches one part after another while the page has nothing else to do: the network may go later. One that fails is tried when it is wanted. */
export async function fetchAhead(): Promise<void> {
  for (const part of parts) {
    await idle()
    await part().catch(() => undefined)
  }
  whole = true
}
