import { useEffect } from 'react'
import { openPlace } from '../asking.ts'
import { sayProblem } from '../engine/say.ts'
import { joined } from '../learn/files.ts'
import { type Notice, set, state, useStore } from '../store.ts'
import { Icon } from './Icon.tsx'
import type { Lang } from './lang.ts'
import { type T, useT } from './words/t.ts'

const sentence = (notice: Notice, t: T, lang: Lang): string => {
  switch (notice.kind) {
    case 'link':
      return t(`notice.${notice.trouble}`)
    case 'crash':
      return t('notice.crash', { message: notice.message })
    case 'replaced':
      return t(`notice.replaced.${notice.how}`, { n: notice.n })
    case 'files':
      return t(`notice.files.${notice.trouble}`, { name: notice.name })
    case 'saved':
      return t('notice.saved', { name: notice.name })
    case 'problem':
      return sayProblem(notice.problem, lang)
    case 'unmodelled':
      return t('notice.unmodelled', { what: notice.what })
    case 'restarted':
    case 'copied':
    case 'copy-failed':
    case 'storage':
    case 'not-saved':
    case 'part':
      return t(`notice.${notice.kind}`)
  }
}

/** What can be done about it, as buttons. */
function Actions({ notice, t }: { readonly notice: Notice; readonly t: T }) {
  if (notice.kind === 'part') {
    return (
      <button type="button" onClick={() => set({ notice: undefined, sheet: notice.sheet })}>
        {t('notice.retry')}
      </button>
    )
  }
  if (notice.kind !== 'replaced') return null
  const { before, how } = notice
  return (
    <>
      <button type="button" onClick={() => openPlace(before, 'undone')}>
        {t(how === 'undone' ? 'notice.redo' : 'notice.undo')}
      </button>
      {how === 'files' && (
        <button type="button" onClick={() => openPlace({ ...before, files: joined(before.files, state().files) }, 'joined')}>
          {t('notice.join')}
        </button>
      )}
    </>
  )
}

/** Good news floats and goes by itself. */
const isBrief = (notice: Notice | undefined): boolean => notice?.kind === 'copied' || notice?.kind === 'saved'

/** What the page has to say about itself. What matters stays until it is closed. */
export function Notices() {
  const t = useT()
  const lang = useStore((s) => s.lang)
  const notice = useStore((s) => s.notice)
  useEffect(() => {
    if (!isBrief(notice)) return undefined
    const timer = setTimeout(() => set({ notice: undefined }), 2500)
    return () => clearTimeout(timer)
  }, [notice])
  return (
    <div className="notices" role="status">
      {notice !== undefined && (
        <div className="notice" data-kind={notice.kind} data-brief={isBrief(notice)}>
          <span>{sentence(notice, t, lang)}</span>
          <span className="actions">
            <Actions notice={notice} t={t} />
          </span>
          <button type="button" className="close" aria-label={t('notice.close')} onClick={() => set({ notice: undefined })}>
            <Icon name="close" size={12} />
          </button>
        </div>
      )}
    </div>
  )
}
