import { useEffect, useMemo, useState } from 'react'
import { edited } from '../../asking.ts'
import { look } from '../../engine/client.ts'
import { titleOf } from '../../learn/start.ts'
import { stationAt, stepsOf } from '../../play/steps.ts'
import { linkTo, tooLongForLink } from '../../remember.ts'
import { type State, set, useStore } from '../../store.ts'
import { Copy, plainName, save } from './handon.tsx'
import { Modal } from './Modal.tsx'
import { type FarT, useFarT } from './words/t.ts'

/** Chat programs begin to cut links somewhere above this. Characters. */
const COMFORTABLE = 2000

/** What the link holds, in words. */
function holdsOf(s: State, t: FarT): readonly string[] {
  const own = s.slug.startsWith('~') || edited(s.slug, s.files)
  const steps = stepsOf(s.good)
  const here = stationAt(steps, s.playhead)
  const forced = Object.keys(s.forced).length
  return [
    own
      ? t('share.text', { files: s.files.length, n: s.files.reduce((n, f) => n + f.text.length, 0) })
      : t('share.lab', { lab: titleOf(s.slug, s.lang) ?? s.slug }),
    s.probe === undefined ? t('share.ownProbe') : t('share.probe', { from: s.probe.from, to: s.probe.to }),
    ...(here === undefined ? [] : [t('share.step', { n: here.index + 1, all: steps.stations.length })]),
    ...(s.seed === 1 && forced === 0 ? [] : [t('share.dice', { seed: s.seed, forced })]),
    t('share.lang'),
  ]
}

function LinkPart() {
  const t = useFarT()
  const s = useStore()
  const tooLong = tooLongForLink(s)
  const link = useMemo(() => (tooLong ? '' : linkTo(s)), [s, tooLong])
  if (tooLong) return <p>{t('share.tooLong', { n: s.files.reduce((n, f) => n + f.text.length, 0) })}</p>
  return (
    <section>
      <div className="row">
        <input readOnly aria-label={t('share.link')} value={link} onFocus={(e) => e.target.select()} />
        <Copy text={link} label={t('share.copyLink')} className="primary" />
      </div>
      <p className="aside">
        {t('share.length', { n: link.length })} {link.length > COMFORTABLE && t('share.long')}
      </p>
      <p>{t('share.holds')}</p>
      <ul>
        {holdsOf(s, t).map((what) => (
          <li key={what}>{what}</li>
        ))}
      </ul>
      <p className="aside">{t('share.private')}</p>
    </section>
  )
}

function StoryPart() {
  const t = useFarT()
  const slug = useStore((s) => s.slug)
  const good = useStore((s) => s.good)
  const stale = useStore((s) => s.answer !== s.good)
  const [name, setName] = useState(plainName(slug))
  const [text, setText] = useState('')
  const told = plainName(name)
  useEffect(() => {
    if (good?.walk === undefined) return undefined
    let late = false
    void look({ kind: 'story', name: told }).then((viewed) => {
      if (!late && viewed?.kind === 'text') setText(viewed.text)
    })
    return () => {
      late = true
    }
  }, [good, told])
  const failed = good?.walk !== undefined && good.walk.outcome.kind !== 'ok'
  return (
    <section>
      <h3>{t(failed ? 'story.report' : 'story.title')}</h3>
      {good?.walk === undefined ? (
        <p>{t('story.none')}</p>
      ) : (
        <>
          <p>{t('story.text')}</p>
          {failed && <p>{t('story.wrong')}</p>}
          {stale && <p className="warn">{t('story.stale')}</p>}
          <div className="row">
            <label>
              <span>{t('story.name')}</span>
              <input value={name} maxLength={60} spellCheck={false} onChange={(e) => setName(e.target.value)} />
            </label>
            <Copy text={text} label={t('story.copy')} className="" />
            <button type="button" disabled={text === ''} onClick={() => save(`${told}.story.yaml`, text, 'application/yaml')}>
              {t('story.save')}
            </button>
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area has to be reachable by keyboard */}
          <pre tabIndex={0}>{text === '' ? t('story.busy') : text}</pre>
        </>
      )}
    </section>
  )
}

/** The way to the script that builds the lab for real. */
function ScriptPart() {
  const t = useFarT()
  const good = useStore((s) => s.good)
  if (good?.walk === undefined) return null
  return (
    <section className="onward">
      <h3>{t('script.title')}</h3>
      <button type="button" aria-haspopup="dialog" onClick={() => set({ sheet: 'script' })}>
        {t('script.open')}
      </button>
    </section>
  )
}

/** A link to this very step, and the whole thing as a file. */
export function Share() {
  const t = useFarT()
  return (
    <Modal title={t('share.title')} className="share">
      <LinkPart />
      <StoryPart />
      <ScriptPart />
    </Modal>
  )
}
