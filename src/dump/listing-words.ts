/** What stands behind a row's destination, as options of a saved rule. */
export interface RowWords {
  /** Each match with a blank before it. */
  readonly matches: string
  /** Options of the target, with a blank before each. */
  readonly target: string
}

type Reader = (m: RegExpExecArray, target: string) => { readonly match?: string; readonly target?: string } | undefined

const quote = (text: string): string => (/^[\w-]+$/.test(text) ? text : `"${text.replace(/(["\\])/g, '\\$1')}"`)
const range = (text: string): string => text.replace('!', '')
const not = (text: string | undefined): string => (text === undefined || text === '' ? '' : '! ')
const L4 = '(tcp|udp|sctp|udplite|dccp)'
const port =
  (option: 'dport' | 'sport'): Reader =>
  (m) => ({ match: `${not(m[1])}--${option} ${range(m[2] ?? '')}` })

/** The reverse of what each extension's print function writes (libxt_*, libipt_*). In this order; the first that fits takes its words. */
const READERS: readonly (readonly [RegExp, Reader])[] = [
  [/^\/\* (.*?) \*\/(?= |$)/, (m) => ({ match: `-m comment --comment ${quote(m[1] ?? '')}` })],
  [new RegExp(`^${L4}(?= (?:dpts?|spts?|flags|option):)`), (m) => ({ match: `-m ${m[1]}` })],
  [/^dpts?:(!?)([\w:-]+)/, port('dport')],
  [/^spts?:(!?)([\w:-]+)/, port('sport')],
  [/^flags:(!?)(0x[0-9a-fA-F]+)\/(0x[0-9a-fA-F]+)/, (m) => ({ match: `${not(m[1])}--tcp-flags ${flags(m[2])} ${flags(m[3])}` })],
  [/^flags:(!?)([A-Z,]+)\/([A-Z,]+)/, (m) => ({ match: `${not(m[1])}--tcp-flags ${m[2]} ${m[3]}` })],
  [/^(! )?ctstate ([A-Z,]+)/, (m) => ({ match: `-m conntrack ${not(m[1])}--ctstate ${m[2]}` })],
  [/^(! )?state ([A-Z,]+)/, (m) => ({ match: `-m state ${not(m[1])}--state ${m[2]}` })],
  [/^ADDRTYPE match((?: (?:src|dst)-type !?[A-Z]+| limit-(?:in|out))+)/, (m) => ({ match: `-m addrtype${addrtype(m[1] ?? '')}` })],
  [/^mark match (! )?(0x[0-9a-fA-F/x]+)/, (m) => ({ match: `-m mark ${not(m[1])}--mark ${m[2]}` })],
  [/^statistic mode random (! )?probability ([\d.]+)/, (m) => ({ match: `-m statistic --mode random ${not(m[1])}--probability ${m[2]}` })],
  [
    /^statistic mode nth (! )?every (\d+)(?: packet (\d+))?/,
    (m) => ({ match: `-m statistic --mode nth ${not(m[1])}--every ${m[2]} --packet ${m[3] ?? 0}` }),
  ],
  [/^(! )?recent: (SET|CHECK|UPDATE|REMOVE) (.*?side: (?:source|dest))(?: mask: (\S+))?/, (m) => ({ match: recent(m) })],
  [/^multiport (sports|dports|ports) (!)?\s*([\d:,!]+)/, (m) => ({ match: `-m multiport ${not(m[2])}--${m[1]} ${m[3]}` })],
  [/^(! )?match-set (\S+) ([a-z,]+)/, (m) => ({ match: `-m set ${not(m[1])}--match-set ${m[2]} ${m[3]}` })],
  [/^(! )?set (\S+) ((?:src|dst)(?:,(?:src|dst))*)/, (m) => ({ match: `-m set ${not(m[1])}--match-set ${m[2]} ${m[3]}` })],
  [/^PHYSDEV match((?: (?:! )?--physdev-[a-z-]+(?: (?!--|!)\S+)?)+)/, (m) => ({ match: `-m physdev${m[1]}` })],
  [
    /^icmptype (!)?(\d+)(?: code (\d+))?/,
    (m) => ({ match: `-m icmp ${not(m[1])}--icmp-type ${m[2]}${m[3] === undefined ? '' : `/${m[3]}`}` }),
  ],
  [
    /^icmp (!)?type (\d+)(?: code (\d+))?/,
    (m) => ({ match: `-m icmp ${not(m[1])}--icmp-type ${m[2]}${m[3] === undefined ? '' : `/${m[3]}`}` }),
  ],
  [/^(?:icmp|ipv6-icmp) (!)?((?!type)[a-z-]+)/, (m) => ({ match: `-m icmp ${not(m[1])}--icmp-type ${m[2]}` })],
  [/^limit: avg (\S+) burst (\d+)/, (m) => ({ match: `-m limit --limit ${m[1]} --limit-burst ${m[2]}` })],
  [/^MARK (set|or|and|xor) (0x[0-9a-fA-F]+)/, (m) => ({ target: `--${m[1]}-mark ${m[2]}` })],
  [/^MARK xset (0x[0-9a-fA-F/x]+)/, (m) => ({ target: `--set-xmark ${m[1]}` })],
  [
    /^CONNMARK (save|restore)(?: mask (0x[0-9a-fA-F]+))?/,
    (m) => ({ target: `--${m[1]}-mark${m[2] === undefined ? '' : ` --mask ${m[2]}`}` }),
  ],
  [/^CONNMARK (set|or|and|xor) (0x[0-9a-fA-F/x]+)/, (m) => ({ target: m[1] === 'set' ? `--set-mark ${m[2]}` : `--${m[1]}-mark ${m[2]}` })],
  [/^(?:tcp |udp )?to:(\S+)/, (m, target) => ({ target: `--to-${target === 'SNAT' ? 'source' : 'destination'} ${m[1]}` })],
  [/^masq ports: (\S+)/, (m) => ({ target: `--to-ports ${m[1]}` })],
  [/^redir ports (\S+)/, (m) => ({ target: `--to-ports ${m[1]}` })],
  [/^random-fully\b/, () => ({ target: '--random-fully' })],
  [/^random\b/, () => ({ target: '--random' })],
  [/^persistent\b/, () => ({ target: '--persistent' })],
  [/^reject-with (\S+)/, (m) => ({ target: `--reject-with ${m[1]}` })],
  [
    /^LOG (?:flags (\d+) )?level (\w+)(?: prefix "(.*?)")?/,
    (m) => ({ target: `--log-level ${m[2]}${m[3] === undefined ? '' : ` --log-prefix ${quote(m[3])}`}` }),
  ],
  [/^nflog-group (\d+)/, (m) => ({ target: `--nflog-group ${m[1]}` })],
  [/^nflog-prefix +"?([^"]*)"?/, (m) => ({ target: `--nflog-prefix ${quote(m[1] ?? '')}` })],
  [/^(?:NOTRACK|CT notrack)\b/, (_, target) => ({ target: target === 'CT' ? '--notrack' : '' })],
  [new RegExp(`^${L4}(?= |$)`), (m) => ({ match: `-m ${m[1]}` })],
  [/^icmp(?= |$)/, () => ({ match: '-m icmp' })],
]

