import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Panel, type PanelImperativeHandle } from 'react-resizable-panels'
import { Icon } from './Icon.tsx'
import { foldsChanged, offerFold, type PaneName, togglePane } from './panes.ts'
import { useT } from './words/t.ts'

/** What is left of a folded pane: a strip with its name that brings it back, in px. */
const STRIP = 32

interface Props {
  readonly name: PaneName
  readonly defaultSize: string
  readonly minSize: string
  /** How large it is when it comes back from its strip and nobody has made it larger than `minSize`. */
  readonly openSize?: string
  readonly children: ReactNode
}

/** A pane that can be resized and folded to a strip; what is in it stays mounted, so that nothing is lost. */
export function Pane({ name, defaultSize, minSize, openSize, children }: Props) {
  const t = useT()
  const panel = useRef<PanelImperativeHandle>(null)
  const strip = useRef<HTMLButtonElement>(null)
  const [folded, setFolded] = useState(false)
  useEffect(
    () =>
      offerFold(name, {
        folded: () => panel.current?.isCollapsed() ?? false,
        set: (away) => {
          const it = panel.current
          if (away) return it?.collapse()
          it?.expand()
          if (openSize !== undefined && it && it.getSize().inPixels <= Number.parseInt(minSize, 10)) it.resize(openSize)
        },
      }),
    [name, minSize, openSize],
  )
  const onResize = (): void => {
    const now = panel.current?.isCollapsed() ?? false
    if (now === folded) return
    setFolded(now)
    foldsChanged()
  }
  return (
    <Panel
      id={name}
      panelRef={panel}
      defaultSize={defaultSize}
      minSize={minSize}
      collapsible
      collapsedSize={`${STRIP}px`}
      onResize={onResize}
    >
      <div className="pane" data-pane={name} data-folded={folded}>
        {folded && (
          <button
            ref={strip}
            type="button"
            className="strip"
            aria-expanded={false}
            title={t('pane.show', { pane: t(`pane.${name}`) })}
            onClick={() => togglePane(name)}
          >
            <Icon name={name} />
            <span>{t(`pane.${name}`)}</span>
          </button>
        )}
        <div className="pane-body" hidden={folded}>
          {children}
        </div>
      </div>
    </Panel>
  )
}
