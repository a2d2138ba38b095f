import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { podNetns } from '../../agents/agent.ts'
import { resultJson } from '../../agents/cni/add/result.ts'
import { walkAdd } from '../../agents/cni/add/walk.ts'
import type { Cidr, Ip, Mac } from '../../net/ip.ts'
import { delTakesAway, resultsNameWhatIs, sameAsBuilt, walkOf, wired, world } from '../../testing/cni-add.ts'
import { shownWalk } from './cniwalk.ts'

test.each(['flannel', 'calico-ipip'])('ADD makes what was built, DEL takes it away: %s', (name) => {
  const one = world(name)
  sameAsBuilt(one)
  resultsNameWhatIs(one)
  delTakesAway(one)
})

test('what is shown can be typed: commands of the first Pod on a bridge', () => {
  const one = world('flannel')
  const [pod] = wired(one)
  if (pod === undefined) throw new Error('no Pod')
  const shown = shownWalk(walkOf(walkAdd(one.cluster, pod)), 'flannel', one.machines)
  const typed = shown.steps.flatMap(({ commands }) => commands.map(({ at, text }) => `${at} ${text}`))
  expect(typed.filter((line) => !line.includes('iptables') && !line.includes(' address '))).toEqual([
    'pod ip link set lo up',
    'node ip link add cni0 type bridge',
    'node ip link set cni0 up',
    expect.stringMatching(/^pod ip link add eth0 type veth peer name veth\w{8} netns 1$/),
    'pod ip link set eth0 up',
    expect.stringMatching(/^node ip link set veth\w{8} up$/),
    expect.stringMatching(/^node ip link set veth\w{8} master cni0$/),
    expect.stringMatching(/^node bridge link set dev veth\w{8} hairpin on$/),
    'pod ip addr add 10.244.1.2/24 dev eth0',
    'pod ip route add default via 10.244.1.1 dev eth0',
    'pod ip route add 10.244.0.0/16 via 10.244.1.1 dev eth0',
    'node ip addr add 10.244.1.1/24 dev cni0',
    'node sysctl -w net.ipv4.ip_forward=1',
    'node sysctl -w net.ipv4.conf.cni0.route_localnet=1',
  ])
  expect(shown.steps.at(-1)?.after.pod?.routes).toEqual([
    'default via 10.244.1.1 dev eth0',
    '10.244.0.0/16 via 10.244.1.1 dev eth0',
    '10.244.1.0/24 dev eth0 proto kernel scope link src 10.244.1.2',
  ])
})

/** Names and MACs are random in the field: the first of each kind is one, whoever drew it. */
const drawn = (text: string): string =>
  text
    .replace(/"mac":"[^"]*"/g, '"mac":"M"')
    .replace(/veth[0-9a-f]{8}/g, 'vethR')
    .replace(/"sandbox":"[^"]*"/g, '"sandbox":"S"')

test('the result is what the bridge plugin printed for a Pod of flannel, key by key', () => {
  const one = world('flannel')
  const [pod] = wired(one)
  if (pod === undefined) throw new Error('no Pod')
  const { result } = walkOf(walkAdd(one.cluster, pod))
  const printed = readFileSync('src/testing/captured/cni/bridge-add.json', 'utf8')
  expect(drawn(JSON.stringify(result))).toBe(drawn(printed.replace(/\n/g, '')))
})

test('each version of the specification has its own form', () => {
  const result = {
    interfaces: [{ name: 'eth0', mac: '02:00:00:00:00:01' as Mac, mtu: 1450, sandbox: '/n' }],
    ips: [{ interface: 0, address: '10.1.0.2/24' as Cidr, gateway: '10.1.0.1' as Ip }],
    routes: [{ dst: '0.0.0.0/0' as Cidr, gw: '10.1.0.1' as Ip, mtu: 1400 }],
  }
  const shown = (version: string) => JSON.stringify(resultJson(result, version))
  const old =
    '{"cniVersion":"0.1.0","ip4":{"ip":"10.1.0.2/24","gateway":"10.1.0.1","routes":[{"dst":"0.0.0.0/0","gw":"10.1.0.1"}]},"dns":{}}'
  expect([shown('0.1.0'), shown('')]).toEqual([old, old])
  expect(shown('1.0.0')).toBe(
    '{"cniVersion":"1.0.0","interfaces":[{"name":"eth0","mac":"02:00:00:00:00:01","sandbox":"/n"}],"ips":[{"interface":0,"address":"10.1.0.2/24","gateway":"10.1.0.1"}],"routes":[{"dst":"0.0.0.0/0","gw":"10.1.0.1"}],"dns":{}}',
  )
  expect(shown('0.4.0')).toContain('"ips":[{"version":"4","interface":0,')
  expect(shown('1.1.0')).toContain('"mtu":1450')
  expect(shown('1.1.0')).toContain('"routes":[{"dst":"0.0.0.0/0","gw":"10.1.0.1","mtu":1400}]')
})

test('subnet.env has the MTU of flanneld, whatever the list gives the delegate', () => {
  const conf = '{"name":"cbr0","cniVersion":"0.3.1","plugins":[{"type":"flannel","delegate":{"mtu":1500,"isDefaultGateway":true}}]}'
  const map = `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-flannel-cfg}\ndata:\n  cni-conf.json: '${conf}'\n  net-conf.json: '{"Network": "10.244.0.0/16"}'\n`
  const one = world('flannel', false, map)
  const [pod] = wired(one)
  if (pod === undefined) throw new Error('no Pod')
  const files = walkOf(walkAdd(one.cluster, pod)).steps.flatMap((step) => step.files ?? [])
  expect(files.find(({ path }) => path === '/run/flannel/subnet.env')?.text).toContain('FLANNEL_MTU=1450\n')
  expect(one.machines.netns(podNetns(pod))?.links.find(({ dev }) => dev === 'eth0')?.mtu).toBe(1500)
})
