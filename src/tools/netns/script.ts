// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the shell's own variables
import type { LinkJson, NamespaceJson } from '../../kernel/topology.ts'
import { endpointText } from '../../net/message.ts'
import type { Scenario, ScenarioServer } from './scenario.ts'

/** A probe of the script: what to show, and where it goes. */
export interface ScriptProbe {
  readonly title: string
  readonly probe: Scenario['probe']
  readonly http: boolean
}

/** Every text from a lab stands in quotes of its own, so that a shell reads it as data. */
const quoted = (text: string): string => (/^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)
const line = (...words: readonly string[]): string => words.map(quoted).join(' ')
const ns = (name: string): string => `"$P"${quoted(name)}`
const ipIn = (name: string, ...words: readonly string[]): string => `ip -n ${ns(name)} ${line(...words)}`

/** `link add` for what a machine makes itself; a veth pair is made once, from its first end. */
function added(n: NamespaceJson, l: LinkJson, made: Set<string>): readonly string[] {
  const mac = l.mac === undefined ? [] : ['address', l.mac]
  switch (l.kind) {
    case 'bridge':
      return [ipIn(n.name, 'link', 'add', l.dev, ...mac, 'type', 'bridge')]
    case 'dummy':
      return [ipIn(n.name, 'link', 'add', l.dev, ...mac, 'type', 'dummy')]
    case 'vxlan':
      return [
        ipIn(
          n.name,
          'link',
          'add',
          l.dev,
          ...mac,
          'type',
          'vxlan',
          'id',
          `${l.vni ?? 0}`,
          'local',
          l.local ?? '',
          'dev',
          l.underlay ?? '',
          'dstport',
          `${l.dstport ?? 8472}`,
          ...(l.learning ? [] : ['nolearning']),
        ),
      ]
    case 'veth': {
      const [peer = '', dev = ''] = l.peer ?? []
      if (made.has(`${n.name} ${l.dev}`)) return []
      made.add(`${peer} ${dev}`)
      return [`${ipIn(n.name, 'link', 'add', l.dev, ...mac, 'type', 'veth', 'peer', 'name', dev)} netns ${ns(peer)}`]
    }
    default:
      return [`echo ${quoted(`${n.name} ${l.dev}: a ${l.kind} device is not made`)} >&2`]
  }
}

/** Addresses, ports of bridges, MTU, up. The other end of a pair gets its own MAC here. */
function settled(n: NamespaceJson, l: LinkJson): readonly string[] {
  return [
    ...(l.kind === 'veth' && l.mac !== undefined ? [ipIn(n.name, 'link', 'set', l.dev, 'address', l.mac)] : []),
    ...(l.master === undefined ? [] : [ipIn(n.name, 'link', 'set', l.dev, 'master', l.master)]),
    ...(l.addrs ?? []).map((a) => ipIn(n.name, 'addr', 'add', a, 'dev', l.dev, ...(a.includes(':') ? ['nodad'] : []))),
    ...(l.mtu === undefined ? [] : [ipIn(n.name, 'link', 'set', l.dev, 'mtu', `${l.mtu}`)]),
    ...(l.up === false ? [] : [ipIn(n.name, 'link', 'set', l.dev, 'up')]),
    ...(l.hairpin ? [`bridge -n ${ns(n.name)} ${line('link', 'set', 'dev', l.dev, 'hairpin', 'on')}`] : []),
  ]
}

function tables(n: NamespaceJson): readonly string[] {
  const family = (text: string): readonly string[] => (text.includes(':') && !/lladdr/.test(text) ? ['-6'] : [])
  return [
    ...Object.entries(n.sysctls ?? {}).map(
      ([name, value]) => `ip netns exec ${ns(n.name)} sysctl -q -w ${quoted(`${name.replaceAll('/', '.')}=${value}`)} || true`,
    ),
    ...(n.rules ?? []).map((r) => `ip ${r.includes(':') ? '-6 ' : ''}-n ${ns(n.name)} rule add ${line(...r.split(' '))}`),
    ...(n.routes ?? []).map(
      (r) => `ip ${family(r).join(' ')}${family(r).length > 0 ? ' ' : ''}-n ${ns(n.name)} route add ${line(...r.split(' '))}`,
    ),
    ...(n.neigh ?? []).map((r) => ipIn(n.name, 'neigh', 'replace', ...r.split(' '))),
    ...(n.fdb ?? []).map((r) => `bridge -n ${ns(n.name)} fdb ${line(...r.split(' '))}`),
  ]
}

function servers(all: readonly ScenarioServer[]): readonly string[] {
  const byNs = new Map<string, string[]>()
  for (const s of all) byNs.set(s.ns, [...(byNs.get(s.ns) ?? []), s.proto, s.ip, `${s.port}`])
  return [...byNs].map(([name, words]) => `ip netns exec ${ns(name)} python3 -c "$SERVER" ${line(name, ...words)} & echo $! >> "$PIDS"`)
}

