import { edited, openLab } from '../asking.ts'
import { ownSlug } from '../learn/own.ts'
import { set, useStore } from '../store.ts'
import { Icon } from './Icon.tsx'
import { useT } from './words/t.ts'

/** Which lab is open: the gallery, and what this browser keeps. */
export function LabPicker() {
  const t = useT()
  const slug = useStore((s) => s.slug)
  const files = useStore((s) => s.files)
  const own = useStore((s) => s.own)
  const lang = useStore((s) => s.lang)
  const labs = useStore((s) => s.gallery)
  const changed = edited(slug, files)
  const mark = (one: string): string => (changed && one === slug ? ` · ${t('top.edited')}` : '')
  const groups = [...new Set(labs.map(({ group }) => group[lang]))].map((name) => (
    <optgroup key={name} label={name}>
      {labs
        .filter(({ group }) => group[lang] === name)
        .map((lab) => (
          <option key={lab.slug} value={lab.slug} title={lab.about[lang]}>
            {lab.title[lang]}
            {mark(lab.slug)}
          </option>
        ))}
    </optgroup>
  ))
  const mine = own.map(({ name }) => (
    <option key={name} value={ownSlug(name)}>
      {name}
      {mark(ownSlug(name))}
    </option>
  ))
  return (
    <div className="lab-picker">
      <select aria-label={t('top.lab')} value={slug} onChange={(e) => openLab(e.target.value)}>
        {slug === '' && <option value="">{t('top.ownLab')}</option>}
        {groups}
        {own.length > 0 && <optgroup label={t('top.mine')}>{mine}</optgroup>}
      </select>
      <button
        type="button"
        className="square wide"
        aria-haspopup="dialog"
        aria-label={t('top.labs')}
        title={t('top.labs')}
        onClick={() => set({ sheet: 'labs' })}
      >
        <Icon name="folder" />
      </button>
      {changed && slug !== '' && (
        <button type="button" title={t('top.resetTitle')} onClick={() => openLab(slug)}>
          {t('top.reset')}
        </button>
      )}
    </div>
  )
}
