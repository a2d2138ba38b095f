import { useSyncExternalStore } from 'react'
import { wishTheme } from '../remember.ts'
import { set, type ThemeWish, useStore } from '../store.ts'
import { Icon, type IconName } from './Icon.tsx'
import { LabPicker } from './LabPicker.tsx'
import { Logo } from './Logo.tsx'
import type { Lang } from './lang.ts'
import { ModeSwitch } from './ModeSwitch.tsx'
import { foldsNow, togglePane, watchFolds } from './panes.ts'
import { type Key, useT } from './words/t.ts'

function LangSwitch() {
  const t = useT()
  const lang = useStore((s) => s.lang)
  const choice = (value: Lang, text: string, name: string) => (
    <button type="button" aria-pressed={lang === value} aria-label={name} lang={value} onClick={() => set({ lang: value })}>
      {text}
    </button>
  )
  return (
    <fieldset className="switch" aria-label={t('top.language')}>
      {choice('zh', '中', '简体中文')}
      {choice('en', 'EN', 'English')}
    </fieldset>
  )
}

const wishes: readonly (readonly [ThemeWish, Key, IconName])[] = [
  ['system', 'top.system', 'screen'],
  ['light', 'top.light', 'sun'],
  ['dark', 'top.dark', 'moon'],
]

function ThemeSwitch() {
  const t = useT()
  const wish = useStore((s) => s.themeWish)
  return (
    <fieldset className="switch icons wide" aria-label={t('top.theme')}>
      {wishes.map(([value, name, icon]) => (
        <button
          key={value}
          type="button"
          aria-pressed={wish === value}
          aria-label={t(name)}
          title={t(name)}
          onClick={() => wishTheme(value)}
        >
          <Icon name={icon} size={15} />
        </button>
      ))}
    </fieldset>
  )
}

/** Which panes are open; a press folds or opens. */
function PaneSwitch() {
  const t = useT()
  const folds = useSyncExternalStore(watchFolds, foldsNow)
  if (folds.length === 0) return null
  return (
    <fieldset className="switch icons wide" aria-label={t('pane.panes')}>
      {folds.map(({ name, folded }) => (
        <button
          key={name}
          type="button"
          aria-pressed={!folded}
          aria-label={t(`pane.${name}`)}
          title={t(folded ? 'pane.show' : 'pane.fold', { pane: t(`pane.${name}`) })}
          onClick={() => togglePane(name)}
        >
          <Icon name={name} size={15} />
        </button>
      ))}
    </fieldset>
  )
}

/** A button that opens one of the page's dialogs. */
function Opens({
  sheet,
  name,
  icon,
  className,
}: {
  readonly sheet: 'palette' | 'keys'
  readonly name: Key
  readonly icon: IconName | '?'
  readonly className: string
}) {
  const t = useT()
  return (
    <button
      type="button"
      className={`square ${className}`}
      aria-haspopup="dialog"
      aria-label={t(name)}
      title={t(name)}
      onClick={() => set({ sheet })}
    >
      {icon === '?' ? '?' : <Icon name={icon} />}
    </button>
  )
}

export function TopBar({ phone }: { readonly phone: boolean }) {
  const t = useT()
  const editing = useStore((s) => s.editing)
  return (
    <header className="top-bar">
      <h1 title={t('app.about')}>
        <Logo />
        <span>Packetwalk</span>
      </h1>
      <LabPicker />
      {!phone && <ModeSwitch which="proxy" />}
      {!phone && <ModeSwitch which="cni" />}
      <span className="spring" />
      {phone && (
        <button type="button" aria-pressed={editing} onClick={() => set({ editing: !editing })}>
          {editing ? t('top.done') : t('top.edit')}
        </button>
      )}
      <button type="button" className="wide" aria-haspopup="dialog" title={t('top.shareTitle')} onClick={() => set({ sheet: 'share' })}>
        {t('top.share')}
      </button>
      <Opens sheet="palette" name="top.palette" icon="search" className="wide" />
      <PaneSwitch />
      <LangSwitch />
      <ThemeSwitch />
      <Opens sheet="keys" name="top.keys" icon="?" className="wide" />
      {phone && <Opens sheet="palette" name="top.more" icon="more" className="" />}
    </header>
  )
}
