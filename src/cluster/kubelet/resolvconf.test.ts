import { describe, expect, it } from 'vitest'
import type { PodSpec } from '../../manifest/kinds.ts'
import { readManifests } from '../../manifest/read.ts'
import { ip } from '../../net/ip.ts'
import { settle } from '../settle.ts'
import { podHosts } from './hosts.ts'
import { type KubeletDns, machineResolvConf, podDns, resolvConf } from './resolvconf.ts'

const kubelet: KubeletDns = {
  clusterDNS: [ip('10.96.0.10')],
  clusterDomain: 'cluster.local',
  node: { nameservers: ['172.31.0.2', '8.8.8.8'], searches: ['eu.internal', 'corp.example.'], options: ['timeout:2', 'edns0'] },
}
type Pod = Pick<PodSpec, 'dnsPolicy' | 'dnsConfig' | 'hostNetwork'>
const pod = (more: Partial<Pod>): Pod => ({ dnsPolicy: 'ClusterFirst', hostNetwork: false, ...more })
const OWN = ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local', 'eu.internal', 'corp.example']
const NODE = { nameservers: ['172.31.0.2', '8.8.8.8'], searches: ['eu.internal', 'corp.example'], options: ['timeout:2', 'edns0'] }

describe('dnsPolicy', () => {
  it.each<[string, Pod, unknown]>([
    ['ClusterFirst', pod({}), { nameservers: ['10.96.0.10'], searches: OWN, options: ['ndots:5'] }],
    ['ClusterFirst with hostNetwork is Default', pod({ hostNetwork: true }), NODE],
    [
      'ClusterFirstWithHostNet',
      pod({ dnsPolicy: 'ClusterFirstWithHostNet', hostNetwork: true }),
      { nameservers: ['10.96.0.10'], searches: OWN, options: ['ndots:5'] },
    ],
    ['Default', pod({ dnsPolicy: 'Default' }), NODE],
    [
      'None',
      pod({
        dnsPolicy: 'None',
        dnsConfig: { nameservers: ['192.0.2.53'], searches: ['a.example.'], options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }] },
      }),
      { nameservers: ['192.0.2.53'], searches: ['a.example'], options: ['ndots:2', 'edns0'] },
    ],
    [
      'dnsConfig is merged',
      pod({
        dnsConfig: {
          nameservers: ['10.96.0.10', '1.1.1.1'],
          searches: ['cluster.local', 'x.example'],
          options: [{ name: 'ndots', value: '2' }],
        },
      }),
      { nameservers: ['10.96.0.10', '1.1.1.1'], searches: [...OWN, 'x.example'], options: ['ndots:2'] },
    ],
  ])('%s', (_, spec, expected) => expect(podDns(spec, 'shop', kubelet)).toEqual({ settings: expected, events: [] }))
  it('cuts the fourth nameserver off', () => {
    const cut = podDns(
      pod({ dnsPolicy: 'Default', dnsConfig: { nameservers: ['1.1.1.1', '9.9.9.9'], searches: [], options: [] } }),
      'shop',
      kubelet,
    )
    expect([cut.settings.nameservers, cut.events]).toEqual([
      ['172.31.0.2', '8.8.8.8', '1.1.1.1'],
      ['DNSConfigForming: Nameserver limits were exceeded'],
    ])
  })
  it('cuts search domains off at 32 and at 2048 characters', () => {
    const many = (n: number, length: number) =>
      pod({
        dnsPolicy: 'None',
        dnsConfig: { nameservers: [], searches: Array.from({ length: n }, (_, i) => `${i}`.padStart(length, 'x')), options: [] },
      })
    expect(podDns(many(40, 5), 'shop', kubelet).settings.searches.length).toBe(32)
    expect(podDns(many(20, 200), 'shop', kubelet).settings.searches.length).toBe(10)
    expect(podDns(many(1, 254), 'shop', kubelet)).toMatchObject({
      settings: { searches: [] },
      events: [expect.stringContaining('Search Line')],
    })
  })
  it('without a cluster DNS the node file is used', () => {
    expect(podDns(pod({}), 'shop', { ...kubelet, clusterDNS: [] })).toEqual({ settings: NODE, events: ['MissingClusterDNS'] })
  })
})

describe('of a cluster', () => {
  const text =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec: {hostname: me, subdomain: sub, containers: [{name: c, image: nginx}]}\n'
  const lab =
    '---\napiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nmetadata: {name: l}\nspec: {hosts: [{name: dns, addresses: [192.168.10.53], listen: [53/UDP]}]}\n'
  const { cluster } = settle(readManifests([{ name: 'a.yaml', text: text + lab }]).objects, { wants: { everything: true, dns: true } })
  const web = cluster.pods.find((p) => p.meta.name === 'web')
  it('names the DNS Service and the domain', () => {
    expect(web && resolvConf(cluster, web)).toBe(
      'search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
    )
    expect(machineResolvConf(cluster)).toBe('nameserver 192.168.10.53\n')
  })
  it('writes the pod into its hosts file', () => {
    expect(web && podHosts(web, 'cluster.local')).toContain(`${web?.podIPs[0]}\tme.sub.shop.svc.cluster.local\tme\n`)
  })
})
