import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { set, state } from '../../store.ts'
import { Icon } from '../Icon.tsx'
import { scoreOf } from './find.ts'
import { type Group, type Item, itemsOf } from './items.ts'
import { Modal } from './Modal.tsx'
import { useFarT } from './words/t.ts'

const MOST = 40
const groups: readonly Group[] = ['do', 'labs', 'steps', 'ask', 'nodes', 'text', 'look']

/** The items that are meant, best first; the groups in the order of their best. */
function found(items: readonly Item[], query: string): readonly Item[] {
  if (query.trim() === '') return items.filter((item) => item.first)
  const scored = items
    .map((item) => ({ item, score: scoreOf(query, item.title, item.note) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST)
  const best = (group: Group): number => scored.find(({ item }) => item.group === group)?.score ?? 0
  return [...groups].sort((a, b) => best(b) - best(a)).flatMap((g) => scored.filter(({ item }) => item.group === g).map(({ item }) => item))
}

export function Palette() {
  const t = useFarT()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const items = useMemo(() => itemsOf(state()), [])
  const shown = useMemo(() => found(items, query), [items, query])
  const list = useRef<HTMLDivElement>(null)
  const here = Math.min(at, shown.length - 1)
  useEffect(() => {
    list.current?.querySelector(`[data-at="${here}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [here])
  const run = (item: Item | undefined): void => {
    if (item === undefined) return
    set({ sheet: 'none' })
    item.run()
  }
  const keys = (e: KeyboardEvent): void => {
    const last = shown.length - 1
    const next =
      e.key === 'ArrowDown'
        ? here >= last
          ? 0
          : here + 1
        : e.key === 'ArrowUp'
          ? here <= 0
            ? last
            : here - 1
          : e.key === 'PageDown'
            ? Math.min(last, here + 8)
            : e.key === 'PageUp'
              ? Math.max(0, here - 8)
              : undefined
    if (next !== undefined) setAt(next)
    else if (e.key === 'Enter' && !e.nativeEvent.isComposing) run(shown[here])
    else return
    e.preventDefault()
  }
  return (
    <Modal title={t('palette.title')} className="palette" bare>
      <label className="palette-search">
        <Icon name="search" />
        <input
          // biome-ignore lint/a11y/noAutofocus: a palette is opened to type into it
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={here < 0 ? undefined : `palette-${here}`}
          aria-label={t('palette.title')}
          placeholder={t('palette.search')}
          value={query}
          spellCheck={false}
          autoComplete="off"
          onChange={(e) => {
            setQuery(e.target.value)
            setAt(0)
          }}
          onKeyDown={keys}
        />
      </label>
      <p className="sr-only" role="status">
        {shown.length === 0 ? t('palette.none') : t('palette.found', { n: shown.length })}
      </p>
      {shown.length === 0 && <p className="palette-none">{t('palette.none')}</p>}
      <div ref={list} id="palette-list" className="palette-list" role="listbox" aria-label={t('palette.title')}>
        {groups
          .filter((group) => shown.some((item) => item.group === group))
          .sort((a, b) => shown.findIndex((i) => i.group === a) - shown.findIndex((i) => i.group === b))
          .map((group) => (
            // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot stand in a listbox
            <div key={group} role="group" aria-label={t(`group.${group}`)}>
              <p className="group" aria-hidden="true">
                {t(`group.${group}`)}
              </p>
              {shown.map((item, i) =>
                item.group === group ? (
                  // biome-ignore lint/a11y/useKeyWithClickEvents: the search box has the keys
                  // biome-ignore lint/a11y/useFocusableInteractive: the search box keeps the focus
                  <div
                    key={item.id}
                    id={`palette-${i}`}
                    data-at={i}
                    role="option"
                    aria-selected={i === here}
                    onPointerMove={() => setAt(i)}
                    onClick={() => run(item)}
                  >
                    <span>{item.title}</span>
                    {item.note !== '' && <small>{item.note}</small>}
                  </div>
                ) : null,
              )}
            </div>
          ))}
      </div>
    </Modal>
  )
}
