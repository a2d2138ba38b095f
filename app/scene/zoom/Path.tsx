import type { Answer } from '../../../src/answer.ts'
import { useStore } from '../../store.ts'
import type { Beat } from '../../timeline/beats.ts'
import { openCni } from '../../ui/far/cni/open.ts'
import { sayBeat } from '../say.ts'
import { type Near, nodeOf } from './near.ts'
import { useZ } from './words.ts'

const born = { en: 'How this Pod got its network, step by step', zh: '这个 Pod 的网络是怎么来的，一步一步看' }

interface Props {
  readonly answer: Answer
  readonly near: Near
  readonly beat: Beat | undefined
  readonly to: (near: Near | undefined) => void
}

/** Cluster › node-1 › client ⇄ node-1: where the visitor is, the ways back, and where the packet is meanwhile. */
export function Path({ answer, near, beat, to }: Props) {
  const z = useZ()
  const lang = useStore((s) => s.lang)
  const title = (name: string): string => answer.stage?.netns.find((n) => n.name === name)?.title ?? name
  const node = nodeOf(answer, near.netns)
  return (
    <nav className="pw-path" aria-label={z('path')}>
      <ol>
        <li>
          <button type="button" onClick={() => to(undefined)}>
            {z('cluster')}
          </button>
        </li>
        {near.level === 'pair' && node !== undefined && (
          <li>
            <button type="button" onClick={() => to({ level: 'node', netns: node })}>
              {title(node)}
            </button>
          </li>
        )}
        <li>
          {/* The focus lands here when the stage has changed. */}
          <span aria-current="location" tabIndex={-1}>
            {near.level === 'pair' ? `${title(near.netns)} ⇄ ${title(node ?? '')}` : title(near.netns)}
          </span>
        </li>
      </ol>
      {near.level === 'pair' && (
        <button type="button" className="pw-born" aria-haspopup="dialog" title={born[lang]} onClick={() => openCni(near.netns)}>
          CNI ADD
        </button>
      )}
      {beat !== undefined && <span>{sayBeat(answer, beat, lang)}</span>}
    </nav>
  )
}
