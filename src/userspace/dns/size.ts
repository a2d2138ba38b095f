import type { DnsMessage, DnsRecord } from '../../net/message.ts'

/** The most that a UDP answer may have without EDNS, in bytes (RFC 1035, 4.2.1). */
const UDP_LIMIT = 512

const nameBytes = (name: string): number => (name === '.' ? 1 : name.length + 1)

function rdataBytes(record: DnsRecord): number {
  switch (record.type) {
    case 'A':
      return 4
    case 'AAAA':
      return 16
    case 'SOA':
      return (
        20 +
        record.rdata
          .split(' ')
          .slice(0, 2)
          .reduce((sum, n) => sum + nameBytes(n), 0)
      )
    case 'SRV':
      return 6 + nameBytes(record.rdata.split(' ')[3] ?? '.')
    case 'MX':
      return 2 + nameBytes(record.rdata.split(' ')[1] ?? '.')
    case 'TXT':
      return record.rdata.length - 1
    case 'CNAME':
    case 'PTR':
    case 'NS':
      return nameBytes(record.rdata)
    case 'HTTPS':
    case 'ANY':
    case 'AXFR':
      return record.rdata.length
  }
}

/** The OPT record of EDNS without options. */
const OPT_BYTES = 11

/** Bytes of a message; owner names are counted as compressed pointers, names inside records as written out. */
export function dnsBytes(message: DnsMessage): number {
  const records = [...message.answers, ...message.authority, ...message.additional]
  const opt = message.udpSize === undefined ? 0 : OPT_BYTES
  return 12 + nameBytes(message.name) + 4 + opt + records.reduce((sum, r) => sum + 12 + rdataBytes(r), 0)
}

/** The two bytes of length in front of a message over TCP (RFC 1035, 4.2.2). */
const TCP_PREFIX = 2

export const bytesOver = (proto: 'udp' | 'tcp', message: DnsMessage): number => dnsBytes(message) + (proto === 'tcp' ? TCP_PREFIX : 0)

/** An answer as it goes out over UDP: as many records as fit what the question takes, answers first, and the mark that some are missing. */
export function cutForUdp(message: DnsMessage): DnsMessage {
  const room = Math.max(UDP_LIMIT, message.udpSize ?? 0)
  if (dnsBytes(message) <= room) return message
  let out: DnsMessage = { ...message, tc: true, answers: [], authority: [], additional: [] }
  for (const section of ['answers', 'authority', 'additional'] as const) {
    for (const record of message[section]) {
      const more: DnsMessage = { ...out, [section]: [...out[section], record] }
      if (dnsBytes(more) > room) return out
      out = more
    }
  }
  return out
}
