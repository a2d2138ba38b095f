import { describe, expect, test } from 'vitest'
import { build, odds, probe } from '../../explain.ts'
import { getTable } from '../../tools/get/get.ts'
import { fractionText } from '../../trace/luck.ts'
import { view } from '../../view.ts'
import { gapsOf } from './joined.ts'
import { client, host, pod, together, twoNodes } from './lab.ts'

const node3 = `
apiVersion: v1
kind: Node
metadata: {name: node-3}
spec: {podCIDR: 10.244.3.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.10.13}]}
`
const backends = [
  pod({ name: 'web-1', app: 'web', node: 'node-1', ip: '10.244.1.5', port: 8080 }),
  pod({ name: 'web-2', app: 'web', node: 'node-2', ip: '10.244.2.5', port: 8080 }),
]
const VIP = '203.0.113.10'
const L2 = '192.168.10.240'
const LAPTOP = '198.51.100.7'

const web = (more = '', name = 'web'): string => `
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec:
  type: LoadBalancer
  clusterIP: 10.96.10.10
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080, nodePort: 31080}]
  ${more}
`
const provider = (lines: string): string => `
apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: providers}
spec: {loadBalancers: [{${lines}}]}
`
const lab = (...documents: readonly string[]) =>
  together(twoNodes, node3, client, host('laptop', LAPTOP), ...backends, ...documents.filter((d) => d !== ''))
const worldOf = (text: string, proxy?: string) =>
  build([{ name: 'lab.yaml', text }], { wants: { everything: false, dns: false }, ...(proxy === undefined ? {} : { proxy }) })

/** `web-1 < 10.244.1.1`: who answered, and whom it saw; else how it failed. */
function asked(text: string, from: string, to: string, proxy?: string): string {
  const world = worldOf(text, proxy)
  expect(world.problems.filter((p) => p.severity === 'error')).toEqual([])
  const probed = probe(world, { from, to }, { seed: 1 })
  expect(probed.journeys.flatMap((j) => gapsOf(j))).toEqual([])
  const { kind, backend, sourceSeen } = probed.outcome
  return kind === 'ok' ? `${backend?.replace('default/', '')} < ${sourceSeen?.replace(/:\d+$/, '')}` : kind
}

/** Every outcome with its probability, and the nodes that the balancer's choices name. */
const chances = (text: string, from: string, to: string): readonly string[] =>
  odds(worldOf(text), { from, to }, { seed: 1 })
    .outcomes.map(
      ({ probability, outcome }) =>
        `${fractionText(probability)} ${outcome.backend ?? outcome.kind} ${outcome.sourceSeen?.replace(/:\d+$/, '')}`,
    )
    .sort()

const health = (text: string, proxy?: string): readonly string[] =>
  worldOf(text, proxy)
    .cluster.balancers?.[0]?.serves[0]?.health()
    .map((h) => `${h.node} ${h.healthy} ${h.answer} ${h.asks}`) ?? []

const LEADER = 'node-3'
const SECOND = 'node-2'
const FROM = 'host/laptop'
const TO = `http://${VIP}/`
const CLOUD = provider('name: cloud')
const NAT = provider('name: cloud, kind: nat')
const LOCAL = 'externalTrafficPolicy: Local\n  healthCheckNodePort: 32500'

