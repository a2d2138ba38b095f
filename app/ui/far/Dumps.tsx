import { useState } from 'react'
import type { SourceFile } from '../../../src/manifest/object.ts'
import { editFiles, openFiles } from '../../asking.ts'
import { joined } from '../../learn/files.ts'
import { set, state, useStore } from '../../store.ts'
import { labOf, waitingDumps, withDumps } from './dumps.ts'
import { takeDumps } from './import.ts'
import { Modal } from './Modal.tsx'
import { useFarT } from './words/t.ts'

const size = (text: string): string =>
  text.length < 100_000 ? `${Math.ceil(text.length / 1000)} kB` : `${(text.length / 1_000_000).toFixed(1)} MB`

/** The lab that stands here, with the dumps in it: as an edit, so that Undo takes them away again. */
function add(dumps: readonly SourceFile[], node: string): void {
  const files = withDumps(state().files, dumps, node)
  set({ sheet: 'none', file: 'dumps.yaml' })
  editFiles(files)
}

/** What tools of a real node printed: of which node they are, or a lab of their own. */
export function Dumps() {
  const t = useFarT()
  const [dumps, setDumps] = useState(waitingDumps)
  const [text, setText] = useState('')
  const nodes = useStore((s) => s.good?.stage?.netns)?.filter((n) => n.kind === 'node') ?? []
  const [node, setNode] = useState('')
  const take = (more: readonly SourceFile[]): void => {
    setDumps(joined(dumps, more))
    setText('')
  }
  const pasted = (): readonly SourceFile[] => (text.trim() === '' ? dumps : joined(dumps, [{ name: 'node.txt', text }]))
  const open = (): void => {
    const all = pasted()
    if (node !== '') {
      add(all, node)
      return
    }
    set({ sheet: 'none' })
    openFiles(labOf(all))
  }
  return (
    <Modal title={t('dumps.title')} className="dumps-sheet">
      <p>{t('dumps.text')}</p>
      {dumps.length > 0 && (
        <ul className="labs">
          {dumps.map((d) => (
            <li key={d.name}>
              <span className="what">
                <b>{d.name}</b>
                <small>{size(d.text)}</small>
              </span>
              <button type="button" onClick={() => setDumps(dumps.filter((one) => one !== d))}>
                {t('dumps.without')}
              </button>
            </li>
          ))}
        </ul>
      )}
      <label className="choose">
        <span>{t('dumps.choose')}</span>
        <input
          type="file"
          multiple
          onChange={(e) => {
            void takeDumps([...(e.target.files ?? [])]).then((taken) => {
              if ('trouble' in taken) set({ notice: { kind: 'files', ...taken } })
              else take(taken.files)
            })
          }}
        />
      </label>
      <textarea
        aria-label={t('dumps.paste')}
        placeholder={t('dumps.paste')}
        rows={6}
        spellCheck={false}
        value={text}
        onChange={(e) => setText(e.target.value)}
      />
      <label>
        <span>{t('dumps.node')}</span>
        <select value={node} onChange={(e) => setNode(e.target.value)}>
          <option value="">{t('dumps.own')}</option>
          {nodes.map((n) => (
            <option key={n.name} value={n.name}>
              {t('dumps.ofNode', { node: n.name })}
            </option>
          ))}
        </select>
      </label>
      <p className="aside">{t('dumps.layers')}</p>
      <button type="button" className="primary" disabled={dumps.length === 0 && text.trim() === ''} onClick={open}>
        {t('dumps.walk')}
      </button>
    </Modal>
  )
}
