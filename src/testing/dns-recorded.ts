import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { DnsType } from '../net/message.ts'

const folder = join(import.meta.dirname, 'captured/dns')

/** One query of captured/dns/01 to 11, and CoreDNS' answer. */
interface RecordedQuery {
  readonly query: string
  readonly type: DnsType
  readonly client?: string
  readonly expect: {
    readonly rcode: string
    readonly aa: boolean
    readonly answeredBy?: string
    readonly answer: readonly string[]
    readonly authority?: readonly string[]
    readonly additional?: readonly string[]
  }
}
/** One document: a Corefile, a cluster, upstreams and what was asked. */
export interface RecordedServer {
  readonly kind: string
  readonly title: string
  readonly corefile: string
  readonly manifests: string
  readonly coredns: { readonly localIPs: readonly string[] }
  readonly upstreams: Readonly<Record<string, readonly string[]>>
  readonly queries: readonly RecordedQuery[]
}

/** What a C library asked for a name, and what its caller got. */
interface RecordedLookup {
  readonly asks: readonly string[]
  readonly result: readonly string[] | string
}
/** One scenario of captured/dns/20, measured with real glibc 2.36 and musl 1.2.3. */
export interface RecordedSearch {
  readonly id: string
  readonly resolvConf: string
  readonly zone: Readonly<Record<string, readonly string[]>>
  readonly lookups: readonly {
    readonly name: string
    readonly both?: RecordedLookup
    readonly glibc?: RecordedLookup
    readonly musl?: RecordedLookup
  }[]
}

export const readRecorded = <T>(name: string): T => parse(readFileSync(join(folder, name), 'utf8')) as T

/** Every file of captured/dns by its name; those of another kind than a server's are told apart by `kind`. */
export const recordedServers = (): readonly (readonly [file: string, document: RecordedServer])[] =>
  readdirSync(folder)
    .filter((f) => f.endsWith('.yaml'))
    .map((f) => [f, readRecorded<RecordedServer>(f)] as const)
