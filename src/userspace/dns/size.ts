import type { DnsMessage, DnsRecord } from '../../net/message.ts'

/** The most that a UDP answer may have without EDNS, in bytes (RFC 1035, 4.2.1). */
export const UDP_LIMIT = 512

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

/** Bytes of a message; owner names are counted as compressed pointers, names inside records as written out. */
export function dnsBytes(message: DnsMessage): number {
  const records = [...message.answers, ...message.authority, ...message.additional]
  return 12 + nameBytes(message.name) + 4 + records.reduce((sum, r) => sum + 12 + rdataBytes(r), 0)
}
