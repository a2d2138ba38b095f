import { sha1 } from '@noble/hashes/legacy.js'
import { sha224, sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Part, Written } from '../../../kernel/iptables/ast.ts'
import type { Family, Mac } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import { target } from '../../write.ts'
import { type FelixRule, longForm } from './long-form.ts'

/**
 * Names as Calico v3.32 makes them: of the pods' interfaces, of chains and sets, and the ids by which Felix knows its own rules again
 * (libcalico-go workload_endpoint_default.go, felix/rules, felix/iptables). Checked against the rules of real nodes in names.test.ts.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Base64 in its URL-safe alphabet, without padding. */
export function base64url(bytes: Uint8Array): string {
  let out = ''
  for (let bit = 0; bit < bytes.length * 8; bit += 6) {
    const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0)
    out += ALPHABET[(pair >> (10 - (bit & 7))) & 63]
  }
  return out
}

/** The node's end of a pod's veth pair. The same for a pod that is deleted and made again. */
export const workloadInterface = (namespace: string, pod: string): string =>
  `cali${bytesToHex(sha1(utf8ToBytes(`${namespace}.${pod}`))).slice(0, 11)}`

/** MAC of vxlan.calico: `66` and the first five bytes of the hash of the node's name. */
export const vxlanMac = (node: string): Mac => {
  const hex = bytesToHex(sha1(utf8ToBytes(node))).slice(0, 10)
  return ['66', ...(hex.match(/../g) ?? [])].join(':') as Mac
}

/** iptables takes chain names of 28 characters. */
const CHAIN_LENGTH = 28

/** `cali-tw-cali0d7763386da`; a name that is too long is hashed: `cali-pi-_FJ7pway3mX3ogPCfFDC`. */
export function chainName(prefix: string, name: string): string {
  const whole = `${prefix}${name}`
  return whole.length <= CHAIN_LENGTH ? whole : `${prefix}_${base64url(sha256(utf8ToBytes(name)))}`.slice(0, CHAIN_LENGTH)
}

/** ipset takes 31 characters. */
const SET_LENGTH = 31
export const setName = (id: string, family: Family = 4): string => `cali${family}0${id}`.slice(0, SET_LENGTH)

/** Id of the set of a selector, which has to be in Calico's canonical form: `s:1UBiHC8Xzjs6W4OA7XHSnfzejnGKBw8-nFZeuA`. */
export const selectorId = (canonical: string): string => `s:${base64url(sha224(utf8ToBytes(`s:${canonical}`)))}`

/**
 * Ids of a chain's rules, `cali:` and 16 characters: each hashes the one before it and the rule's text, so a rule has another id
 * wherever something above it differs.
 */
export function ruleIds(chain: string, rules: readonly FelixRule[]): readonly string[] {
  let hash = sha224(utf8ToBytes(chain))
  return rules.map((rule) => {
    hash = sha224(concatBytes(hash, utf8ToBytes(`-A ${chain} ${['HASH', ...longForm(rule)].join(' ')}`)))
    return `cali:${base64url(hash).slice(0, 16)}`
  })
}

/** Felix puts every comment into quotes. */
const said = (text: string): Part => ({ part: 'match', match: { kind: 'comment', text, quoted: true } })

/**
 * The rules of one chain as Felix writes them, each with its id in front. For rules that Felix puts into a chain of the kernel the key is
 * the chain's name where it inserts them at the head, and `FORWARD*appends*` where it appends them.
 */
export const written = (key: string, rules: readonly FelixRule[], because: CauseId): readonly Written[] => {
  const ids = ruleIds(key, rules)
  return rules.map(({ comments = [], match = [], action }, i) => ({
    parts: [said(ids[i] ?? ''), ...comments.map(said), ...match, ...(action === undefined ? [] : [target(action)])],
    because,
  }))
}
