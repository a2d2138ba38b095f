import type { Art } from './art.ts'

const point = (turn: number, r: number): readonly [x: number, y: number] => {
  const a = 2 * Math.PI * (turn - 0.25)
  return [r * Math.cos(a), r * Math.sin(a)]
}
const at = (turn: number, r: number): string =>
  point(turn, r)
    .map((v) => v.toFixed(2))
    .join(' ')

/** A slice of a wheel from one turn to another. */
const slice = (from: number, to: number, inner: number, outer: number): string => {
  const large = to - from > 0.5 ? 1 : 0
  return `M${at(from, outer)}A${outer} ${outer} 0 ${large} 1 ${at(to, outer)}L${at(to, inner)}A${inner} ${inner} 0 ${large} 0 ${at(from, inner)}Z`
}

function Wheel({ of, at: drawn, h, first }: Extract<Art, { kind: 'wheel' }>) {
  const gap = 0.006
  return (
    <svg className="chain-art" viewBox={`-60 ${-h / 2} 120 ${h}`} width={120} height={h} aria-hidden="true">
      {Array.from({ length: of }, (_, i) => {
        const [x, y] = point((i + 0.5) / of, 27)
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the branches have no name but their number
          <g key={i} data-drawn={i === drawn}>
            <path d={slice(i / of + gap, (i + 1) / of - gap, 17, 37)} />
            {of <= 8 && (
              <text x={x} y={y + 4}>
                {i + first}
              </text>
            )}
          </g>
        )
      })}
      <text className="middle" y={5}>
        {drawn + first}
      </text>
    </svg>
  )
}

/** Names stand outside the ring: above, below, or beside it. */
const anchorOf = (x: number): 'start' | 'middle' | 'end' => (Math.abs(x) < 8 ? 'middle' : x > 0 ? 'start' : 'end')

function Ring({ names, now, last, h }: Extract<Art, { kind: 'ring' }>) {
  const r = 28
  const n = names.length
  const turns = last === undefined ? 0 : (now - last + n) % n || n
  const from = (last ?? 0) / n + 0.035
  const to = (last ?? 0) / n + turns / n - 0.05
  const [tx, ty] = point(to, r)
  const angle = 360 * to
  return (
    <svg className="chain-art" viewBox={`-84 ${-h / 2} 168 ${h}`} width={168} height={h} aria-hidden="true">
      <circle className="round" r={r} />
      {last !== undefined && n > 1 && (
        <>
          <path className="turn" d={`M${at(from, r)}A${r} ${r} 0 ${to - from > 0.5 ? 1 : 0} 1 ${at(to, r)}`} />
          <path
            className="tip"
            d="M-6 -4.5L3 0L-6 4.5Z"
            transform={`translate(${tx.toFixed(2)} ${ty.toFixed(2)}) rotate(${angle.toFixed(1)})`}
          />
        </>
      )}
      {names.map((name, i) => {
        const [x, y] = point(i / n, r)
        const [lx, ly] = point(i / n, r + 10)
        const upright = Math.abs(x) < 8
        return (
          <g key={name} data-drawn={i === now}>
            <circle className="stop" cx={x} cy={y} r={5} />
            <text x={lx} y={upright ? (y < 0 ? ly - 2 : ly + 9) : ly + 4} textAnchor={anchorOf(x)}>
              {name}
            </text>
          </g>
        )
      })}
    </svg>
  )
}

/** Stations on one line: a ring for one that is met, a hollow grey one for one that is not. */
function Strip({ stops, h }: Extract<Art, { kind: 'strip' }>) {
  const step = 46
  const at = (i: number): number => 22 + i * step
  const w = 44 + (stops.length - 1) * step
  return (
    <svg className="chain-art stops" viewBox={`0 0 ${w} ${h}`} width={w} height={h} aria-hidden="true">
      {stops.slice(1).map((stop, i) => (
        <line key={stop.name} data-met={stop.met && stops[i]?.met === true} x1={at(i) + 6} x2={at(i + 1) - 6} y1={30} y2={30} />
      ))}
      {stops.map((stop, i) => (
        <g key={stop.name} data-met={stop.met}>
          <circle cx={at(i)} cy={30} r={5} />
          <text x={at(i)} y={16}>
            {stop.name}
          </text>
        </g>
      ))}
    </svg>
  )
}

/** A bar in as many parts as there are backends. */
function Shares({ shares, h }: Extract<Art, { kind: 'shares' }>) {
  const w = 180
  const all = shares.reduce((n, s) => n + s.places, 0)
  let x = 0
  return (
    <svg className="chain-art shares" viewBox={`0 0 ${w} ${h}`} width={w} height={h} aria-hidden="true">
      {shares.map((share, i) => {
        const from = x
        const wide = (share.places / Math.max(1, all)) * w
        x += wide
        // biome-ignore lint/suspicious/noArrayIndexKey: shares have no name but their place
        return <rect key={i} data-now={share.now} x={from + 0.5} y={8} width={Math.max(1, wide - 1)} height={14} rx={2} />
      })}
    </svg>
  )
}

/** A choice as a picture; what it shows is said in words below it. */
export function Drawing({ art }: { readonly art: Art }) {
  switch (art.kind) {
    case 'wheel':
      return <Wheel {...art} />
    case 'ring':
      return <Ring {...art} />
    case 'strip':
      return <Strip {...art} />
    case 'shares':
      return <Shares {...art} />
  }
}
