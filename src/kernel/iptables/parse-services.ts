/** Names of ports as /etc/services of Debian 12 has them, those that turn up in rules. */
const SERVICES: Readonly<Record<string, number>> = {
  'ftp-data': 20,
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  bootps: 67,
  bootpc: 68,
  tftp: 69,
  http: 80,
  kerberos: 88,
  pop3: 110,
  sunrpc: 111,
  ntp: 123,
  imap2: 143,
  snmp: 161,
  'snmp-trap': 162,
  bgp: 179,
  ldap: 389,
  https: 443,
  'microsoft-ds': 445,
  isakmp: 500,
  syslog: 514,
  submission: 587,
  ldaps: 636,
  'domain-s': 853,
  rsync: 873,
  imaps: 993,
  pop3s: 995,
  openvpn: 1194,
  'ms-sql-s': 1433,
  nfs: 2049,
  mysql: 3306,
  'ms-wbt-server': 3389,
  postgresql: 5432,
  'ipsec-nat-t': 4500,
  mdns: 5353,
  redis: 6379,
  'http-alt': 8080,
}

const NAMES = new Map(Object.entries(SERVICES).map(([name, number]) => [number, name]))

export const portNumber = (name: string): number | undefined => (Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined)
/** The name that `iptables -L` without -n shows for a port. */
export const portName = (number: number): string => NAMES.get(number) ?? `${number}`
