import type { RulePart, RuleRole } from './rule.ts'

/** What of a packet a rule of nft can ask for, as its listing prints it. */
const FIELD =
  /^(?:ip6? (?:saddr|daddr|protocol|ttl|length|nexthdr|hoplimit)|(?:tcp|udp|sctp|th) [sd]port|tcp flags|icmp(?:v6)? (?:type|code)|meta (?:mark|l4proto|nfproto|protocol|length)|[io]if(?:name)?|ct (?:state|status|mark|direction)|fib [sd]addr type)(?= |$)/
/** What a rule does. */
const TARGET =
  /^(?:jump|goto|accept|drop|return|continue|dnat|snat|masquerade|redirect|reject|notrack|numgen|vmap|meta mark set|ct mark set|meta nftrace set|(?:add|update|delete) @\S+)(?= |$)/
const COUNTER = /^(?:counter(?: packets \d+ bytes \d+| name "[^"]*")?|log)(?= |$)/
const COMMENT = /^comment "/

const begins = (rest: string): boolean => FIELD.test(rest) || TARGET.test(rest) || COUNTER.test(rest) || COMMENT.test(rest)

/** Where the words from `at` on end before a new statement begins; braces and quotes hold together. */
function endOf(text: string, at: number): number {
  let [i, depth] = [at, 0]
  for (; i < text.length; i++) {
    const c = text[i]
    if (c === '"') i = Math.max(i, text.indexOf('"', i + 1))
    else if (c === '{') depth++
    else if (c === '}') depth--
    else if (c === ' ' && depth === 0 && begins(text.slice(i + 1))) return i
  }
  return text.length
}

/** Takes a rule as `nft list` prints it apart into its conditions and what it does, as `rulePartsOf` does for iptables. */
export function nftPartsOf(text: string): readonly RulePart[] {
  const parts: RulePart[] = []
  const put = (role: RuleRole, from: number, to: number, option: string, value: string): void => {
    parts.push({ role, from, to, option, value, not: value.startsWith('!= ') })
  }
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at)
    const comment = text.search(/ comment "[^"]*"$/)
    const last = comment > at ? comment : text.length
    const target = TARGET.exec(rest)
    const counter = COUNTER.exec(rest)
    let to = text.length
    if (COMMENT.test(rest)) put('comment', at, to, 'comment', rest.slice(8))
    else if (target) {
      to = last
      put('target', at, to, target[0], text.slice(at + target[0].length, to).trim())
    } else if (counter) {
      to = at + counter[0].length
      put('counter', at, to, 'counter', '')
    } else {
      // `ip daddr . meta l4proto . th dport`: one key
      let key = FIELD.exec(rest)?.[0].length ?? 0
      for (let more = key; more > 0; ) {
        const next = rest.slice(key).startsWith(' . ') ? FIELD.exec(rest.slice(key + 3)) : null
        more = next ? 3 + next[0].length : 0
        key += more
      }
      to = endOf(text, at + Math.max(key, 1))
      const asksMap = key > 0 && text.slice(to + 1).startsWith('vmap ')
      if (asksMap) to = last
      const option = rest.slice(0, key)
      put(asksMap ? 'target' : key > 0 ? 'match' : 'other', at, to, option, text.slice(at + key, to).trim())
    }
    at = to
    while (text[at] === ' ') at++
  }
  return parts
}
