import type { Message } from '../../src/net/message.ts'

/** What a packet carries, as its program would print it. */
export function messageText(message: Message): string {
  switch (message.kind) {
    case 'http-request':
      return [`${message.method} ${message.path} HTTP/1.1`, ...message.headers.map(([k, v]) => `${k}: ${v}`)].join('\n')
    case 'http-response':
      return [`HTTP/1.1 ${message.status}`, ...message.headers.map(([k, v]) => `${k}: ${v}`), '', message.body].join('\n')
    case 'dns': {
      const flags = [message.aa ? 'aa' : '', message.rd ? 'rd' : '', message.ra ? 'ra' : ''].filter((f) => f !== '')
      const records = [...message.answers, ...message.authority, ...message.additional]
      return [
        `;; ${message.response ? message.rcode : 'QUERY'}, id ${message.id}${flags.length === 0 ? '' : `, ${flags.join(' ')}`}`,
        `;${message.name} IN ${message.type}`,
        ...records.map((r) => `${r.name} ${r.ttl} IN ${r.type} ${r.rdata}`),
      ].join('\n')
    }
    case 'tls':
      return message.certificate === undefined
        ? `TLS ClientHello${message.sni === undefined ? '' : `, server_name ${message.sni}`}`
        : `TLS ServerHello, Certificate: ${message.certificate.from}\nDNS: ${message.certificate.names.join(', ')}`
    case 'data':
      return message.text
  }
}
