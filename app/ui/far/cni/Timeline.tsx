import { useEffect, useRef } from 'react'
import type { ShownStep } from '../../../../src/engine/cniwalk/shape.ts'
import { sayStep } from '../../../engine/cni.ts'
import type { Lang } from '../../lang.ts'
import { useFarT } from '../words/t.ts'
import { LANE, lanesOf, toneOf } from './lanes.ts'

/** Width of a lane and height of a row, in CSS pixels. */
const LANE_WIDTH = 56
const ROW = 30

interface ArrowProps {
  readonly step: ShownStep
  readonly lanes: ReturnType<typeof lanesOf>
}

/** One row of the sequence: all lanes as lines, and who turns to whom. */
function Arrow({ step, lanes }: ArrowProps) {
  const x = (actor: ShownStep['from']): number => (lanes.indexOf(actor) + 0.5) * LANE_WIDTH
  const [a, b] = [x(step.from), x(step.to)]
  const tone = toneOf(step, lanes)
  const way = Math.sign(b - a)
  const mid = ROW / 2
  return (
    <svg className="cni-arrow" data-tone={tone} width={lanes.length * LANE_WIDTH} height={ROW} aria-hidden="true">
      {lanes.map((actor) => (
        <line key={actor} className="lane" x1={x(actor)} x2={x(actor)} y1={0} y2={ROW} />
      ))}
      {way === 0 ? (
        <rect className="own" x={a - 5} y={mid - 7} width={10} height={14} rx={3} />
      ) : (
        <>
          <circle className="dot" cx={a} cy={mid} r={3.5} />
          <line className="shaft" x1={a} x2={b - way * 6} y1={mid} y2={mid} />
          <path className="head" d={`M${b} ${mid}l${-way * 8} -4.5v9z`} />
        </>
      )}
    </svg>
  )
}

interface Props {
  readonly steps: readonly ShownStep[]
  readonly at: number
  readonly lang: Lang
  readonly go: (to: number) => void
}

/** All steps from top to bottom, with a lane for everybody who takes part. */
export function Timeline({ steps, at, lang, go }: Props) {
  const t = useFarT()
  const lanes = lanesOf(steps)
  const now = useRef<HTMLButtonElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row of the step has to be seen when the step changes
  useEffect(() => {
    now.current?.scrollIntoView({ block: 'nearest' })
  }, [at])
  return (
    <div className="cni-timeline">
      <div className="cni-lanes" aria-hidden="true">
        {lanes.map((actor) => (
          <span key={actor} style={{ width: LANE_WIDTH }}>
            {LANE[actor]}
          </span>
        ))}
      </div>
      <ol aria-label={t('cni.steps')}>
        {steps.map((step, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps have no names, and never change their order
          <li key={i}>
            <button
              type="button"
              ref={i === at ? now : undefined}
              aria-current={i === at ? 'step' : undefined}
              data-past={i < at}
              data-failed={step.error !== undefined}
              title={sayStep(step, lang).title}
              onClick={() => go(i)}
            >
              <b>{i + 1}</b>
              <span>{sayStep(step, lang).title}</span>
              <Arrow step={step} lanes={lanes} />
            </button>
          </li>
        ))}
      </ol>
    </div>
  )
}