const BITS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG']
/** `0x17/0x02`: the mask first, as -L prints tcp flags. */
function flags(hex = '0x0'): string {
  const set = BITS.filter((_, i) => Number.parseInt(hex, 16) & (1 << i))
  return set.length === 0 ? 'NONE' : set.join(',')
}

const addrtype = (text: string): string =>
  text
    .replace(/ (src|dst)-type (!?)([A-Z]+)/g, (_, side, bang, type) => ` ${bang === '' ? '' : '! '}--${side}-type ${type}`)
    .replace(/ limit-(in|out)/g, ' --limit-iface-$1')

function recent(m: RegExpExecArray): string {
  const [, bang, op = '', words = '', mask] = m
  const seconds = /seconds: (\d+)/.exec(words)?.[1]
  const hits = /hit_count: (\d+)/.exec(words)?.[1]
  const name = /name: (\S+)/.exec(words)?.[1] ?? 'DEFAULT'
  const verb = op === 'CHECK' ? 'rcheck' : op.toLowerCase()
  return [
    `-m recent ${not(bang)}--${verb}`,
    ...(seconds === undefined ? [] : [`--seconds ${seconds}`]),
    ...(/\breap\b/.test(words) ? ['--reap'] : []),
    ...(hits === undefined ? [] : [`--hitcount ${hits}`]),
    `--name ${name}`,
    ...(mask === undefined ? [] : [`--mask ${mask}`]),
    /side: dest/.test(words) ? '--rdest' : '--rsource',
  ].join(' ')
}

/** The words of a row behind its destination; what no reader knows is kept as a match that ends a walk. */
export function matchWords(rest: string, target: string, proto: string): RowWords {
  let left = rest.trim()
  const matches: string[] = []
  const options: string[] = []
  while (left !== '') {
    const found = READERS.map(([sign, read]) => ({ m: sign.exec(left), read })).find(({ m }) => m !== null)
    const made = found?.m ? found.read(found.m, target) : undefined
    if (found?.m && made !== undefined) {
      if (made.match !== undefined) matches.push(made.match)
      if (made.target !== undefined && made.target !== '') options.push(made.target)
      left = left.slice(found.m[0].length).trim()
      continue
    }
    const word = /^\S+/.exec(left)?.[0] ?? left
    matches.push(`-m not-understood --words ${quote(left)}`)
    left = ''
    if (word === '') break
  }
  // `-m tcp` and its ports are one match
  const joined = matches.join(' ').replace(/-m (tcp|udp|sctp) (?=--|! --)/g, '-m $1 ')
  const implied = /^(?:! )?--[ds]port/.test(joined) && !new RegExp(`-m ${proto}\\b`).test(joined) ? `-m ${proto} ` : ''
  return { matches: joined === '' ? '' : ` ${implied}${joined}`, target: options.length === 0 ? '' : ` ${options.join(' ')}` }
}
