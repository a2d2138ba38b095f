import { expect, test } from 'vitest'
import { cidr } from '../net/cidr.ts'
import { ip } from '../net/ip.ts'
import type { Route } from './machine.ts'
import { routesTowards } from './route-index.ts'

const route = (dst: string, table = 'main'): Route => ({
  ...{ type: 'unicast', dst: cidr(dst), dev: 'eth0', table, protocol: 'boot', scope: 'link', metric: 0, onlink: false },
})
const routes = ['10.0.0.0/24', '10.0.0.5/32', '0.0.0.0/0', '10.0.0.5/32', '10.0.0.6/32', 'fd00::/64', 'fd00::5/128'].map((d) => route(d))

test.each([
  ['10.0.0.5', ['10.0.0.5/32', '10.0.0.5/32', '10.0.0.0/24', '0.0.0.0/0']],
  ['10.0.0.7', ['10.0.0.0/24', '0.0.0.0/0']],
  ['fd00::5', ['fd00::5/128', 'fd00::/64']],
] as const)('%s: %j', (dst, want) => expect(routesTowards(routes, 'main', ip(dst)).map((r) => r.dst)).toEqual(want))

test('tables are apart', () => {
  expect(routesTowards([...routes, route('10.0.0.5/32', 'local')], 'local', ip('10.0.0.5'))).toHaveLength(1)
  expect(routesTowards(routes, 'local', ip('10.0.0.5'))).toEqual([])
})
