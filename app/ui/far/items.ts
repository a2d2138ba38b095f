import { askNow, editedNow, openLab, send } from '../../asking.ts'
import { labs } from '../../learn/labs/list.ts'
import { ownSlug } from '../../learn/own.ts'
import { reveal } from '../../panels/reveal.ts'
import { stationLabel } from '../../panels/station.ts'
import { seek, toEnd, togglePlay, toStart } from '../../play/play.ts'
import { type Station, stepsOf } from '../../play/steps.ts'
import { wishTheme } from '../../remember.ts'
import { type State, set } from '../../store.ts'
import { choicesOf, turn } from '../modes.ts'
import { foldsNow, togglePane } from '../panes.ts'
import { t as pageT } from '../words/t.ts'
import { openCni } from './cni/open.ts'
import { placesIn } from './places.ts'
import { type FarKey, type FarT, farT } from './words/t.ts'

export type Group = 'do' | 'labs' | 'steps' | 'ask' | 'text' | 'nodes' | 'look'

export interface Item {
  readonly id: string
  readonly group: Group
  readonly title: string
  readonly note: string
  /** Shown before anything is typed. */
  readonly first: boolean
  readonly run: () => void
}

const doing = (t: FarT, s: State): readonly Item[] => {
  const item = (key: FarKey, run: () => void, first = true, note = ''): Item => ({ id: key, group: 'do', title: t(key), note, first, run })
  return [
    item('do.share', () => set({ sheet: 'share' })),
    item('do.story', () => set({ sheet: 'share' })),
    item('do.script', () => set({ sheet: 'script' }), false),
    item('do.keep', () => set({ sheet: 'labs' })),
    item('do.import', () => set({ sheet: 'labs' })),
    item('do.dumps', () => set({ sheet: 'dumps' })),
    item('do.cni', () => openCni(undefined), true, 'CNI ADD, CNI DEL'),
    item('do.matrix', () => set({ sheet: 'matrix' }), true, t('matrix.note')),
    ...(s.good?.stage?.underlay.bgp ? [item('do.bgp', () => set({ near: { level: 'bgp', netns: '', slug: s.slug } }))] : []),
    ...(s.slug !== '' && editedNow() ? [item('do.reset', () => openLab(s.slug))] : []),
    item('do.send', () => void askNow('play'), false),
    item('do.play', togglePlay, false),
    item('do.start', toStart, false),
    item('do.end', toEnd, false),
    item('do.keys', () => set({ sheet: 'keys' }), false),
  ]
}

const look = (t: FarT, s: State): readonly Item[] => {
  const item = (title: string, run: () => void): Item => ({ id: title, group: 'look', title, note: '', first: false, run })
  const word = (key: Parameters<typeof pageT>[1]): string => pageT(s.lang, key)
  return [
    ...foldsNow().map(({ name }) => item(t('do.fold', { pane: word(`pane.${name}`) }), () => togglePane(name))),
    ...(['system', 'light', 'dark'] as const).map((wish) => item(t('do.theme', { theme: word(`top.${wish}`) }), () => wishTheme(wish))),
    item('English', () => set({ lang: 'en' })),
    item('简体中文', () => set({ lang: 'zh' })),
    ...(['proxy', 'cni'] as const).flatMap((which) =>
      choicesOf(s.answer?.modes, which)
        .filter(({ modelled, now }) => modelled && !now)
        .map((choice) => {
          const mode = choice.title === '' ? word('top.none') : choice.title
          return item(t('do.mode', { what: word(which === 'proxy' ? 'top.noProxy' : 'top.noCni'), mode }), () => void turn(which, choice))
        }),
    ),
  ]
}

const labItems = (s: State): readonly Item[] =>
  [
    ...s.own.map(({ name }) => ({ slug: ownSlug(name), title: name, note: pageT(s.lang, 'top.saved') })),
    ...labs.map((lab) => ({ slug: lab.slug, title: lab.title[s.lang], note: lab.about[s.lang] })),
  ].map(({ slug, title, note }) => ({ id: `lab ${slug}`, group: 'labs', title, note, first: true, run: () => openLab(slug) }) as const)

