import type { Ip } from './ip.ts'

export interface HttpRequest {
  readonly kind: 'http-request'
  readonly method: string
  readonly path: string
  /** Names as they were written; look-ups ignore case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
}

export interface HttpResponse {
  readonly kind: 'http-response'
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Who answered, in the words of the answering process: `hello from default/web-1`. */
  readonly body: string
}

/** Types of records, and those that stand in questions only (ANY, AXFR). */
export type DnsType = 'A' | 'AAAA' | 'CNAME' | 'SRV' | 'PTR' | 'SOA' | 'NS' | 'TXT' | 'MX' | 'HTTPS' | 'ANY' | 'AXFR'
export type Rcode = 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'NOTIMP' | 'FORMERR'

/** One resource record. `name` and names inside `rdata` end with a dot. ttl in seconds. */
export interface DnsRecord {
  readonly name: string
  readonly ttl: number
  readonly type: DnsType
  readonly rdata: string
}

export interface DnsMessage {
  readonly kind: 'dns'
  readonly id: number
  readonly response: boolean
  /** The question's name, absolute: it ends with a dot. */
  readonly name: string
  readonly type: DnsType
  readonly rcode: Rcode
  readonly aa: boolean
  /** Truncated: records were left out, for UDP carries 512 bytes (RFC 1035, 4.2.1). */
  readonly tc?: true
  /** EDNS in a query: bytes that the asker takes over UDP (RFC 6891); without it 512. */
  readonly udpSize?: number
  readonly rd: boolean
  readonly ra: boolean
  readonly answers: readonly DnsRecord[]
  readonly authority: readonly DnsRecord[]
  readonly additional: readonly DnsRecord[]
}

/** A certificate as far as names go. */
export interface Certificate {
  /** Where it comes from: `Secret shop/cafe`, or the name that a program gives to its own. */
  readonly from: string
  /** dNSNames of its subjectAltName; without them its commonName. */
  readonly names: readonly string[]
}

/** The first flight of a TLS handshake, either way: which name the client asks for, and which certificate it is shown. */
export interface TlsHello {
  readonly kind: 'tls'
  readonly sni?: string
  readonly certificate?: Certificate
}

/** Bytes that nobody takes apart; `text` is what a reader may see of them. */
export interface RawData {
  readonly kind: 'data'
  readonly text: string
}

export type Message = HttpRequest | HttpResponse | DnsMessage | TlsHello | RawData

/** host:port, with brackets around IPv6. */
export const endpointText = (address: Ip, port: number): string => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`)
