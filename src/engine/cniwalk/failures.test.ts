import { expect, test } from 'vitest'
import { walkAdd } from '../../agents/cni/add/walk.ts'
import { jsonError } from '../../cluster/netconf/go-json.ts'
import { readNetConf } from '../../cluster/netconf/read.ts'
import { build, probe } from '../../explain.ts'
import { eventsOf } from '../../tools/get/events.ts'
import { getTable } from '../../tools/get/get.ts'
import { findSource } from '../source.ts'

const node = (cidr: string): string =>
  `apiVersion: v1\nkind: Node\nmetadata: {name: node1}\nspec: {podCIDR: ${cidr}}\nstatus: {addresses: [{type: InternalIP, address: 192.168.10.11}]}\n---\n`
const pods = (n: number): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: own}\nspec: {nodeName: node1, hostNetwork: true, containers: [{name: c, image: nginx}]}\n---\n${Array.from({ length: n }, (_, i) => `apiVersion: v1\nkind: Pod\nmetadata: {name: p${i}}\nspec: {nodeName: node1, containers: [{name: c, image: nginx}]}\n---\n`).join('')}`
const lacks = (...names: readonly string[]): string =>
  `apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nspec: {nodes: [{name: node1, missingPlugins: [${names.join(', ')}]}]}\n`
const conflist = (file: string, text: string): string =>
  `${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'net' }, data: { [file]: text } })}\n`

function lab(text: string, cni?: string) {
  const world = build([{ name: 'lab.yaml', text }], { ...(cni === undefined ? {} : { cni }), wants: { everything: false, dns: false } })
  const stuck = world.cluster.pods.filter((pod) => pod.stuck !== undefined)
  return { world, stuck }
}

/** The event of the only Pod that is stuck; the walk has come to the same words by itself. */
function eventIn(text: string, cni?: string): string {
  const { world, stuck } = lab(text, cni)
  const [pod] = stuck
  if (pod === undefined || stuck.length > 1) throw new Error(`${stuck.length} Pods are stuck`)
  expect([pod.podIPs, pod.phase, world.machines.netns(`default/${pod.meta.name}`)]).toEqual([[], 'Pending', undefined])
  const [event] = eventsOf(pod)
  const walk = walkAdd(world.cluster, pod)
  if (typeof walk === 'string' || event === undefined) throw new Error('no walk')
  expect(walk.event).toEqual({ reason: event.reason, message: event.message })
  expect(walk.result).toBeUndefined()
  expect(getTable(world.cluster, 'pods')).toMatch(new RegExp(`^${pod.meta.name} +0/1 +ContainerCreating`, 'm'))
  const { outcome } = probe(world, { from: `default/${pod.meta.name}`, to: 'tcp://192.168.10.11:80' }, { seed: 1 })
  expect(outcome.kind).not.toBe('ok')
  return `${event.reason}: ${event.message.replace(/"[0-9a-f]{64}"/, '"ID"')}`
}

const FAILED =
  'FailedCreatePodSandBox: Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "ID": '

test.each([
  [
    'flannel',
    '10.244.7.0/29',
    6,
    'plugin type="flannel" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.244.7.1-10.244.7.6',
  ],
  [
    'bridge',
    '10.244.7.0/29',
    6,
    'plugin type="bridge" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.244.7.1-10.244.7.6',
  ],
  [
    'canal',
    '10.244.7.0/29',
    6,
    'plugin type="calico" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.244.7.1-10.244.7.6',
  ],
  [
    'cilium',
    '10.244.7.0/29',
    6,
    'plugin type="cilium-cni" failed (add): unable to allocate IP via local cilium agent: [POST /ipam][502] postIpamFailure "range is full"',
  ],
] as const)('no address left: %s', (cni, cidr, n, text) => {
  expect(eventIn(node(cidr) + pods(n), cni)).toBe(FAILED + text)
})

test('a pool of Calico that is used up is named', () => {
  const pool =
    'apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: small}\nspec: {cidr: 10.99.9.0/29, blockSize: 29, ipipMode: Never, vxlanMode: Never}\n---\n'
  expect(eventIn(node('10.244.7.0/24') + pool + pods(9))).toBe(
    `${FAILED}plugin type="calico" failed (add): failed to request IPv4 addresses: Assigned 0 out of 1 requested IPv4 addresses; No IPs available in pools: [10.99.9.0/29]`,
  )
})

test.each([
  ['flannel', 'loopback', 'plugin type="loopback" failed (add): failed to find plugin "loopback" in path [/opt/cni/bin]'],
  ['flannel', 'flannel', 'plugin type="flannel" failed (add): failed to find plugin "flannel" in path [/opt/cni/bin]'],
  [
    'flannel',
    'bridge',
    'plugin type="flannel" failed (add): failed to delegate add: failed to find plugin "bridge" in path [/opt/cni/bin]',
  ],
  ['flannel', 'portmap', 'plugin type="portmap" failed (add): failed to find plugin "portmap" in path [/opt/cni/bin]'],
  ['bridge', 'host-local', 'plugin type="bridge" failed (add): failed to find plugin "host-local" in path [/opt/cni/bin]'],
  ['calico', 'calico-ipam', 'plugin type="calico" failed (add): failed to find plugin "calico-ipam" in path [/opt/cni/bin]'],
  ['cilium', 'cilium-cni', 'plugin type="cilium-cni" failed (add): failed to find plugin "cilium-cni" in path [/opt/cni/bin]'],
] as const)('a missing program: %s without %s', (cni, binary, text) => {
  expect(eventIn(node('10.244.7.0/24') + pods(1) + lacks(binary), cni)).toBe(FAILED + text)
})

test('a list that cannot be read, a plugin that nobody has, a version that nobody speaks', () => {
  const base = node('10.244.7.0/24') + pods(1)
  const bridge = '"type":"bridge","isDefaultGateway":true,"ipam":{"type":"host-local"}'
  expect(eventIn(base + conflist('10-a.conflist', '{"name":"a","plugins":[{},]}'))).toMatch(
    /^NetworkNotReady: network is not ready: .*cni plugin not initialized$/,
  )
  expect(eventIn(base + conflist('10-a.conflist', '{"name":"a","cniVersion":"1.0.0","plugins":[{"type":"brige"}]}'))).toBe(
    `${FAILED}plugin type="brige" failed (add): failed to find plugin "brige" in path [/opt/cni/bin]`,
  )
  expect(eventIn(base + conflist('10-a.conf', `{"name":"a","cniVersion":"9.9.9",${bridge}}`))).toBe(
    `${FAILED}plugin type="bridge" name="a" failed (add): incompatible CNI versions; config is "9.9.9", plugin supports ["0.1.0" "0.2.0" "0.3.0" "0.3.1" "0.4.0" "1.0.0" "1.1.0"]`,
  )
  // without a version plugins speak 0.1.0, and the Pod runs
  const { world, stuck } = lab(base + conflist('10-a.conflist', `{"name":"a","plugins":[{${bridge}}]}`))
  const pod = world.cluster.pods.find(({ meta }) => meta.name === 'p0')
  const walk = pod && walkAdd(world.cluster, pod)
  expect([stuck.length, typeof walk === 'object' && walk.result?.['ip4']]).toEqual([
    0,
    { ip: '10.244.7.2/24', gateway: '10.244.7.1', routes: [{ dst: '0.0.0.0/0', gw: '10.244.7.1' }] },
  ])
})

test('a node whose runtime reads no list is not ready; an nginx.conf is no list', () => {
  const base = node('10.244.7.0/24') + pods(1)
  const { world } = lab(base + conflist('10-a.conflist', '{'))
  expect(getTable(world.cluster, 'nodes')).toContain('node1   NotReady')
  expect(getTable(world.cluster, 'pods')).toMatch(/own +1\/1 +Running/)
  expect(lab(base + conflist('nginx.conf', 'server { listen 80; }')).stuck).toEqual([])
})

test('a clean-up takes away only what was made, and fails where ADD did', () => {
  const { world, stuck } = lab(node('10.244.7.0/24') + pods(1) + lacks('portmap'), 'flannel')
  const walk = stuck[0] && walkAdd(world.cluster, stuck[0])
  if (walk === undefined || typeof walk === 'string') throw new Error('no walk')
  const codes = walk.steps.map(({ code }) => code)
  expect(codes.slice(codes.indexOf('clean-up'))).toEqual(['clean-up', 'no-binary', 'clean-up-failed', 'event'])
  const full = lab(node('10.244.7.0/29') + pods(6), 'flannel')
  const other = full.stuck[0] && walkAdd(full.world.cluster, full.stuck[0])
  if (other === undefined || typeof other === 'string') throw new Error('no walk')
  const done = other.steps.map(({ code }) => code)
  expect(done).not.toContain('host-local-release')
  expect(done.slice(done.indexOf('clean-up')).filter((code) => /gone|stays/.test(code))).toEqual([
    'veth-gone',
    'bridge-stays',
    'netns-gone',
  ])
})

test('the table of events, and why a Pod that is stuck sends nothing', () => {
  const { world } = lab(node('10.244.7.0/24') + pods(1) + lacks('bridge'), 'flannel')
  expect(getTable(world.cluster, 'events')).toMatch(
    /^<unknown> +Warning +FailedCreatePodSandBox +pod\/p0 +Failed to create pod sandbox: rpc error/m,
  )
  expect(findSource(world, 'default/p0')).toMatchObject({ problem: { code: 'source-stuck', params: { reason: 'FailedCreatePodSandBox' } } })
})

test.each([
  ['', 'unexpected end of JSON input'],
  ['{', 'unexpected end of JSON input'],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a": 1,}', "invalid character '}' looking for beginning of object key string"],
  ['{"a": 1 "b"}', `invalid character '"' after object key:value pair`],
  ['[1 2]', "invalid character '2' after array element"],
  ['{} x', "invalid character 'x' after top-level value"],
  ["{'a': 1}", "invalid character '\\'' looking for beginning of object key string"],
  ['tru', 'unexpected end of JSON input'],
  ['[tru]', "invalid character ']' in literal true (expecting 'e')"],
  ['[-]', "invalid character ']' in numeric literal"],
  ['["\\x"]', "invalid character 'x' in string escape code"],
])('Go’s words for %s', (text, error) => {
  expect(jsonError(text)).toBe(error)
})

test('what libcni says of a list', () => {
  const said = (text: string): string => JSON.stringify(readNetConf('a.conflist', text))
  expect(said('{"name":"a"}')).toContain("error parsing configuration list: no 'plugins' key")
  expect(said('{"plugins":[]}')).toContain('error parsing configuration list: no name')
  expect(said('{"name":"a","plugins":[]}')).toContain('error parsing configuration list: no plugins in list')
})
