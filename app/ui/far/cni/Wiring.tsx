import type { Wired, WiredLink } from '../../../../src/engine/cniwalk/shape.ts'
import { useFarT } from '../words/t.ts'

/** What was there a step ago: all else is new. */
const wasIn = (links: readonly WiredLink[] | undefined): ReadonlySet<string> => new Set(links?.map((link) => JSON.stringify(link)))

function Device({ link, known }: { readonly link: WiredLink; readonly known: ReadonlySet<string> }) {
  const t = useFarT()
  return (
    <li className="cni-device" data-kind={link.kind} data-new={!known.has(JSON.stringify(link))} data-up={link.up}>
      <b>{link.dev}</b>
      <small>
        {link.kind === 'loopback' ? '' : link.kind}
        {link.hairpin && ' hairpin'}
        {!link.up && ` ${t('cni.down')}`}
      </small>
      {link.addrs.map((address) => (
        <code key={address}>{address}</code>
      ))}
      {link.kind !== 'loopback' && (
        <small>
          {link.mac} · MTU {link.mtu}
        </small>
      )}
      {link.master !== undefined && <small>→ {link.master}</small>}
    </li>
  )
}

function Routes({ lines, before }: { readonly lines: readonly string[]; readonly before: readonly string[] | undefined }) {
  const t = useFarT()
  if (lines.length === 0) return null
  return (
    <ol className="cni-routes" aria-label={t('cni.routes')}>
      {lines.map((line) => (
        <li key={line} data-new={before?.includes(line) !== true}>
          {line}
        </li>
      ))}
    </ol>
  )
}

interface Props {
  readonly wired: Wired
  /** A step ago; what differs is marked. */
  readonly before: Wired
  readonly pod: string
  readonly node: string
}

/** The Pod's namespace over the node's, as they stand after a step; a line where both ends of the pair are there. */
export function Wiring({ wired, before, pod, node }: Props) {
  const t = useFarT()
  const end = wired.node.links.find(({ peer }) => peer?.[0] === pod)
  const inside = wired.pod?.links.filter(({ kind }) => kind !== 'loopback') ?? []
  const lo = wired.pod?.links.filter(({ kind }) => kind === 'loopback') ?? []
  const known = wasIn(before.node.links)
  const own = wasIn(before.pod?.links)
  const bridge = wired.node.links.find(({ dev }) => dev === end?.master)
  const rest = wired.node.links.filter((link) => link !== end && link !== bridge)
  return (
    <div className="cni-wiring">
      <section className="cni-netns" data-kind="pod" data-there={wired.pod !== undefined}>
        <h4>{pod}</h4>
        {wired.pod === undefined ? (
          <p className="aside">{t('cni.noNetns')}</p>
        ) : (
          <>
            <ul>
              {[...inside, ...lo].map((link) => (
                <Device key={link.dev} link={link} known={own} />
              ))}
            </ul>
            <Routes lines={wired.pod.routes} before={before.pod?.routes} />
          </>
        )}
      </section>
      <div className="cni-pair" data-joined={end !== undefined && inside.length > 0} aria-hidden="true" />
      <section className="cni-netns" data-kind="node" data-there="true">
        <h4>{node}</h4>
        <ul>
          {end && <Device link={end} known={known} />}
          {bridge && <Device link={bridge} known={known} />}
          {rest.map((link) => (
            <Device key={link.dev} link={link} known={known} />
          ))}
        </ul>
        {wired.others > 0 && <p className="aside">{t('cni.others', { n: wired.others })}</p>}
        <Routes lines={wired.node.routes} before={before.node.routes} />
      </section>
    </div>
  )
}
