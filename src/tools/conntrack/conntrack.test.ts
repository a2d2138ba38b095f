import { expect, test } from 'vitest'
import { newNetns } from '../../kernel/apply.ts'
import { ip } from '../../net/ip.ts'
import type { CtView, Tuple } from '../../trace/event.ts'
import { runTool } from '../list.ts'

const tuple = (proto: Tuple['proto'], src: string, sport: number, dst: string, dport: number): Tuple => ({
  proto,
  src: ip(src),
  dst: ip(dst),
  sport,
  dport,
})
const entry = (e: Pick<CtView, 'orig' | 'reply' | 'status' | 'timeout'> & Partial<CtView>): CtView => ({
  id: 1,
  zone: 0,
  family: 4,
  mark: 0,
  ...e,
})

const ENTRIES: readonly CtView[] = [
  entry({
    orig: tuple('tcp', '10.244.1.61', 34050, '10.96.40.40', 80),
    reply: tuple('tcp', '10.244.2.60', 8080, '10.244.1.61', 34050),
    status: ['SEEN_REPLY', 'ASSURED', 'DST_NAT'],
    timeout: 431995,
    tcp: 'ESTABLISHED',
  }),
  entry({
    orig: tuple('tcp', '10.244.1.61', 47004, '10.244.9.9', 80),
    reply: tuple('tcp', '10.244.9.9', 80, '10.244.1.61', 47004),
    status: [],
    timeout: 115,
    tcp: 'SYN_SENT',
  }),
  entry({
    orig: tuple('udp', '10.244.1.61', 40002, '10.244.2.60', 5353),
    reply: tuple('udp', '10.244.2.60', 5353, '10.244.1.61', 40002),
    status: ['SEEN_REPLY'],
    timeout: 26,
  }),
  entry({
    orig: { ...tuple('icmp', '10.244.1.61', 10690, '10.244.2.60', 10690), type: 8, code: 0 },
    reply: { ...tuple('icmp', '10.244.2.60', 10690, '10.244.1.61', 10690), type: 0, code: 0 },
    status: ['SEEN_REPLY'],
    timeout: 25,
  }),
  entry({
    orig: tuple('udp', '::1', 37693, '::1', 9),
    reply: tuple('udp', '::1', 9, '::1', 37693),
    status: [],
    timeout: 29,
    family: 6,
  }),
]

/** Lines as conntrack 1.4.7 printed such entries. */
const LINES = [
  'tcp      6 431995 ESTABLISHED src=10.244.1.61 dst=10.96.40.40 sport=34050 dport=80 src=10.244.2.60 dst=10.244.1.61 sport=8080 dport=34050 [ASSURED] mark=0 use=1',
  'tcp      6 115 SYN_SENT src=10.244.1.61 dst=10.244.9.9 sport=47004 dport=80 [UNREPLIED] src=10.244.9.9 dst=10.244.1.61 sport=80 dport=47004 mark=0 use=1',
  'udp      17 26 src=10.244.1.61 dst=10.244.2.60 sport=40002 dport=5353 src=10.244.2.60 dst=10.244.1.61 sport=5353 dport=40002 mark=0 use=1',
  'icmp     1 25 src=10.244.1.61 dst=10.244.2.60 type=8 code=0 id=10690 src=10.244.2.60 dst=10.244.1.61 type=0 code=0 id=10690 mark=0 use=1',
  'udp      17 29 src=::1 dst=::1 sport=37693 dport=9 [UNREPLIED] src=::1 dst=::1 sport=9 dport=37693 mark=0 use=1',
]

function run(command: string) {
  const ctx = { netns: newNetns('node', 'node'), counters: () => ({ packets: 0, bytes: 0 }), conntrack: ENTRIES, now: 0 }
  const { code, stdout, stderr } = runTool(ctx, command.split(' '))
  return { code, stdout: [...stdout], stderr }
}
const count = (n: number): string => `conntrack v1.4.7 (conntrack-tools): ${n} flow entries have been shown.`

test.each([
  ['conntrack -L', [0, 1, 2, 3, 4]],
  ['conntrack -L conntrack', [0, 1, 2, 3, 4]],
  ['conntrack -L -p tcp', [0, 1]],
  ['conntrack -L -p 17', [2, 4]],
  ['conntrack -L -p udp --dport 5353', [2]],
  ['conntrack -L -f ipv6', [4]],
  ['conntrack -L -d 10.96.0.0/12', [0]],
  ['conntrack -L -p tcp --reply-src 10.244.2.60 --state ESTABLISHED', [0]],
  ['conntrack -L -u ASSURED', [0]],
  ['conntrack -L -d 1.1.1.1', []],
])('%s', (command, shown) => {
  expect(run(command)).toEqual({ code: 0, stdout: shown.map((i) => LINES[i]), stderr: [count(shown.length)] })
})

test('the family in front with -o extended, the number behind with -o id', () => {
  expect(run('conntrack -L -f ipv6 -o extended,id').stdout).toEqual([`ipv6     10 ${LINES[4]} id=1`])
  expect(run('conntrack -L -p icmp -o extended').stdout).toEqual([`ipv4     2 ${LINES[3]}`])
  expect(run('conntrack -C')).toEqual({ code: 0, stdout: ['5'], stderr: [] })
})

const HINT = "Try `conntrack -h' or 'conntrack --help' for more information."
test.each([
  ['conntrack -L --frob', "unknown option `--frob'"],
  ['conntrack -L --dport 9', "unknown option `--dport'"],
  ['conntrack -L -p foo', "`foo' unsupported protocol"],
  ['conntrack -L -s foo', "Invalid IP address `foo'"],
])('%s', (command, text) => {
  expect(run(command)).toEqual({ code: 2, stdout: [], stderr: [`conntrack v1.4.7 (conntrack-tools): ${text}`, HINT] })
})

test('deleting is not modelled and says so', () => {
  expect(run('conntrack -D -p tcp')).toEqual({ code: 2, stdout: [], stderr: ['packetwalk: conntrack: -D: not modelled'] })
})
