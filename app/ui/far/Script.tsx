import { useEffect, useState } from 'react'
import type { Viewed } from '../../../src/answer.ts'
import { look } from '../../engine/client.ts'
import { sayProblem } from '../../engine/say.ts'
import { titleOf } from '../../learn/start.ts'
import { useStore } from '../../store.ts'
import { Copy, plainName, save } from './handon.tsx'
import { Modal } from './Modal.tsx'
import { useFarT } from './words/t.ts'

/** The lab as a shell script for a real kernel: to read, copy and keep. */
export function Script() {
  const t = useFarT()
  const lang = useStore((s) => s.lang)
  const slug = useStore((s) => s.slug)
  const good = useStore((s) => s.good)
  const [made, setMade] = useState<Viewed | 'busy' | 'lost'>('busy')
  const name = titleOf(slug, 'en') ?? 'lab'
  const file = `${plainName(slug === '' ? 'lab' : slug)}.sh`
  useEffect(() => {
    if (good?.walk === undefined) return undefined
    let late = false
    void look({ kind: 'script', name }).then((viewed) => {
      if (!late) setMade(viewed ?? 'lost')
    })
    return () => {
      late = true
    }
  }, [name, good])
  const text = typeof made === 'object' && made.kind === 'text' ? made.text : ''
  return (
    <Modal title={t('script.title')} className="script">
      {good?.walk === undefined ? (
        <p>{t('story.none')}</p>
      ) : made === 'lost' ? (
        <p className="warn">{t('script.lost')}</p>
      ) : typeof made === 'object' && made.kind === 'problem' ? (
        <p className="warn">{sayProblem(made.problem, lang)}</p>
      ) : (
        <>
          <p>{t('script.text')}</p>
          <div className="row">
            <code>sudo sh {file}</code>
            <Copy text={text} label={t('script.copy')} className="primary" />
            <button type="button" disabled={text === ''} onClick={() => save(file, text, 'text/x-shellscript')}>
              {t('script.save')}
            </button>
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area has to be reachable by keyboard */}
          <pre tabIndex={0}>{text === '' ? t('script.busy') : text}</pre>
        </>
      )}
    </Modal>
  )
}
