import { type Ip, parseIp } from '../net/ip.ts'
import { type Certificate, endpointText, type HttpResponse, type Message, type RawData } from '../net/message.ts'
import type { Problem } from '../trace/problem.ts'
import { servedBy } from './http/server.ts'
import { messageBytes } from './http/text.ts'
import { connectTo, hostHeader, parseTarget, type Target } from './http/url.ts'
import type { Act, Happening, Process } from './process.ts'
import { plainHosts } from './resolver/hosts.ts'
import type { LibraryName } from './resolver/library.ts'
import { libraryNamed } from './resolver/list.ts'
import { beginLookup, continueLookup, type Lookup, type LookupResult, type LookupStep } from './resolver/lookup.ts'

/** What a client program is told to do; a probe question is one. */
export interface ClientQuestion {
  readonly to: string
  readonly method?: string
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly sport?: number
  /** ADDRESS[:PORT] to go to instead of the URL's host, which stays in the Host header (curl --connect-to). */
  readonly connect?: string
  /** tcp:// and sctp://: done once the connection is open (nc -z). */
  readonly open?: boolean
}

/** The machine that it runs on: texts of its files, and the families in which it has an address (IPv4 unless told). */
export interface ClientMachine {
  readonly resolvConf: string
  /** '' stands for a file that knows localhost alone. */
  readonly hosts: string
  readonly own?: readonly (4 | 6)[]
  /** Which C library resolves names; glibc unless told. */
  readonly libc?: LibraryName
  /** The program sends from this address (curl --interface, nc -s, ping -I); else the kernel chooses. */
  readonly from?: Ip
}

/** How it ended, as the program itself sees it. */
export interface ClientResult {
  readonly kind: 'ok' | 'refused' | 'timeout' | 'unreachable' | 'dns-error' | 'http-error'
  readonly status?: number
  /** Of the system call that failed, or EAI_… of getaddrinfo. */
  readonly errno?: string
  readonly resolved?: readonly Ip[]
  readonly lookup?: LookupResult
  readonly answer?: HttpResponse | RawData
  /** What the answering process says of itself and of its caller. */
  readonly backend?: string
  readonly backendAddress?: string
  readonly sourceSeen?: string
  /** https: what the server showed, and whether its names cover the host. The client goes on all the same, as curl -k. */
  readonly certificate?: Certificate & { readonly covers: boolean }
}

/** Between two happenings. `left`: addresses not yet tried. */
export type ClientState =
  | { readonly at: 'begin' }
  | { readonly at: 'lookup'; readonly lookup: Lookup }
  | {
      readonly at: 'connect' | 'tls' | 'answer'
      readonly conn: string
      readonly peer: Ip
      readonly left: readonly Ip[]
      readonly lookup: LookupResult
      /** What the server has shown. */
      readonly certificate?: Certificate
    }
  | { readonly at: 'end' }

type Busy = Extract<ClientState, { at: 'connect' | 'tls' | 'answer' }>

const SECOND = 1_000_000_000
/** How long each kind of program waits for an answer. curl itself waits for ever once connected; ping gives an answer 10 s. */
const PATIENCE: Readonly<Record<Target['scheme'], number>> = {
  http: 30 * SECOND,
  https: 30 * SECOND,
  tcp: 30 * SECOND,
  udp: 5 * SECOND,
  sctp: 30 * SECOND,
  icmp: 10 * SECOND,
}

/** As OutcomeKind says it. A reset is the peer's refusal too. EPERM: a rule of the own machine dropped the packet. */
function kindOf(errno: string): 'refused' | 'timeout' | 'unreachable' {
  if (errno === 'ECONNREFUSED' || errno === 'ECONNRESET') return 'refused'
  return errno === 'ETIMEDOUT' ? 'timeout' : 'unreachable'
}

const FIRST_WORDS = 'hello'

const isHttp = (target: Target): boolean => target.scheme === 'http' || target.scheme === 'https'