function asks({ title, probe, http }: ScriptProbe): readonly string[] {
  const at = endpointText(probe.dst, probe.dport)
  const exec = `ip netns exec ${ns(probe.from)}`
  const say = `echo ${quoted(`# ${title} (${probe.proto} ${at})`)}`
  if (probe.proto === 'icmp') return [say, `${exec} ping -c 1 -W 2 ${quoted(probe.dst)} || true`]
  if (http) return [say, `${exec} curl -sS -m 5 ${quoted(`http://${at}/`)} || true`]
  return [say, `${exec} python3 -c "$CLIENT" ${line(probe.proto, probe.dst, `${probe.dport}`)} || true`]
}

const SERVER = `import socket, sys, threading
def tcp(k):
    while True:
        c, p = k.accept()
        try:
            c.settimeout(3); d = c.recv(4096)
            body = f"hello from {sys.argv[1]}, you are {p[0]} port {p[1]}\\n"
            head = f"HTTP/1.1 200 OK\\r\\nContent-Length: {len(body)}\\r\\nConnection: close\\r\\n\\r\\n" if d[:4] in (b"GET ", b"POST", b"HEAD") else ""
            c.sendall((head + body).encode())
        except OSError: pass
        c.close()
def udp(k):
    while True:
        d, p = k.recvfrom(4096); k.sendto(f"hello from {sys.argv[1]}, you are {p[0]} port {p[1]}\\n".encode(), p)
a = sys.argv[2:]
for proto, ip, port in zip(a[::3], a[1::3], a[2::3]):
    k = socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM if proto == "tcp" else socket.SOCK_DGRAM)
    k.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); k.bind((ip, int(port)))
    if proto == "tcp": k.listen(16)
    threading.Thread(target=tcp if proto == "tcp" else udp, args=(k,)).start()`

const CLIENT = `import socket, sys
proto, ip, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
k = socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM if proto == "tcp" else socket.SOCK_DGRAM)
k.settimeout(5)
try: k.connect((ip, port)); k.send(b"hello"); print(k.recv(4096).decode(), end="")
except OSError as e: print(e)`

/**
 * One readable shell script: builds the lab from network namespaces on any Linux host, starts listeners, sends the probes, cleans up.
 * `nft`: by namespace, the tables beside those of iptables, as `nft list ruleset` prints them.
 */
export function scriptOf(
  name: string,
  scenario: Scenario,
  probes: readonly ScriptProbe[],
  nft: Readonly<Record<string, readonly string[]>> = {},
): string {
  const { namespaces } = scenario.topology
  const made = new Set<string>()
  const restore = Object.entries(scenario.rules).flatMap(([node, r]) => [
    `ip netns exec ${ns(node)} ${r.family === 'IPv6' ? 'ip6tables' : 'iptables'}-restore <<'RULES'`,
    ...r.text,
    'RULES',
  ])
  const heard = (program: string, of: 'ipset' | 'ipvs'): readonly string[] =>
    Object.entries(scenario.rules).flatMap(([node, r]) =>
      r[of] ? [`ip netns exec ${ns(node)} ${program} <<'RULES'`, ...r[of], 'RULES'] : [],
    )
  const [sets, virtuals] = [heard('ipset restore', 'ipset'), heard('ipvsadm -R', 'ipvs')]
  const nftRules = Object.entries(nft).flatMap(([node, text]) => [`ip netns exec ${ns(node)} nft -f - <<'RULES'`, ...text, 'RULES'])
  const programs = [
    'iproute2',
    'iptables',
    ...(nftRules.length > 0 ? ['nftables'] : []),
    ...(sets.length > 0 ? ['ipset'] : []),
    ...(virtuals.length > 0 ? ['ipvsadm'] : []),
    'curl',
    'ping',
  ]
  return [
    '#!/bin/sh',
    `# ${name.replace(/[^\x20-\x7e]/g, '?')} as network namespaces, written by Packetwalk. The rules are as Kubernetes v1.30 writes them.`,
    `# Needs Linux, root, ${programs.join(', ')} and python3. Nothing outside the namespaces is touched.`,
    `# Usage: sh ${'lab.sh'} [up|probe|down|all]     all (the default) builds, probes and cleans up`,
    'set -eu',
    'P=pw-',
    'PIDS=${TMPDIR:-/tmp}/packetwalk-netns.pids',
    '',
    `SERVER='${SERVER.replaceAll("'", `'\\''`)}'`,
    '',
    `CLIENT='${CLIENT.replaceAll("'", `'\\''`)}'`,
    '',
    '# until a socket listens there; ten seconds at most',
    'listening() {',
    '  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do',
    '    if ip netns exec "$P$1" ss -Hltun | grep -q ":$2 "; then return 0; fi',
    '    sleep 0.5',
    '  done',
    '  echo "nobody listens on port $2 of $1" >&2',
    '}',
    '',
    'down() {',
    '  if [ -f "$PIDS" ]; then while read -r pid; do kill "$pid" 2>/dev/null || true; done < "$PIDS"; rm -f "$PIDS"; fi',
    `  for n in ${namespaces.map((n) => quoted(n.name)).join(' ')}; do ip netns del "$P$n" 2>/dev/null || true; done`,
    '}',
    '',
    'up() {',
    'down',
    ...namespaces.map((n) => `ip netns add ${ns(n.name)}; ip -n ${ns(n.name)} link set lo up`),
    '# devices',
    ...namespaces.flatMap((n) => n.links.flatMap((l) => added(n, l, made))),
    ...namespaces.flatMap((n) => ['', `# ${n.name}`, ...n.links.flatMap((l) => settled(n, l)), ...tables(n)]),
    '',
    '# rules',
    ...sets,
    ...virtuals,
    ...restore,
    ...nftRules,
    '',
    '# sockets',
    ...servers(scenario.servers),
    ...scenario.servers.map((s) => `listening ${line(s.ns, `${s.port}`)}`),
    '}',
    '',
    'probe() {',
    ...probes.flatMap(asks),
    ':',
    '}',
    '',
    'case "${1:-all}" in',
    '  up) up ;;',
    '  probe) probe ;;',
    '  down) down ;;',
    '  all) trap down EXIT; up; probe ;;',
    '  *) echo "usage: $0 [up|probe|down|all]" >&2; exit 2 ;;',
    'esac',
    '',
  ].join('\n')
}
