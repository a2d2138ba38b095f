import { useStore } from '../../store.ts'
import { unprovenOf } from './words.ts'
import './unproven.css'

/** Beside the outcome, narrower on a phone: that nobody has compared this network's part of the model with a kernel. */
export default function Unproven() {
  const lang = useStore((s) => s.lang)
  const good = useStore((s) => s.good)
  const said = unprovenOf(good, lang)
  return said === undefined ? null : (
    <span className="unproven" title={said.whole}>
      {said.short}
    </span>
  )
}
