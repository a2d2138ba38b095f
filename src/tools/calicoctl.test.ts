import { expect, test } from 'vitest'
import type { Ip } from '../net/ip.ts'
import { calicoctl } from './calicoctl.ts'
import type { BgpPeer, ToolContext } from './tool.ts'

const run = (peers: readonly BgpPeer[] | undefined, ...argv: readonly string[]) => {
  const { code, stdout, stderr } = calicoctl.run({ bgp: () => peers } as unknown as ToolContext, argv)
  return { code, out: [...stdout].join('\n'), err: stderr.join('\n') }
}
const peer = (address: string, more: Partial<BgpPeer> = {}): BgpPeer => ({
  type: 'node-to-node mesh',
  peerAddress: address as Ip,
  passive: false,
  ...more,
})

// Columns and breaks as printed by calicoctl in projectcalico/calicoctl issues 1883, 1281 and projectcalico/calico issue 4248.
test('the table of sessions is as wide as calicoctl draws it, the mesh before other peers', () => {
  const { code, out } = run([peer('192.168.56.15', { type: 'node specific' }), peer('192.168.63.204')], 'node', 'status')
  expect(code).toBe(0)
  expect(out).toBe(`Calico process is running.

IPv4 BGP status
+----------------+-------------------+-------+----------+-------------+
|  PEER ADDRESS  |     PEER TYPE     | STATE |  SINCE   |    INFO     |
+----------------+-------------------+-------+----------+-------------+
| 192.168.63.204 | node-to-node mesh | up    | 00:00:00 | Established |
| 192.168.56.15  | node specific     | up    | 00:00:00 | Established |
+----------------+-------------------+-------+----------+-------------+

IPv6 BGP status
No IPv6 peers found.
`)
})

test('a session that is down says what BIRD waits for; long words go on another line', () => {
  const lines = run(
    [
      peer('10.0.0.1', { down: 'no-answer' }),
      peer('10.0.0.2', { down: 'no-answer', passive: true }),
      peer('10.0.0.3', { down: 'wrong-as' }),
    ],
    ...['node', 'status'],
  ).out.split('\n')
  expect(lines[3]).toBe('+--------------+-------------------+-------+----------+--------------------------------+')
  expect(lines.slice(6, 10)).toEqual([
    '| 10.0.0.1     | node-to-node mesh | start | 00:00:00 | Connect                        |',
    '| 10.0.0.2     | node-to-node mesh | start | 00:00:00 | Passive                        |',
    '| 10.0.0.3     | node-to-node mesh | start | 00:00:00 | Active Socket: Connection      |',
    '|              |                   |       |          | closed                         |',
  ])
})

test('without sessions, without BIRD, and what is not modelled', () => {
  expect(run([], 'node', 'status').out).toContain('No IPv4 peers found.')
  expect(run(undefined, 'node', 'status')).toMatchObject({ code: 1, out: '' })
  expect(run([], 'get', 'ippool')).toMatchObject({ code: 2, err: expect.stringContaining('not modelled') as string })
})
