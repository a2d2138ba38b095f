import './ui/fonts.css'
import './ui/tokens.css'
import './ui/page.css'
import './panels/panels.css'
import './panels/stepping.css'
import './panels/more.css'
import './editor/editor.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { askNow, listenToEngine, waiting } from './asking.ts'
import { Crash } from './Crash.tsx'
import { asking, killWorker } from './engine/client.ts'
import { partsComing } from './panels/part.tsx'
import { followStage, panesBehind } from './play/beside.ts'
import { listenToKeys } from './play/keys.ts'
import { runPlay } from './play/play.ts'
import { firstState, onNewAddress, rememberState, wantedFirst, writing } from './remember.ts'
import { state, useStore } from './store.ts'
import { everythingHere, fetchAhead } from './ui/ahead.ts'
import { fetchingDialogs } from './ui/Dialogs.tsx'
import { nothingMoves, watchStillness } from './ui/motion.ts'
import { listenToPageKeys } from './ui/pagekeys.ts'

declare global {
  interface Window {
    /**
     * For tests and benchmarks: is nothing asked, nothing moving and every font there? Has every pane followed the walk
     * on stage? Is every part fetched? The open file's text; a worker's death to order.
     */
    packetwalk: {
      readonly quiet: () => boolean
      readonly followed: () => boolean
      readonly whole: () => boolean
      readonly text: () => string
      readonly killWorker: () => void
    }
  }
}
let begun = false
window.packetwalk = {
  quiet: () =>
    begun &&
    !asking() &&
    !waiting() &&
    !writing() &&
    !panesBehind() &&
    !partsComing() &&
    !fetchingDialogs() &&
    nothingMoves() &&
    document.fonts.status === 'loaded',
  followed: () => !asking() && !panesBehind(),
  whole: everythingHere,
  text: () => state().files.find((f) => f.name === state().file)?.text ?? '',
  killWorker,
}

watchStillness()
listenToEngine()
rememberState()
runPlay()
followStage()
listenToPageKeys()
listenToKeys()
const open = (then: 'stay' | 'play'): void => void askNow(then)

const stop = useStore.subscribe(({ answer }) => {
  if (answer === undefined) return
  stop()
  void fetchAhead()
})

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
const begin = (): void => {
  begun = true
  open(firstState())
  onNewAddress(open)
  createRoot(root).render(
    <StrictMode>
      <Crash>
        <App />
      </Crash>
    </StrictMode>,
  )
}
const first = wantedFirst()
if (first.length === 0) begin()
else void Promise.all(first).then(begin)
