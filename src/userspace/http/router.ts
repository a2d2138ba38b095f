import type { Certificate, HttpRequest, HttpResponse } from '../../net/message.ts'
import type { CauseId } from '../../trace/cause.ts'
import type { RouteTaken } from '../../trace/journey.ts'
import type { Fraction } from '../../trace/luck.ts'
import type { Peer } from '../process.ts'

/** One request as an L7 proxy sees it. */
export interface Seen {
  readonly request: HttpRequest
  readonly scheme: 'http' | 'https'
  /** The client as the proxy's socket sees it, after all NAT on the way. */
  readonly client: Peer
  /** The proxy's own end of that connection. */
  readonly local: Peer
  /** The name that the client's TLS asked for. */
  readonly sni?: string
}

/** A server behind a proxy. */
export interface Target extends Peer {
  readonly because?: CauseId
}

/** Ways that luck chooses from. `key` names the flow and the place (trace/luck.ts). */
export interface Chance<T> {
  readonly key: string
  readonly of: readonly { readonly weight: Fraction; readonly label: string; readonly leads: T }[]
}

/**
 * What becomes of a request. `forward`: to one of the targets, each equally likely first, then in turn while connecting fails. `request` is what
 * the target gets. `why` is a short line for the trace, in the proxy's own words; `because` leads to the field of the object behind it.
 */
export type Decision =
  | { readonly do: 'answer'; readonly response: HttpResponse; readonly route: RouteTaken; readonly why: string; readonly because?: CauseId }
  | {
      readonly do: 'forward'
      readonly targets: readonly Target[]
      /** Instead of targets: a name that the proxy looks up by itself. */
      readonly external?: { readonly host: string; readonly port: number }
      readonly request: HttpRequest
      readonly route: RouteTaken
      readonly why: string
      readonly because?: CauseId
      /** Headers that the proxy adds to the answer (a cookie of affinity). By target, in the order of `targets`. */
      readonly add?: readonly HttpResponse['headers'][]
    }
  | { readonly do: 'choose'; readonly chance: Chance<Decision> }
  | { readonly do: 'unmodelled'; readonly what: string }

/** A controller's program: how it finds the way of a request. */
export interface Router {
  /** `ingress-nginx`, `traefik`, … */
  readonly controller: string
  /** Ports on which it speaks TLS. */
  readonly tlsPorts: readonly number[]
  /** Which certificate a client is shown that asks for a name; undefined: it speaks no TLS. */
  certificate(sni: string | undefined): Certificate | undefined
  decide(seen: Seen): Decision
  /** All rows that it knows for a request, in the order in which it looks at them, and what became of each. */
  table(seen: Seen): RouteTable
}

/** Why a row did not win, or that it did; words/routes.ts has a sentence for each. */
export type RowFate =
  | 'won'
  /** Another server (virtual host) took the request. */
  | 'other-host'
  /** Exact text or element border: the path is another one. */
  | 'path'
  /** It fits, but a longer one fits too. */
  | 'shorter'
  /** It fits, but `= PATH` fits too. */
  | 'exact-first'
  /** It fits, but a row before it fitted first. */
  | 'later'
  /** A pattern that does not match. */
  | 'pattern'
  | 'method'
  | 'header'
  | 'query'
  /** It never came into the table: another object had the same place before. */
  | 'taken'
  /** The controller leaves it out. */
  | 'left-out'

export interface RouteRow {
  /** As the proxy writes it: `location = "/tea"`. */
  readonly text: string
  readonly server: string
  /** NS/NAME; '' for what the controller adds by itself. */
  readonly object: string
  /** NS/NAME:PORT, or what answers instead. */
  readonly backend: string
  readonly fate: RowFate
  /** The other row or object that the fate speaks of. */
  readonly by?: string
  readonly because?: CauseId
}

export interface RouteTable {
  readonly controller: string
  readonly rows: readonly RouteRow[]
}
