import { edited, openLab } from '../asking.ts'
import { labs } from '../learn/labs/list.ts'
import { linkTo } from '../remember.ts'
import { set, state, useStore } from '../store.ts'
import { Icon } from './Icon.tsx'
import { Logo } from './Logo.tsx'
import type { Lang } from './lang.ts'
import { useT } from './words/t.ts'

async function share(): Promise<void> {
  try {
    await navigator.clipboard.writeText(linkTo(state()))
    set({ notice: { kind: 'copied' } })
  } catch {
    set({ notice: { kind: 'copy-failed' } })
  }
}

function LabPicker() {
  const t = useT()
  const { slug, files, lang } = useStore()
  const own = edited(slug, files)
  return (
    <div className="lab-picker">
      <select aria-label={t('top.lab')} value={slug} onChange={(e) => openLab(e.target.value)}>
        {slug === '' && <option value="">{t('top.ownLab')}</option>}
        {labs.map((lab) => (
          <option key={lab.slug} value={lab.slug} title={lab.about[lang]}>
            {lab.title[lang]}
            {own && lab.slug === slug ? ` · ${t('top.edited')}` : ''}
          </option>
        ))}
      </select>
      {own && slug !== '' && (
        <button type="button" title={t('top.resetTitle')} onClick={() => openLab(slug)}>
          {t('top.reset')}
        </button>
      )}
    </div>
  )
}

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

function ThemeSwitch() {
  const t = useT()
  const theme = useStore((s) => s.theme)
  return (
    <fieldset className="switch wide" aria-label={t('top.theme')}>
      <button type="button" aria-pressed={theme === 'light'} aria-label={t('top.light')} onClick={() => set({ theme: 'light' })}>
        <Icon name="sun" />
      </button>
      <button type="button" aria-pressed={theme === 'dark'} aria-label={t('top.dark')} onClick={() => set({ theme: 'dark' })}>
        <Icon name="moon" />
      </button>
    </fieldset>
  )
}

export function TopBar({ phone }: { readonly phone: boolean }) {
  const t = useT()
  const sheet = useStore((s) => s.sheet)
  return (
    <header className="top-bar">
      <h1 title={t('app.about')}>
        <Logo />
        <span>Packetwalk</span>
      </h1>
      <LabPicker />
      <span className="spring" />
      {phone && (
        <button type="button" aria-pressed={sheet === 'editor'} onClick={() => set({ sheet: sheet === 'editor' ? 'none' : 'editor' })}>
          {sheet === 'editor' ? t('top.done') : t('top.edit')}
        </button>
      )}
      <button type="button" className="wide" title={t('top.shareTitle')} onClick={() => void share()}>
        {t('top.share')}
      </button>
      <LangSwitch />
      <ThemeSwitch />
      <button type="button" className="wide square" aria-label={t('top.keys')} title={t('top.keys')} onClick={() => set({ sheet: 'keys' })}>
        ?
      </button>
    </header>
  )
}
