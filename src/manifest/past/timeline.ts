import type { Report } from '../schema/fault.ts'
import { between, choice, REQUIRED } from '../schema/own.ts'
import { any, bool, fields, need, type Shape, text, texts } from '../schema/shape.ts'
import { boolIn, has, intIn, mapIn, maybeText, optional, textIn, textsIn, type View } from '../schema/view.ts'
import type { LabStep } from './steps.ts'

const CALLS = ['stop', 'start', 'restart', 'cleanup'] as const
const WHAT = ['apply', 'delete', 'kubeProxy', 'probe', 'wait'] as const

/** What happens to a lab before it is asked, in order: `spec.timeline`. An object under `apply` is read as an object of its own (document.ts). */
export const stepShape: Shape = fields({
  apply: any,
  delete: fields({ kind: need(text, REQUIRED), name: need(text, REQUIRED), namespace: text }),
  kubeProxy: choice(...CALLS),
  nodes: texts,
  probe: fields({ from: need(text, REQUIRED), to: need(text, REQUIRED), sport: between(1, 65535), keep: bool }),
  wait: between(1, 86_400),
})

/** Each step says one thing. */
export function timelineRules(object: View, report: Report): void {
  const steps = mapIn(object, 'spec').timeline
  for (const [i, step] of (Array.isArray(steps) ? (steps as readonly View[]) : []).entries())
    if (WHAT.filter((word) => has(step ?? {}, word)).length !== 1)
      report(`spec.timeline[${i}]`, { code: 'timeline-step', params: { words: WHAT.join(', ') } })
}

/** A step as the engine reads it; `{}`: its objects stand beside the Lab, with the step's number. */
export function stepOf(step: View): LabStep {
  const [gone, asked] = [mapIn(step, 'delete'), mapIn(step, 'probe')]
  const call = CALLS.find((c) => c === step.kubeProxy)
  const nodes = textsIn(step, 'nodes')
  return {
    ...optional(
      'delete',
      has(step, 'delete')
        ? { kind: textIn(gone, 'kind'), name: textIn(gone, 'name'), ...optional('namespace', maybeText(gone, 'namespace')) }
        : undefined,
    ),
    ...optional('kubeProxy', call),
    ...(nodes.length === 0 ? {} : { nodes }),
    ...optional(
      'probe',
      has(step, 'probe')
        ? {
            from: textIn(asked, 'from'),
            to: textIn(asked, 'to'),
            ...optional('sport', has(asked, 'sport') ? intIn(asked, 'sport') : undefined),
            ...(boolIn(asked, 'keep') ? { keep: true } : {}),
          }
        : undefined,
    ),
    ...optional('wait', has(step, 'wait') ? intIn(step, 'wait') : undefined),
  }
}
