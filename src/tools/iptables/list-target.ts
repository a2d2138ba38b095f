import type { Target } from '../../kernel/iptables/ast.ts'
import { wordsOf } from '../../kernel/iptables/parse-lex.ts'
import { hex, portText } from '../../kernel/iptables/print-words.ts'

/** The target column. */
export function targetName(t: Target | undefined): string {
  switch (t?.kind) {
    case undefined:
      return ''
    case 'jump':
    case 'goto':
      return t.chain
    case 'notrack':
      return 'CT'
    case 'accept':
    case 'drop':
    case 'return':
    case 'reject':
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
    case 'mark':
    case 'connmark':
      return t.kind.toUpperCase()
    case 'log':
      return t.group ? 'NFLOG' : 'LOG'
    case 'unknown':
      return t.words.split(' ')[1] ?? ''
  }
}

const LOG_LEVELS = ['emerg', 'alert', 'crit', 'error', 'warning', 'notice', 'info', 'debug']
const LOG_FLAGS = ['tcp-sequence', 'tcp-options', 'ip-options', 'uid', 'nflog', 'macdecode']

function listLog(options: string, numeric: boolean): string {
  const words = wordsOf(options).words.map((w) => w.text)
  const after = (name: string): string | undefined => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined)
  const level = after('--log-level') ?? '4'
  const number = LOG_LEVELS.includes(level) ? LOG_LEVELS.indexOf(level) : Number(level)
  const flags = LOG_FLAGS.filter((f) => words.includes(`--log-${f}`))
  const prefix = after('--log-prefix')
  const sum = flags.reduce((n, f) => n | (1 << LOG_FLAGS.indexOf(f)), 0)
  const head = numeric ? ` flags ${sum} level ${number}` : ` level ${LOG_LEVELS[number] ?? number}${flags.map((f) => ` ${f}`).join('')}`
  return `LOG${head}${prefix === undefined ? '' : ` prefix "${prefix}"`}`
}

function listMark(value: number, mask: number): string {
  if (value === 0) return `MARK and ${hex(~mask)}`
  if (value === mask >>> 0) return `MARK or ${hex(value)}`
  if (mask === 0) return `MARK xor ${hex(value)}`
  return mask >>> 0 === 0xffffffff ? `MARK set ${hex(value)}` : `MARK xset ${hex(value)}/${hex(mask)}`
}

function listConnmark(t: Extract<Target, { kind: 'connmark' }>): string {
  if (t.op === 'set') return listMark(t.value, t.ctmask).replace('MARK', 'CONNMARK')
  const all = 0xffffffff
  if (t.nfmask >>> 0 === all && t.ctmask >>> 0 === all) return `CONNMARK ${t.op}`
  if (t.nfmask === t.ctmask) return `CONNMARK ${t.op} mask ${hex(t.nfmask)}`
  const [first, second] = t.op === 'save' ? ['nfmask', 'ctmask'] : ['ctmask', 'nfmask']
  const [a, b] = t.op === 'save' ? [t.nfmask, t.ctmask] : [t.ctmask, t.nfmask]
  return `CONNMARK ${t.op} ${first} ${hex(a)} ${second} ~${hex(b)}`
}

/** The target's own text behind the matches, empty for verdicts and chains. */
export function targetText(t: Target | undefined, numeric: boolean): string {
  switch (t?.kind) {
    case undefined:
    case 'jump':
    case 'goto':
    case 'accept':
    case 'drop':
    case 'return':
      return ''
    case 'reject':
      return `reject-with ${t.with}`
    case 'dnat':
      return `to:${t.to}${t.random ? ' random' : ''}${t.persistent ? ' persistent' : ''}`
    case 'snat':
      return `to:${t.to}${t.randomFully ? ' random-fully' : ''}`
    case 'masquerade':
      return [t.ports ? `masq ports: ${portText(t.ports, '-')}` : '', t.randomFully ? 'random-fully' : ''].filter((w) => w !== '').join(' ')
    case 'redirect':
      return t.ports ? `redir ports ${portText(t.ports, '-')}` : ''
    case 'mark':
      return listMark(t.value, t.mask)
    case 'connmark':
      return listConnmark(t)
    case 'log':
      return t.group ? t.words.replace(/--/g, '') : listLog(t.words, numeric)
    case 'notrack':
      return t.ct ? 'CT notrack' : 'NOTRACK'
    case 'unknown':
      return t.words.split(' ').slice(2).join(' ')
  }
}
