import { useEffect } from 'react'
import { type Notice, set, useStore } from '../store.ts'
import { Icon } from './Icon.tsx'
import { type T, useT } from './words/t.ts'

const sentence = (notice: Notice, t: T): string => {
  switch (notice.kind) {
    case 'link':
      return t(`notice.${notice.trouble}`)
    case 'crash':
      return t('notice.crash', { message: notice.message })
    case 'restarted':
    case 'copied':
    case 'copy-failed':
    case 'storage':
      return t(`notice.${notice.kind}`)
  }
}

/** What the page has to say about itself. Good news goes by itself, the rest stays until it is closed. */
export function Notices() {
  const t = useT()
  const notice = useStore((s) => s.notice)
  useEffect(() => {
    if (notice?.kind !== 'copied') return undefined
    const timer = setTimeout(() => set({ notice: undefined }), 2500)
    return () => clearTimeout(timer)
  }, [notice])
  return (
    <div className="notices" role="status">
      {notice !== undefined && (
        <div className="notice" data-kind={notice.kind}>
          <span>{sentence(notice, t)}</span>
          <button type="button" aria-label={t('notice.close')} onClick={() => set({ notice: undefined })}>
            <Icon name="close" size={12} />
          </button>
        </div>
      )}
    </div>
  )
}
