import type { Json } from '../object.ts'
import { mapIn, type View } from '../schema/view.ts'

/** The objects that a Lab's timeline applies, with the number of their step. */
export function appliedIn(lab: { readonly [key: string]: Json }): readonly { readonly step: number; readonly json: Json }[] {
  const steps = mapIn(lab as View, 'spec').timeline
  return (Array.isArray(steps) ? (steps as readonly View[]) : []).flatMap((one, step) => {
    const json = (one as View | null)?.apply as Json | undefined
    return json === undefined || json === null ? [] : [{ step, json }]
  })
}
