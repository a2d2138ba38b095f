import { isReverseZone } from '../../dns/reverse.ts'
import { argErr, type SetUpError } from '../chain.ts'
import type { Directive, Property } from '../corefile.ts'
import { type Fall, fallOf, NO_FALL } from '../fall.ts'
import { zonesOf } from '../keys.ts'

/** What the line `kubernetes` and its block say (plugin/kubernetes/setup.go). */
export interface Options {
  /** As written or, without any, those of the server block; lower case, absolute. */
  readonly zones: readonly string[]
  /** The first zone that is no reverse zone: targets of PTR records lie in it. */
  readonly primary: string
  /** Namespaces that are served; undefined: all. */
  readonly namespaces: readonly string[] | undefined
  readonly pods: 'disabled' | 'insecure' | 'verified'
  readonly endpointPodNames: boolean
  readonly ttl: number
  readonly noEndpoints: boolean
  readonly ignoreEmpty: boolean
  /** Zones in which a name that is not there goes on to the next plugin. */
  readonly fallthrough: Fall
}

/** Properties about the way to the API server. */
const QUIET: ReadonlySet<string> = new Set([
  'endpoint',
  'tls',
  'kubeconfig',
  'apiserver_qps',
  'apiserver_burst',
  'apiserver_max_inflight',
  'startup_timeout',
])
const UNMODELLED: ReadonlySet<string> = new Set(['labels', 'namespace_labels', 'multicluster', 'zonal'])
const POD_MODES = ['disabled', 'verified', 'insecure'] as const

type Read = Options | SetUpError | { readonly unmodelled: string }

function withProperty(o: Options, line: Property): Read {
  const [property = '', ...args] = line.words
  switch (property) {
    case 'pods': {
      const mode = POD_MODES.find((m) => m === args[0])
      if (args.length !== 1) return argErr(property, line)
      return mode === undefined
        ? { error: `wrong value for pods: ${args[0] ?? ''},  must be one of: disabled, verified, insecure` }
        : { ...o, pods: mode }
    }
    case 'namespaces':
      return args.length === 0 ? argErr(property, line) : { ...o, namespaces: [...(o.namespaces ?? []), ...args] }
    case 'endpoint_pod_names':
      return args.length > 0 ? argErr(property, line) : { ...o, endpointPodNames: true }
    case 'noendpoints':
      return args.length > 0 ? argErr(property, line) : { ...o, noEndpoints: true }
    case 'fallthrough':
      return { ...o, fallthrough: fallOf(args) }
    case 'ttl': {
      if (args.length === 0) return argErr(property, line)
      const ttl = /^-?\d+$/.test(args[0] ?? '') ? Number(args[0]) : undefined
      if (ttl === undefined) return { error: `strconv.Atoi: parsing "${args[0] ?? ''}": invalid syntax` }
      return ttl < 0 || ttl > 3600 ? { error: `ttl must be in range [0, 3600]: ${ttl}`, at: line } : { ...o, ttl }
    }
    case 'ignore':
      return args[0] === 'empty_service' ? { ...o, ignoreEmpty: true } : { error: `unable to parse ignore value: '${args[0] ?? ''}'` }
  }
  if (QUIET.has(property)) return o
  return UNMODELLED.has(property) ? { unmodelled: `kubernetes ${property}` } : { error: `unknown property '${property}'`, at: line }
}

export function readOptions(d: Directive, blockZones: readonly string[]): Read {
  const zones = d.args.length > 0 ? d.args.flatMap(zonesOf) : blockZones
  const primary = zones.find((z) => !isReverseZone(z))
  if (primary === undefined) return { error: 'non-reverse zone name must be used' }
  let o: Options = {
    zones,
    primary,
    namespaces: undefined,
    pods: 'disabled',
    endpointPodNames: false,
    ttl: 5,
    noEndpoints: false,
    ignoreEmpty: false,
    fallthrough: NO_FALL,
  }
  for (const line of d.block) {
    const next = withProperty(o, line)
    if (!('zones' in next)) return next
    o = next
  }
  return o
}
