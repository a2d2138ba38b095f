import type { OtherObject } from '../../manifest/kinds.ts'
import type { Sorted } from '../sorted.ts'
import { asMap } from './json.ts'

const CALICO = /^(crd\.)?projectcalico\.org\//

/** Calico's own objects of a kind, in the order of the files; calicoctl and kubectl write them in two API groups. */
export const calicoObjects = (sorted: Sorted, kind: string): readonly OtherObject[] =>
  sorted.others.filter((one) => one.is.kind === kind && CALICO.test(one.apiVersion))

export const specOf = (object: OtherObject): ReturnType<typeof asMap> => asMap(object.raw['spec'])
