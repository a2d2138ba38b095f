import type { HttpRequest, HttpResponse, Message } from '../../net/message.ts'
import { dnsBytes } from '../dns/size.ts'

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  301: 'Moved Permanently',
  302: 'Found',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

const head = (first: string, headers: HttpRequest['headers']): string =>
  `${[first, ...headers.map(([name, value]) => `${name}: ${value}`)].join('\r\n')}\r\n\r\n`

/** As it stands on the wire (HTTP/1.1). */
const requestText = (r: HttpRequest): string => head(`${r.method} ${r.path} HTTP/1.1`, r.headers)
export const responseText = (r: HttpResponse): string =>
  head(`HTTP/1.1 ${r.status} ${REASONS[r.status] ?? ''}`.trimEnd(), r.headers) + r.body

/** Bytes of a text in UTF-8. */
function utf8Bytes(text: string): number {
  let bytes = 0
  for (const c of text) {
    const code = c.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}

/** Bytes. OpenSSL pads its first message to 512 behind a record header of 5; ServerHello to Finished with one certificate is about as much as this. */
const CLIENT_HELLO = 517
const SERVER_FLIGHT = 1400

/** Bytes that a message takes behind the layer 4 header. */
export function messageBytes(message: Message): number {
  switch (message.kind) {
    case 'http-request':
      return utf8Bytes(requestText(message))
    case 'http-response':
      return utf8Bytes(responseText(message))
    case 'dns':
      return dnsBytes(message)
    case 'tls':
      return message.certificate === undefined ? CLIENT_HELLO : SERVER_FLIGHT
    case 'data':
      return utf8Bytes(message.text)
  }
}
