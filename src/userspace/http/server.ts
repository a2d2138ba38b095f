import { endpointText, type HttpResponse, type Message, type RawData } from '../../net/message.ts'
import type { Peer, Process } from '../process.ts'
import { messageBytes } from './text.ts'

/** How a server names itself. */
export interface ServerIdentity {
  /** Process name, as listeners hold it: `default/web-1/nginx`. */
  readonly process: string
  /** Who it says it is: `default/web-1`. */
  readonly who: string
  /** Text of its pages, when the lab gives one. */
  readonly answers?: string
  /** Its pages are filled up to so many bytes. */
  readonly fill?: number
}

const SERVED = /^hello from (\S+) at (\S+), you are (\S+)$/m

/** First line of every answer: the server, its own address and the client's, each as its socket sees them. */
const greeting = (id: ServerIdentity, local: Peer, peer: Peer): string =>
  `hello from ${id.who} at ${endpointText(local.address, local.port)}, you are ${endpointText(peer.address, peer.port)}\n`

/** What an answer of ours says of the two ends; nothing for foreign texts. */
export function servedBy(answer: HttpResponse | RawData): {
  readonly backend?: string
  readonly backendAddress?: string
  readonly sourceSeen?: string
} {
  const m = SERVED.exec(answer.kind === 'data' ? answer.text : answer.body)
  return m ? { backend: m[1] as string, backendAddress: m[2] as string, sourceSeen: m[3] as string } : {}
}

/** Lines of dots, until the text has so many characters. */
const filled = (text: string, bytes: number): string =>
  text + Array.from({ length: Math.max(0, bytes - text.length) }, (_, i) => (i % 80 === 79 ? '\n' : '.')).join('')

function answerTo(id: ServerIdentity, message: Message, local: Peer, peer: Peer): Message | undefined {
  switch (message.kind) {
    case 'http-request': {
      const body = filled(greeting(id, local, peer) + (id.answers === undefined ? '' : `${id.answers}\n`), id.fill ?? 0)
      return {
        kind: 'http-response',
        status: 200,
        headers: [
          ['Content-Type', 'text/plain'],
          ['Content-Length', `${messageBytes({ kind: 'data', text: body })}`],
        ],
        body,
      }
    }
    case 'data':
      return { kind: 'data', text: greeting(id, local, peer) + message.text }
    case 'dns':
    case 'tls':
    case 'http-response':
      return undefined
  }
}

/** Answers HTTP with 200 and a text that names both ends, and sends everything else back under the same line. TCP and UDP alike. */
export function server(id: ServerIdentity): Process {
  return {
    name: id.process,
    start: undefined,
    on(state, h) {
      if (h.kind !== 'data' || h.message === undefined) return { state, acts: [] }
      // Which of the lab's servers has a certificate nobody wrote down.
      if (h.message.kind === 'tls') return { state, acts: [{ act: 'unmodelled', what: `TLS (https://) at ${id.who}` }] }
      const message = answerTo(id, h.message, h.local, h.peer)
      if (message === undefined) return { state, acts: [] }
      const what = message.kind === 'http-response' ? `answers ${message.status}` : 'sends it back'
      return {
        state,
        acts: [
          { act: 'note', what, message },
          { act: 'send', conn: h.conn, message, size: messageBytes(message) },
        ],
      }
    },
  }
}
