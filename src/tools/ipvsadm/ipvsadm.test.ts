import { expect, test } from 'vitest'
import { newNetns } from '../../kernel/apply.ts'
import { parseIpvs } from '../../kernel/ipvs/parse.ts'
import type { IpvsConn } from '../../kernel/ipvs/state.ts'
import { noVirtuals, withIpvs } from '../../kernel/ipvs/table.ts'
import { ip } from '../../net/ip.ts'
import type { ToolContext } from '../tool.ts'
import { ipvsadm } from './ipvsadm.ts'

const SAVE = [
  '-A -t 192.168.10.11:31080 -s rr -p 10800',
  '-a -t 192.168.10.11:31080 -r 10.244.1.60:8080 -m -w 1',
  '-a -t 192.168.10.11:31080 -r 10.244.1.61:8080 -m -w 1',
  '-A -t 10.96.40.40:80 -s rr',
  '-a -t 10.96.40.40:80 -r 10.244.1.60:8080 -m -w 1',
  '-A -t 10.96.50.50:443 -s mh -b mh-port',
  '-A -u 10.96.0.10:53 -s rr',
]

const conn = (id: number, template: boolean, cport: number, state: string, seconds: number, dest = '10.244.1.61'): IpvsConn => ({
  ...{
    id,
    family: 4,
    proto: 'tcp',
    caddr: ip('192.168.10.1'),
    cport,
    vaddr: ip('192.168.10.11'),
    vport: 31080,
    daddr: ip(dest),
    dport: 8080,
  },
  ...{ service: 'tcp 192.168.10.11 31080', dest: `${dest} 8080`, template, nfct: true, state, timeout: 0, expires: seconds * 1e9 },
})
const conns: readonly IpvsConn[] = [
  conn(1, true, 0, 'ASSURED', 179 * 60 + 57),
  conn(2, false, 32790, 'TIME_WAIT', 117),
  conn(3, false, 32791, 'CLOSE', 5),
  { ...conn(4, false, 40000, 'FIN_WAIT', 60, '10.244.1.60'), service: 'tcp 10.96.40.40 80' },
]
const counted = { conns: 2, inPkts: 16, outPkts: 12, inBytes: 1022, outBytes: 16238 }
const stats = new Map([
  ['tcp 192.168.10.11 31080', counted],
  ['tcp 192.168.10.11 31080 10.244.1.61 8080', counted],
])

const netns = {
  ...newNetns('node', 'node'),
  ipvs: withIpvs(noVirtuals, parseIpvs(SAVE.slice().reverse().sort().join('\n'), 'ipvs').commands),
}
const ctx: ToolContext = { netns, counters: () => ({ packets: 0, bytes: 0 }), conntrack: [], now: 0, ipvs: { conns, stats } }
const run = (line: string) => {
  const { code, stdout, stderr } = ipvsadm.run(ctx, line.split(' '))
  return { code, out: [...stdout], err: stderr.join('\n') }
}

/** As ipvsadm 1.31 printed it on Linux 6.1. */
const LIST = [
  'IP Virtual Server version 1.2.1 (size=4096)',
  'Prot LocalAddress:Port Scheduler Flags',
  '  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn',
  'TCP  192.168.10.11:31080 rr persistent 10800',
  '  -> 10.244.1.60:8080             Masq    1      0          0         ',
  '  -> 10.244.1.61:8080             Masq    1      0          2         ',
  'TCP  10.96.40.40:80 rr',
  '  -> 10.244.1.60:8080             Masq    1      0          1         ',
  'TCP  10.96.50.50:443 mh (mh-port)',
  'UDP  10.96.0.10:53 rr',
]

test('-Ln: as the tool printed it', () => expect(run('-Ln').out).toEqual(LIST))
test('-Sn: what ipvsadm -R reads', () => expect(run('-Sn').out).toEqual(SAVE))

test('one virtual server, without the version', () => {
  expect(run('-Ln -t 10.96.40.40:80').out).toEqual([LIST[1], LIST[2], LIST[6], LIST[7]])
  expect(run('-Ln -t 10.96.40.41:80')).toMatchObject({ code: 255, err: 'No such service' })
})

test('--stats, --persistent-conn, -c and --timeout', () => {
  expect(run('-Ln --stats').out.slice(1, 6)).toEqual([
    'Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes',
    '  -> RemoteAddress:Port',
    'TCP  192.168.10.11:31080                 2       16       12     1022    16238',
    '  -> 10.244.1.60:8080                    0        0        0        0        0',
    '  -> 10.244.1.61:8080                    2       16       12     1022    16238',
  ])
  expect(run('-Ln --persistent-conn').out).toContain('  -> 10.244.1.61:8080             1         1           0          2         ')
  expect(run('-Lnc').out.slice(0, 4)).toEqual([
    'IPVS connection entries',
    'pro expire state       source             virtual            destination',
    'TCP 179:57 ASSURED     192.168.10.1:0     192.168.10.11:31080 10.244.1.61:8080',
    'TCP 01:57  TIME_WAIT   192.168.10.1:32790 192.168.10.11:31080 10.244.1.61:8080',
  ])
  expect(run('-L --timeout').out).toEqual(['Timeout (tcp tcpfin udp): 900 120 300'])
})

test('names of ports without -n, and what is not ours to do', () => {
  expect(run('-L').out).toContain('TCP  10.96.40.40:http rr')
  expect(run('-C')).toMatchObject({ code: 2, err: 'packetwalk: ipvsadm: -C: not modelled' })
  expect(run('-Ln --rate')).toMatchObject({ code: 2 })
})
