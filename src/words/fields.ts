import { gatewayFields } from './fields/gateway.ts'
import { ingressFields } from './fields/ingress.ts'
import { labFields } from './fields/lab.ts'
import { machineFields } from './fields/machine.ts'
import { podFields } from './fields/pod.ts'
import { policyFields } from './fields/policy.ts'
import { serviceFields } from './fields/service.ts'
import type { Lang } from './lang.ts'
import type { Sentence } from './sentence.ts'

const tables: readonly Readonly<Record<string, Sentence>>[] = [
  machineFields,
  serviceFields,
  podFields,
  policyFields,
  labFields,
  ingressFields,
  gatewayFields,
]

/** Every field that has a sentence, by the names of manifest/complete/field-name.ts. */
export const fieldNames: readonly string[] = tables.flatMap((table) => Object.keys(table))

/** What a field is, in one or two sentences of ours; undefined when there is none. */
export function sayField(name: string, lang: Lang): string | undefined {
  const sentence = tables.find((table) => Object.hasOwn(table, name))?.[name]
  return sentence && (lang === 'en' ? sentence.en : sentence.zh)
}
