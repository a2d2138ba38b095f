import { seek } from '../../play/play.ts'
import type { Box } from '../shapes.ts'
import type { PlaceBox, PlacesBox } from './places.ts'
import './bpf.css'

const at = ({ x, y, w, h }: Box) => ({ left: x, top: y, width: w, height: h })

function Stop({ place }: { readonly place: PlaceBox }) {
  const text = place.lines.join(' ')
  if (place.seq === undefined || place.state === 'here')
    return <span aria-current={place.state === 'here' ? 'location' : undefined}>{text}</span>
  const { seq } = place
  return (
    <button type="button" onClick={() => seek(seq)}>
      {text}
    </button>
  )
}

/** Where the packet is, and what it does not come by; the cost of the program below. */
export function Places({ box }: { readonly box: PlacesBox }) {
  const last = box.places.at(-1)
  return (
    <section className="chain-column bpf-places" style={at(box)} aria-label={`${box.title}: ${box.where.text}`}>
      <h3>{box.title}</h3>
      <p className="sub">
        {box.sub.split('\n').map((line) => (
          <span key={line}>{line}</span>
        ))}
      </p>
      <svg className="stem" width={30} height={box.h} aria-hidden="true">
        {box.places.slice(1).map((place, i) => (
          <line
            key={`${place.y}`}
            data-past={place.state === 'past' || box.places[i]?.state === 'past'}
            x1={20}
            x2={20}
            y1={(box.places[i]?.y ?? 0) + 8}
            y2={place.y + 8}
          />
        ))}
        {box.places.map((place) => (
          <g key={`${place.y}`} data-state={place.state}>
            <circle cx={20} cy={place.y + 8} r={5} />
            {place.state === 'here' && <circle className="dot" cx={20} cy={place.y + 8} r={2} />}
          </g>
        ))}
      </svg>
      <p className="label" style={{ top: box.where.y }}>
        {box.where.text}
      </p>
      <ol>
        {box.places.map((place) => (
          <li key={`${place.y}`} data-state={place.state} style={{ top: place.y }}>
            <Stop place={place} />
          </li>
        ))}
      </ol>
      <p className="label" style={{ top: box.cost.y }} data-last={last?.state}>
        {box.cost.text}
      </p>
      <p className="figure" style={{ top: box.cost.figureY }}>
        {box.cost.figure}
      </p>
      {box.costLines.map((line) => (
        <p key={line.y} className="small" style={{ top: line.y }}>
          {line.text}
        </p>
      ))}
    </section>
  )
}

/** The same for narrow screens, one under the other. */
export function PlacesItem({ box }: { readonly box: PlacesBox }) {
  return (
    <li className="bpf-places" aria-label={`${box.title}: ${box.where.text}`}>
      <h3 className="words">{box.title}</h3>
      <p className="sub">{box.sub.replace('\n', ' ')}</p>
      <ol>
        {box.places.map((place) => (
          <li key={`${place.y}`} data-state={place.state}>
            <Stop place={place} />
          </li>
        ))}
      </ol>
      <p className="figure">{box.cost.figure}</p>
      <p className="small">{box.costLines.map((l) => l.text).join(' ')}</p>
    </li>
  )
}