function request(target: Target, question: ClientQuestion): Message {
  if (!isHttp(target)) return { kind: 'data', text: FIRST_WORDS }
  const own: readonly (readonly [string, string])[] = [
    ['Host', hostHeader(target)],
    ['User-Agent', 'curl/7.88.1'],
    ['Accept', '*/*'],
  ]
  const given = question.headers ?? []
  const kept = own.filter(([name]) => !given.some(([g]) => g.toLowerCase() === name.toLowerCase()))
  return { kind: 'http-request', method: question.method ?? 'GET', path: target.path, headers: [...kept, ...given] }
}

/** Whether a certificate's names cover a host: the same name, or one label in the place of a star (RFC 6125, 6.4.3). */
export function covers({ names }: Certificate, host: string): boolean {
  const want = host.toLowerCase().replace(/\.$/, '')
  return names.some((name) => {
    const has = name.toLowerCase()
    return has === want || (has.startsWith('*.') && want.includes('.') && has.slice(1) === want.slice(want.indexOf('.')))
  })
}

type Stepped = { readonly state: ClientState; readonly acts: readonly Act[] }

/**
 * A program that resolves, connects, asks and waits: curl for http://, nc for tcp:// and udp://, ping for icmp://.
 * Addresses are tried one after the other, each as long as the kernel tries (curl's overlapping of families is left out).
 */
export function client(
  question: ClientQuestion,
  machine: ClientMachine,
  name: string,
): { readonly process: Process } | { readonly problem: Problem } {
  const parsed = parseTarget(question.to)
  if ('problem' in parsed) return parsed
  const goal = question.connect === undefined ? parsed : connectTo(question.connect, parsed.ok)
  if ('problem' in goal) return goal
  return { process: clientProcess(parsed.ok, goal.ok, question, machine, name) as Process }
}