/** What is looked for at a stop: what rewrote the packet, wrapped it or ended it. */
function signOf(station: Station): string {
  for (const event of station.events) {
    if (event.kind === 'nat') return `${event.undo ? 'un-' : ''}${event.manip === 'dst' ? 'DNAT' : 'SNAT'}`
    if (event.kind === 'encap') return `encap ${event.tunnel.toUpperCase()}`
    if (event.kind === 'decap') return `decap ${event.tunnel.toUpperCase()}`
    if (event.kind === 'drop') return 'drop'
  }
  return ''
}

function stepItems(t: FarT, s: State): readonly Item[] {
  let shown = 0
  return stepsOf(s.good).stations.map((station) => {
    const label = stationLabel(station, (key, params) => pageT(s.lang, key, params))
    const sign = signOf(station)
    if (sign !== '') shown += 1
    const name = [sign, label.name].filter((w) => w !== '').join(' · ')
    return {
      id: `step ${station.first}`,
      group: 'steps',
      title: t('do.goto', { n: station.index + 1, name }),
      note: [station.beat.place, label.rewrite ?? label.note].filter((w) => w !== '').join(' · '),
      first: sign !== '' && shown <= 5,
      run: () => seek(station.first),
    }
  })
}

function nodeItems(t: FarT, s: State): readonly Item[] {
  const found = new Map<string, Station>()
  for (const station of stepsOf(s.good).stations) if (!found.has(station.beat.place)) found.set(station.beat.place, station)
  return [...found].map(([place, station]) => ({
    id: `node ${place}`,
    group: 'nodes',
    title: t('do.place', { place }),
    note: '',
    first: false,
    run: () => seek(station.first),
  }))
}

/** The same question again, from empty neighbour tables and FDBs or from warm ones. */
function temperature(t: FarT, from: string, to: string, cold: boolean): readonly Item[] {
  if (from === '' || to === '') return []
  const run = (): void => {
    set({ probe: { from, to, ...(cold ? {} : { cold: true }) } })
    void askNow('play')
  }
  return [{ id: 'ask cold', group: 'ask', title: t(cold ? 'do.warm' : 'do.cold'), note: '', first: false, run }]
}

function askItems(t: FarT, s: State): readonly Item[] {
  const { from, to, cold = false }: { from: string; to: string; cold?: boolean } = s.probe ?? s.good?.walk?.probe ?? { from: '', to: '' }
  const targets = from === '' ? [] : (s.good?.targets ?? [])
  const sources = to === '' ? [] : (s.good?.sources ?? [])
  return [
    ...targets.map((url, i) => ({
      title: t('do.ask', { to: url }),
      note: t('do.askNote', { from }),
      first: i < 3,
      run: () => send(from, url),
    })),
    ...sources.map((one) => ({ title: t('do.from', { from: one }), note: to, first: false, run: () => send(one, to) })),
  ]
    .map((item): Item => ({ ...item, id: `ask ${item.title}`, group: 'ask' }))
    .concat(temperature(t, from, to, cold))
}

const textItems = (t: FarT, s: State): readonly Item[] =>
  placesIn(s.files).map(({ kind, name, file, offset }) => ({
    id: `text ${file} ${offset}`,
    group: 'text',
    title: t('do.show', { kind, name }),
    note: file,
    first: false,
    run: () => {
      set({ editing: true })
      reveal(file, offset)
    },
  }))

/** Everything that the palette can do now. */
export function itemsOf(s: State): readonly Item[] {
  const t = farT(s.lang)
  return [...doing(t, s), ...labItems(s), ...stepItems(t, s), ...askItems(t, s), ...nodeItems(t, s), ...textItems(t, s), ...look(t, s)]
}
