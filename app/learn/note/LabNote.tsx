import { useState } from 'react'
import { type Book, useBook } from '../../panels/book.ts'
import { set, useStore } from '../../store.ts'
import { openCni } from '../../ui/far/cni/open.ts'
import { type NoteDoor, notes } from '../labs/notes.ts'
import './note.css'

const book = {
  title: ['About this lab', '关于这个实验'],
  look: ['Look at', '看什么'],
  ask: ['Question', '想一想'],
  goal: ['Goal', '目标'],
  cni: ['How {pod} gets its network', '{pod} 的网络怎么来的'],
  matrix: ['Who reaches whom', '谁能到达谁'],
  bgp: ['BGP sessions', 'BGP 会话'],
} as const satisfies Book

/** Below this height of the page it waits folded: the text needs the room. px */
const ROOMY = 860
/** As the visitor left it, until the page is loaded anew. */
let wished: boolean | undefined

function Door({ to }: { readonly to: NoteDoor }) {
  const b = useBook(book)
  const slug = useStore((s) => s.slug)
  const there = useStore((s) => to !== 'bgp' || s.good?.stage?.underlay.bgp !== undefined)
  if (!there) return null
  const run = (): void => {
    if (to === 'bgp') set({ near: { level: 'bgp', netns: '', slug }, editing: false })
    else if (to === 'matrix') set({ sheet: 'matrix' })
    else openCni(to.cni)
  }
  return (
    <button type="button" aria-haspopup={to === 'bgp' ? undefined : 'dialog'} onClick={run}>
      {typeof to === 'string' ? b(to) : b('cni', { pod: to.cni.replace(/^default\//, '') })}
    </button>
  )
}

/** What a lab of the gallery is about, what to look at in it, and a question; in the card under its text. */
export default function LabNote() {
  const b = useBook(book)
  const lang = useStore((s) => s.lang)
  const lab = useStore((s) => s.gallery.find(({ slug }) => slug === s.slug))
  const [open, setOpen] = useState(wished ?? innerHeight >= ROOMY)
  if (lab === undefined) return null
  const note = notes[lab.slug]
  const at = lang === 'zh' ? 1 : 0
  return (
    <details
      className="lab-note"
      open={open}
      onToggle={(e) => {
        const now = e.currentTarget.open
        if (now !== open) wished = now
        setOpen(now)
      }}
    >
      <summary>{b('title')}</summary>
      <p>{lab.about[lang]}</p>
      {note !== undefined && (
        <>
          <h4>{b('look')}</h4>
          <ul>
            {note.look.map((one) => (
              <li key={one[0]}>{one[at]}</li>
            ))}
          </ul>
          <h4>{b(lab.slug.startsWith('drill-') ? 'goal' : 'ask')}</h4>
          <p>{note.ask[at]}</p>
          {note.doors !== undefined && (
            <p className="doors">
              {note.doors.map((to) => (
                <Door key={typeof to === 'string' ? to : to.cni} to={to} />
              ))}
            </p>
          )}
        </>
      )}
    </details>
  )
}
