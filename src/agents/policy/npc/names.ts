import { sha1 } from '@noble/hashes/legacy.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { LabelSelector } from '../../../manifest/kinds.ts'

/** The 85 digits that npc/shortname.go writes a SHA-1 in, lowest first. */
const DIGITS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789(){}[]+=_$%^!*|/?.;:@#~'

/** Name of a set: `weave-` and the hash of what it stands for (npc/shortname.go). */
export function setName(text: string): string {
  const base = BigInt(DIGITS.length)
  let rest = BigInt(`0x${bytesToHex(sha1(utf8ToBytes(text)))}`)
  let name = 'weave-'
  for (; rest > 0n; rest /= base) name += DIGITS[Number(rest % base)]
  return name
}

/** Sets of Pods that no policy isolates in a direction. */
export const defaultAllow = (direction: 'ingress' | 'egress', namespace: string): string =>
  setName(`${direction}-default-allow:${namespace}`)

const byKey = (a: readonly [key: string, text: string], b: readonly [key: string, text: string]): number =>
  a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0

const values = (list: readonly string[]): string => `(${[...list].sort().join(',')})`

function requirement(key: string, operator: LabelSelector['matchExpressions'][number]['operator'], list: readonly string[]): string {
  switch (operator) {
    case 'In':
      return `${key} in ${values(list)}`
    case 'NotIn':
      return `${key} notin ${values(list)}`
    case 'Exists':
      return key
    case 'DoesNotExist':
      return `!${key}`
  }
}

/** A selector as apimachinery's labels.Selector prints it: sorted by key, '' for everything. */
export function selectorText({ matchLabels, matchExpressions }: LabelSelector): string {
  const all = [
    ...Object.entries(matchLabels).map(([key, value]) => [key, `${key}=${value}`] as const),
    ...matchExpressions.map(({ key, operator, values: list }) => [key, requirement(key, operator, list)] as const),
  ]
  return all
    .sort(byKey)
    .map(([, text]) => text)
    .join(',')
}