/** The stories of the load balancer; `all`: every one of them, in each mode of kube-proxy. */
export function loadBalancerStories(all: boolean): void {
  /** Those that only the heavy run asks. */
  const more: (name: string, fn: () => void) => void = all ? test : () => undefined

  describe.each(all ? ['iptables', 'ipvs', 'nftables'] : ['iptables'])(
    'behind a balancer that passes packets through, kube-proxy in mode %s',
    (mode) => {
      test('policy Cluster: the node masquerades', () => {
        expect(asked(lab(CLOUD, web()), FROM, TO, mode)).toMatch(/^web-[12] < 10\.244\.\d\.[01]$/)
      })
      test('policy Local: the source stays', () => {
        expect(asked(lab(CLOUD, web(LOCAL)), FROM, TO, mode)).toMatch(new RegExp(`^web-[12] < ${LAPTOP}$`))
      })
      test('policy Local: only nodes with an endpoint are healthy, in the words of kube-proxy', () => {
        const text = lab(CLOUD, web(LOCAL))
        expect(health(text, mode)).toEqual([
          'node-1 true HTTP 200 http://192.168.10.11:32500/',
          'node-2 true HTTP 200 http://192.168.10.12:32500/',
          'node-3 false HTTP 503 http://192.168.10.13:32500/',
        ])
        const third = worldOf(text, mode).cluster.balancers?.[0]?.serves[0]?.health()[2]
        expect(JSON.parse(third?.body ?? '')).toEqual({
          service: { namespace: 'default', name: 'web' },
          localEndpoints: 0,
          serviceProxyHealthy: true,
        })
      })
      more('source ranges', () => {
        expect(asked(lab(CLOUD, web(`loadBalancerSourceRanges: [${LAPTOP}/32]`)), FROM, TO, mode)).toMatch(/^web-/)
        expect(asked(lab(CLOUD, web('loadBalancerSourceRanges: [10.0.0.0/8]')), FROM, TO, mode)).toBe('timeout')
      })
    },
  )

  describe('the nodes that a balancer sends to', () => {
    more('each as likely as the others, exactly', () => {
      expect(chances(lab(CLOUD, web(LOCAL)), FROM, TO)).toEqual([`1/2 default/web-1 ${LAPTOP}`, `1/2 default/web-2 ${LAPTOP}`])
      // three nodes with one endpoint each in reach, two endpoints: 1/2, whichever node it was
      const all = chances(lab(CLOUD, web()), FROM, TO)
      expect(all.map((line) => line.replace(/ 10\..*/, ''))).toEqual(['1/2 default/web-1', '1/2 default/web-2'])
      expect(chances(lab(NAT, web(LOCAL)), FROM, TO).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
        '1/2 default/web-1',
        '1/2 default/web-2',
      ])
    })
    more('one that rewrites throws a die for each node but the last: a third each', () => {
      const third = pod({ name: 'web-3', app: 'web', node: 'node-3', ip: '10.244.3.5', port: 8080 })
      const all = chances(lab(NAT, web(LOCAL), third), FROM, TO)
      expect(all.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
        '1/3 default/web-1',
        '1/3 default/web-2',
        '1/3 default/web-3',
      ])
    })
    test('of three nodes each has a third', () => {
      const { choices } = probe(worldOf(lab(CLOUD, web())), { from: FROM, to: TO }, { seed: 1 })
      const own = choices.find(({ labels }) => labels?.some((label) => label.startsWith('192.168.10.')))
      expect(own?.labels).toEqual(['192.168.10.11 80', '192.168.10.12 80', '192.168.10.13 80'])
      expect(own?.weights.map(fractionText)).toEqual(['1/3', '1/3', '1/3'])
    })
    more('policy Cluster: kube-proxy itself is asked, or the node port', () => {
      expect(health(lab(CLOUD, web()))[2]).toBe('node-3 true HTTP 200 http://192.168.10.13:10256/healthz')
      expect(health(lab(provider('name: cloud, healthCheck: nodePort'), web()))[2]).toBe('node-3 true connected tcp://192.168.10.13:31080')
    })
    more('no endpoint: a node port is refused, /healthz knows nothing of it, and a policy of Local leaves nobody', () => {
      const empty = (...documents: readonly string[]) => together(twoNodes, node3, client, host('laptop', LAPTOP), ...documents)
      expect(health(empty(provider('name: cloud, healthCheck: nodePort'), web())).map((h) => h.split(' ').slice(1, 3).join(' '))).toEqual([
        'false refused',
        'false refused',
        'false refused',
      ])
      expect(asked(empty(CLOUD, web()), FROM, TO)).toBe('refused')
      expect(asked(empty(CLOUD, web(LOCAL)), FROM, TO)).toBe('timeout')
    })
    more('kube-proxy of a node that the autoscaler takes away says so; a node without kubelet or with the label is not asked', () => {
      const changed = (more: string): string =>
        lab(CLOUD, web()).replace('spec: {podCIDR: 10.244.3.0/24}', `spec: {podCIDR: 10.244.3.0/24${more}}`)
      expect(health(changed(', taints: [{key: ToBeDeletedByClusterAutoscaler, effect: NoSchedule}]'))[2]).toMatch(/^node-3 false HTTP 503 /)
      expect(health(changed(', taints: [{key: node.kubernetes.io/unreachable, effect: NoExecute}]'))[2]).toBe('node-3 false excluded ')
      const labelled = lab(CLOUD, web()).replace(
        '{name: node-3}',
        '{name: node-3, labels: {node.kubernetes.io/exclude-from-external-load-balancers: ""}}',
      )
      expect(health(labelled)[2]).toBe('node-3 false excluded ')
    })
    more('without kube-proxy nobody answers the check', () => {
      expect(health(lab(CLOUD, web()), 'none')[0]).toBe('node-1 false refused http://192.168.10.11:10256/healthz')
    })
  })

  describe('a balancer that sends to node ports', () => {
    test('the nodes see its own address; so does the Pod with policy Local', () => {
      expect(asked(lab(NAT, web(LOCAL)), FROM, TO)).toMatch(/^web-[12] < 192\.168\.10\.253$/)
    })
    more('no node ports: a warning, and nothing comes through', () => {
      const text = lab(NAT, web('allocateLoadBalancerNodePorts: false').replace(', nodePort: 31080', ''))
      expect(worldOf(text).problems.map((p) => p.code)).toContain('balancer-needs-node-ports')
      expect(asked(text, FROM, TO)).toBe('timeout')
      expect(asked(text.replace('kind: nat', 'kind: passthrough'), FROM, TO)).toMatch(/^web-/)
    })
    more('ipMode Proxy: a Pod’s packet leaves the node for the balancer and comes back; with VIP it never leaves', () => {
      const through = (text: string): readonly string[] => {
        const { journeys } = probe(worldOf(text), { from: 'default/client', to: TO }, { seed: 1 })
        return [...new Set(journeys[0]?.events.map((e) => e.at.netns))].filter((n) => /^host|^node/.test(n))
      }
      expect(through(lab(NAT, web()))).toContain('host/cloud')
      expect(asked(lab(NAT, web()), 'default/client', TO)).toMatch(/^web-/)
      expect(through(lab(CLOUD, web()))).not.toContain('host/cloud')
      const table = worldOf(lab(NAT, web())).cluster.services.find((s) => s.meta.name === 'web')
      expect(table?.ingress).toEqual([{ ip: VIP, ipMode: 'Proxy' }])
    })
  })

  describe('who gives the address', () => {
    const externalOf = (text: string): string | undefined => {
      const table = getTable(worldOf(text).cluster, 'services')
      return typeof table === 'string' ? / {2,}LoadBalancer +\S+ +(\S+)/.exec(table)?.[1] : undefined
    }
    const codes = (text: string) => worldOf(text).problems.map((p) => p.code)

    test('nobody: <pending>, and it is said', () => {
      expect(externalOf(lab(web()))).toBe('<pending>')
      expect(codes(lab(web()))).toContain('no-load-balancer')
      expect(asked(lab(web()), FROM, 'http://192.168.10.13:31080/')).toMatch(/^web-/)
    })
    more('the provider of the class, and no other', () => {
      const classy = web('loadBalancerClass: example.com/lb')
      expect(externalOf(lab(CLOUD, classy))).toBe('<pending>')
      expect(codes(lab(CLOUD, classy))).toContain('load-balancer-class')
      expect(externalOf(lab(provider('name: other, class: example.com/lb'), classy))).toBe(VIP)
    })
    more('pools, wishes, and an end of addresses', () => {
      expect(externalOf(lab(provider('name: cloud, pool: [203.0.113.64/30]'), web()))).toBe('203.0.113.64')
      expect(externalOf(lab(CLOUD, web('loadBalancerIP: 203.0.113.99')))).toBe('203.0.113.99')
      expect(codes(lab(CLOUD, web('loadBalancerIP: 192.0.2.1')))).toContain('load-balancer-wish')
      const two = lab(
        provider('name: cloud, pool: [203.0.113.64]'),
        web(),
        web('', 'more').replace('10.96.10.10', '10.96.10.11').replace('31080', '31081'),
      )
      expect(codes(two)).toContain('load-balancer-pool')
    })
    more('a status of the files is kept, and a balancer is made up for it', () => {
      const given = `${web()}status: {loadBalancer: {ingress: [{ip: 203.0.113.77}]}}\n`
      expect(asked(lab(given), FROM, 'http://203.0.113.77/')).toMatch(/^web-/)
      expect(worldOf(lab(given)).cluster.hosts.find((h) => h.balancer)).toMatchObject({ meta: { name: 'load-balancer' }, madeUp: true })
    })
  })

  describe('announced by a node (layer 2)', () => {
    const SPEAKERS = provider('name: speakers, kind: l2')
    const leaderIn = (text: string): string | undefined => {
      const { journeys } = probe(worldOf(text), { from: FROM, to: `http://${L2}/` }, { seed: 1 })
      return journeys[0]?.events.map((e) => e.at.netns).find((n) => n.startsWith('node-'))
    }
    // sha256sum of node-1#192.168.10.240 begins with fb2c, of node-2#… with e42c, of node-3#… with aad3
    test('one node answers for the address: the least hash of name and address', () => {
      expect(leaderIn(lab(SPEAKERS, web()))).toBe(LEADER)
      expect(asked(lab(SPEAKERS, web()), FROM, `http://${L2}/`)).toMatch(/^web-/)
      expect(asked(lab(SPEAKERS, web()), FROM, `http://${L2}/`, 'nftables')).toMatch(/^web-/)
    })
    test('the leader is lost: another answers', () => {
      const lost = lab(SPEAKERS, web()).replace(
        `name: ${LEADER}}`,
        `name: ${LEADER}, labels: {node.kubernetes.io/exclude-from-external-load-balancers: ""}}`,
      )
      expect(leaderIn(lost)).toBe(SECOND)
      expect(asked(lost, FROM, `http://${L2}/`)).toMatch(/^web-/)
    })
    more('policy Local: only a node with an endpoint may', () => {
      expect(['node-1', 'node-2']).toContain(leaderIn(lab(SPEAKERS, web(LOCAL))))
      expect(asked(lab(SPEAKERS, web(LOCAL)), FROM, `http://${L2}/`)).toMatch(new RegExp(`< ${LAPTOP}$`))
    })
    more('nobody answers for a Service without endpoints', () => {
      const text = together(twoNodes, node3, client, host('laptop', LAPTOP), SPEAKERS, web())
      expect(asked(text, FROM, `http://${L2}/`)).toBe('unreachable')
    })
    test('IPVS without strictARP: every node answers, and that is said', () => {
      expect(worldOf(lab(SPEAKERS, web()), 'ipvs').problems.map((p) => p.code)).toContain('strict-arp')
    })
  })

  describe('what is told of it', () => {
    test('the health table of its machine, and of the node that answers ARP', () => {
      const world = worldOf(lab(CLOUD, web(LOCAL)))
      const viewed = view(world, { kind: 'health', netns: 'host/cloud' })
      expect(viewed).toMatchObject({
        kind: 'health',
        services: [{ service: 'default/web', kind: 'passthrough', vips: [VIP], policy: 'Local' }],
      })
      expect(viewed.kind === 'health' && viewed.services[0]?.nodes.map(({ healthy }) => healthy)).toEqual([true, true, false])
      expect(view(world, { kind: 'health', netns: 'node-1' })).toEqual({ kind: 'health', services: [] })
      const spoken = worldOf(lab(provider('name: speakers, kind: l2'), web()))
      expect(view(spoken, { kind: 'health', netns: LEADER })).toMatchObject({ services: [{ leader: LEADER, vips: [L2], nodes: [] }] })
    })
    more('kube-proxy answers /healthz and /livez, and nothing else', () => {
      const world = worldOf(lab(CLOUD, web()))
      const answerTo = (path: string) => probe(world, { from: FROM, to: `http://192.168.10.11:10256${path}` }, { seed: 1 }).result?.answer
      expect(answerTo('/healthz')).toMatchObject({
        status: 200,
        body: expect.stringMatching(/^\{"lastUpdated": "1970-01-01 00:00:00[^"]*","currentTime": "[^"]*", "nodeEligible": true\}$/),
      })
      expect(answerTo('/livez')).toMatchObject({ status: 200, body: expect.not.stringContaining('nodeEligible') })
      expect(answerTo('/metrics')).toMatchObject({ status: 404 })
    })
  })
}
