import type { Wired, WiredLink } from '../../../../src/engine/cniwalk/shape.ts'
import { useFarT } from '../words/t.ts'

/** What was there a step ago: all else is new. */
const wasIn = (links: readonly WiredLink[] | undefined): ReadonlySet<string> => new Set(links?.map((link) => JSON.stringify(link)))

/** A device as a card; `to`: the bridge under it that it is a port of. */
function Device({ link, known, to }: { readonly link: WiredLink; readonly known: ReadonlySet<string>; readonly to?: string | undefined }) {
  const t = useFarT()
  const lo = link.kind === 'loopback'
  return (
    <li
      className="cni-device"
      data-kind={link.kind}
      data-new={!known.has(JSON.stringify(link))}
      data-up={link.up}
      data-port={to !== undefined}
    >
      <b>{link.dev}</b>
      <small>
        {lo ? '' : `${link.kind} · MTU ${link.mtu}`}
        {!link.up && ` ${t('cni.down')}`}
      </small>
      {!lo && <small className="mac">{link.mac}</small>}
      {link.addrs.map((address) => (
        <code key={address}>{address}</code>
      ))}
      {link.master !== undefined && <small>{to === undefined ? `→ ${link.master}` : `master ${link.master}`}</small>}
      {link.hairpin && <em>↩ hairpin on</em>}
    </li>
  )
}

function Routes({ lines, before }: { readonly lines: readonly string[]; readonly before: readonly string[] | undefined }) {
  if (lines.length === 0) return null
  return (
    <div className="cni-routes">
      <h5>ip route</h5>
      <ol>
        {lines.map((line) => (
          <li key={line} data-new={before?.includes(line) !== true}>
            {line}
          </li>
        ))}
      </ol>
    </div>
  )
}

interface Props {
  readonly wired: Wired
  /** A step ago; what differs is marked. */
  readonly before: Wired
  readonly pod: string
  readonly node: string
}

/** The Pod's namespace beside the node's, as they stand after a step; a line with a plug at each end where both ends of the pair are there. */
export function Wiring({ wired, before, pod, node }: Props) {
  const t = useFarT()
  const end = wired.node.links.find(({ peer }) => peer?.[0] === pod)
  const inside = wired.pod?.links.filter(({ kind }) => kind !== 'loopback') ?? []
  const lo = wired.pod?.links.filter(({ kind }) => kind === 'loopback') ?? []
  const known = wasIn(before.node.links)
  const own = wasIn(before.pod?.links)
  const bridge = wired.node.links.find(({ dev }) => dev === end?.master)
  const rest = wired.node.links.filter((link) => link !== end && link !== bridge)
  const joined = end !== undefined && inside.length > 0
  return (
    <div className="cni-wiring" data-joined={joined}>
      <section className="cni-netns" data-kind="pod" data-there={wired.pod !== undefined}>
        <h4>
          {t('cni.podNetns')} <small>{pod}</small>
        </h4>
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
      <div className="cni-pair">{joined && <span>{t('cni.pair')}</span>}</div>
      <section className="cni-netns" data-kind="node" data-there="true">
        <h4>
          {t('cni.hostNetns')} <small>{node}</small>
        </h4>
        <ul>
          {end && <Device link={end} known={known} to={bridge?.dev} />}
          {bridge && <Device link={bridge} known={known} />}
        </ul>
        <ul className="rest">
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
