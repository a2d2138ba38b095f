import { useState } from 'react'
import { openLab } from '../../asking.ts'
import { keepOwn, keptOwn, LONGEST_NAME, type OwnLab, ownName, ownSlug, withLab, withoutLab } from '../../learn/own.ts'
import { titleOf } from '../../learn/start.ts'
import { set, state, useStore } from '../../store.ts'
import { openDropped } from './import.ts'
import { Modal } from './Modal.tsx'
import { useFarT } from './words/t.ts'

/** Writes the list; another window may have changed it since. False: the browser does not keep it. */
function change(edit: (labs: readonly OwnLab[]) => readonly OwnLab[]): boolean {
  const own = edit(keptOwn())
  if (!keepOwn(own)) {
    set({ notice: { kind: 'not-saved' } })
    return false
  }
  set({ own })
  return true
}

function Keep() {
  const t = useFarT()
  const slug = useStore((s) => s.slug)
  const lang = useStore((s) => s.lang)
  const own = useStore((s) => s.own)
  const [name, setName] = useState(ownName(slug) ?? titleOf(slug, lang) ?? t('labs.defaultName'))
  const plain = name.trim()
  const taken = own.some((lab) => lab.name === plain)
  const keep = (): void => {
    const { files, probe } = state()
    const lab = { name: plain, files, ...(probe === undefined ? {} : probe) }
    if (!change((labs) => withLab(labs, lab))) return
    set({ slug: ownSlug(plain), sheet: 'none', notice: { kind: 'saved', name: plain } })
  }
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault()
        keep()
      }}
    >
      <h3>{t('labs.keep')}</h3>
      <p>{t('labs.keepText')}</p>
      <div className="row">
        <label>
          <span>{t('labs.name')}</span>
          <input value={name} maxLength={LONGEST_NAME} required onChange={(e) => setName(e.target.value)} />
        </label>
        <button type="submit" className="primary" disabled={plain === ''}>
          {t(taken ? 'labs.replace' : 'labs.save')}
        </button>
      </div>
      {taken && plain !== ownName(slug) && <p className="warn">{t('labs.taken')}</p>}
    </form>
  )
}

function Row({ lab, onDelete }: { readonly lab: OwnLab; readonly onDelete: () => void }) {
  const t = useFarT()
  const [renaming, setRenaming] = useState<string | undefined>(undefined)
  const rename = (): void => {
    const next = renaming?.trim() ?? ''
    setRenaming(undefined)
    if (next === '' || next === lab.name || state().own.some(({ name }) => name === next)) return
    if (!change((labs) => withLab(withoutLab(labs, lab.name), { ...lab, name: next }))) return
    if (state().slug === ownSlug(lab.name)) set({ slug: ownSlug(next) })
  }
  return (
    <li>
      {renaming === undefined ? (
        <span className="what">
          <b>{lab.name}</b>
          <small>{t('labs.size', { files: lab.files.length, n: lab.files.reduce((n, f) => n + f.text.length, 0) })}</small>
        </span>
      ) : (
        <form
          className="what"
          onSubmit={(e) => {
            e.preventDefault()
            rename()
          }}
        >
          <input
            // biome-ignore lint/a11y/noAutofocus: the button that was pressed turned into this box
            autoFocus
            aria-label={t('labs.renameTo', { name: lab.name })}
            value={renaming}
            maxLength={LONGEST_NAME}
            onChange={(e) => setRenaming(e.target.value)}
            onBlur={rename}
          />
        </form>
      )}
      <button
        type="button"
        onClick={() => {
          set({ sheet: 'none' })
          openLab(ownSlug(lab.name))
        }}
      >
        {t('labs.open')}
      </button>
      <button type="button" onClick={() => setRenaming(lab.name)}>
        {t('labs.rename')}
      </button>
      <button type="button" onClick={onDelete}>
        {t('labs.delete')}
      </button>
    </li>
  )
}

function Mine() {
  const t = useFarT()
  const own = useStore((s) => s.own)
  const [gone, setGone] = useState<OwnLab | undefined>(undefined)
  const remove = (lab: OwnLab): void => {
    if (!change((labs) => withoutLab(labs, lab.name))) return
    setGone(lab)
    // What is open stays open, as a text that is kept nowhere.
    if (state().slug === ownSlug(lab.name)) set({ slug: '' })
  }
  const bringBack = (lab: OwnLab): void => {
    if (change((labs) => withLab(labs, lab))) setGone(undefined)
  }
  return (
    <section>
      <h3>{t('labs.mine')}</h3>
      {own.length === 0 && gone === undefined && <p className="aside">{t('labs.nothing')}</p>}
      <ul className="labs">
        {own.map((lab) => (
          <Row key={lab.name} lab={lab} onDelete={() => remove(lab)} />
        ))}
      </ul>
      {gone !== undefined && (
        <p className="warn" role="status">
          {t('labs.deleted', { name: gone.name })}{' '}
          <button type="button" onClick={() => bringBack(gone)}>
            {t('labs.undo')}
          </button>
        </p>
      )}
    </section>
  )
}

function Import() {
  const t = useFarT()
  const [text, setText] = useState('')
  const take = (files: readonly File[]): void => {
    if (files.length === 0) return
    set({ sheet: 'none' })
    void openDropped(files)
  }
  return (
    <section>
      <h3>{t('labs.import')}</h3>
      <p>{t('labs.importText')}</p>
      <label className="choose">
        <span>{t('labs.choose')}</span>
        <input type="file" multiple onChange={(e) => take([...(e.target.files ?? [])])} />
      </label>
      <textarea
        aria-label={t('labs.paste')}
        placeholder={t('labs.paste')}
        rows={4}
        spellCheck={false}
        value={text}
        onChange={(e) => setText(e.target.value)}
      />
      <button type="button" disabled={text.trim() === ''} onClick={() => take([new File([text], 'pasted.yaml')])}>
        {t('labs.openPasted')}
      </button>
      <button type="button" onClick={() => set({ sheet: 'dumps' })}>
        {t('labs.dumps')}
      </button>
    </section>
  )
}

/** Labs of one's own: keep, open, rename, delete, bring in. */
export function Labs() {
  const t = useFarT()
  return (
    <Modal title={t('labs.title')} className="labs-sheet">
      <Keep />
      <Mine />
      <Import />
    </Modal>
  )
}