/** `target` is what the program asks for, `goal` the host and port that it goes to. */
function clientProcess(target: Target, goal: Target, question: ClientQuestion, machine: ClientMachine, name: string): Process<ClientState> {
  const from = machine.from === undefined ? {} : { from: machine.from }
  const sport = question.sport === undefined ? {} : { sport: question.sport }
  const exit = (result: ClientResult, acts: readonly Act[] = []): Stepped => ({
    state: { at: 'end' },
    acts: [...acts, { act: 'exit', result }],
  })
  const known = (l: LookupResult): Pick<ClientResult, 'resolved' | 'lookup'> => ({ resolved: l.addresses, lookup: l })

  function tryNext(left: readonly Ip[], lookup: LookupResult, errno: string, acts: readonly Act[]): Stepped {
    const [peer, ...rest] = left
    if (peer === undefined) return exit({ kind: kindOf(errno), errno, ...known(lookup) }, acts)
    const conn = `to-${endpointText(peer, goal.port)}`
    const state: ClientState = { at: 'connect', conn, peer, left: rest, lookup }
    if (target.scheme === 'icmp')
      return { state: { ...state, at: 'answer' }, acts: [...acts, { act: 'ping', conn, to: peer, timeout: PATIENCE.icmp, ...from }] }
    const proto = target.scheme === 'http' || target.scheme === 'https' ? 'tcp' : target.scheme
    return { state, acts: [...acts, { act: 'connect', conn, proto, to: { address: peer, port: goal.port }, ...sport, ...from }] }
  }

  function afterLookup(step: LookupStep): Stepped {
    const { result } = step
    if (!result) return { state: { at: 'lookup', lookup: step.state }, acts: step.acts }
    if (result.error) return exit({ kind: 'dns-error', errno: result.error, lookup: result }, step.acts)
    return tryNext(result.addresses, result, 'EHOSTUNREACH', step.acts)
  }

  function begin(): Stepped {
    const literal = parseIp(goal.host)
    if (literal !== undefined) return tryNext([literal], { addresses: [literal], records: [], queries: [] }, '', [])
    const hosts = machine.hosts === '' ? plainHosts : machine.hosts
    return afterLookup(
      beginLookup({
        name: goal.host,
        types: ['A', 'AAAA'],
        resolvConf: machine.resolvConf,
        hosts,
        own: machine.own ?? [4],
        label: name,
        library: libraryNamed(machine.libc),
      }),
    )
  }

  function ended(state: Busy, message: Message | undefined): Stepped {
    const closing: readonly Act[] = [{ act: 'close', conn: state.conn }]
    const answer = message?.kind === 'http-response' || message?.kind === 'data' ? message : undefined
    const shown = state.certificate && { certificate: { ...state.certificate, covers: covers(state.certificate, target.host) } }
    const base = { ...known(state.lookup), ...(answer ? { answer, ...servedBy(answer) } : {}), ...shown }
    if (!isHttp(target)) return exit({ kind: 'ok', ...base }, closing)
    // curl 1: what came is no HTTP.
    if (answer?.kind !== 'http-response') return exit({ kind: 'http-error', ...base }, closing)
    return exit({ kind: answer.status < 400 ? 'ok' : 'http-error', status: answer.status, ...base }, closing)
  }

  function ask(state: Busy): Stepped {
    const message = request(target, question)
    const wait: Act = { act: 'timer', name: `answer ${state.conn}`, after: PATIENCE[target.scheme] }
    return { state: { ...state, at: 'answer' }, acts: [{ act: 'send', conn: state.conn, message, size: messageBytes(message) }, wait] }
  }

  /** ClientHello; an address is no server name (RFC 6066, 3). */
  function hello(state: Busy): Stepped {
    const sni = parseIp(target.host) === undefined ? { sni: target.host.replace(/\.$/, '') } : {}
    const message: Message = { kind: 'tls', ...sni }
    const wait: Act = { act: 'timer', name: `answer ${state.conn}`, after: PATIENCE[target.scheme] }
    return { state: { ...state, at: 'tls' }, acts: [{ act: 'send', conn: state.conn, message, size: messageBytes(message) }, wait] }
  }

  function busy(state: Busy, h: Happening): Stepped {
    const same: Stepped = { state, acts: [] }
    if (h.kind === 'timer')
      return state.at !== 'connect' && h.name === `answer ${state.conn}`
        ? exit({ kind: 'timeout', errno: 'ETIMEDOUT', ...known(state.lookup) }, [{ act: 'close', conn: state.conn }])
        : same
    if (!('conn' in h) || h.conn !== state.conn) return same
    if (h.kind === 'failed') {
      if (state.at === 'connect') return tryNext(state.left, state.lookup, h.errno, [])
      return exit({ kind: kindOf(h.errno), errno: h.errno, ...known(state.lookup) })
    }
    if (h.kind === 'connected') {
      if (question.open && (target.scheme === 'tcp' || target.scheme === 'sctp')) return ended(state, undefined)
      return target.scheme === 'https' ? hello(state) : ask(state)
    }
    if (h.kind !== 'data') return same
    if (state.at === 'tls' && h.message?.kind === 'tls')
      return ask(h.message.certificate === undefined ? state : { ...state, certificate: h.message.certificate })
    return ended(state, h.message)
  }

  return {
    name,
    start: { at: 'begin' },
    on(state, happening) {
      switch (state.at) {
        case 'begin':
          return happening.kind === 'start' ? begin() : { state, acts: [] }
        case 'lookup':
          return afterLookup(continueLookup(state.lookup, happening))
        case 'connect':
        case 'tls':
        case 'answer':
          return busy(state, happening)
        case 'end':
          return { state, acts: [] }
      }
    },
  }
}

/** A program that only asks DNS: `packetwalk dns NAME [TYPE]`. It exits with a LookupResult. */
export function dnsClient(
  name: string,
  types: readonly LookupResult['records'][number]['type'][],
  machine: ClientMachine,
  label: string,
): Process {
  const own = machine.own ?? [4]
  const step = (s: LookupStep): { readonly state: Lookup | undefined; readonly acts: readonly Act[] } => ({
    state: s.state,
    acts: s.result ? [...s.acts, { act: 'exit', result: s.result }] : s.acts,
  })
  return {
    name: label,
    start: undefined,
    on(state, h) {
      if (h.kind === 'start')
        return step(
          beginLookup({
            name,
            types,
            resolvConf: machine.resolvConf,
            hosts: machine.hosts === '' ? plainHosts : machine.hosts,
            own,
            label,
            library: libraryNamed(machine.libc),
          }),
        )
      return state === undefined ? { state, acts: [] } : step(continueLookup(state as Lookup, h))
    },
  }
}
