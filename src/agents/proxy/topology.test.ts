import { describe, expect, test } from 'vitest'
import type { Cluster } from '../../cluster/cluster.ts'
import { settle } from '../../cluster/settle.ts'
import { readManifests } from '../../manifest/read.ts'
import { servicePorts } from './serviceport.ts'
import { usedEndpoints } from './topology.ts'

/** `10.0.0.1@here ready=false hints=a`: an endpoint in short. */
function endpoint(short: string): string {
  const [at = '', ...more] = short.split(' ')
  const [address, nodeName] = at.split('@')
  const option = (name: string): string | undefined => more.find((m) => m.startsWith(`${name}=`))?.slice(name.length + 1)
  const conditions = ['ready', 'serving', 'terminating'].flatMap((c) => (option(c) === undefined ? [] : [`${c}: ${option(c)}`]))
  const hints = option('hints')
  return `  - {addresses: [${address}], nodeName: ${nodeName}, conditions: {${conditions.join(', ')}}${hints ? `, hints: {forZones: [{name: ${hints}}]}` : ''}}`
}

function clusterOf(spec: string, endpoints: readonly string[], annotations = ''): Cluster {
  const text = `
apiVersion: v1
kind: Node
metadata: {name: here, labels: {topology.kubernetes.io/zone: a}}
---
apiVersion: v1
kind: Node
metadata: {name: there, labels: {topology.kubernetes.io/zone: b}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: default, annotations: {${annotations}}}
spec: {clusterIP: 10.96.0.7, ports: [{port: 80}], ${spec}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, namespace: default, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{port: 8080, protocol: TCP, name: ""}]
endpoints:
${endpoints.map(endpoint).join('\n')}
`
  return settle(readManifests([{ name: 'a.yaml', text }]).objects, { wants: { everything: false, dns: false } }).cluster
}

const short = (list: readonly { readonly ip: string }[]): string => list.map((e) => e.ip.slice('10.0.0.'.length)).join(' ')
const NODE_PORT = 'type: NodePort, externalTrafficPolicy: Local'
const AUTO = 'service.kubernetes.io/topology-mode: Auto'

describe('which endpoints node `here` uses', () => {
  test.each<[string, string, readonly string[], string, string, string, boolean, string?]>([
    ['all ready ones', '', ['10.0.0.1@here', '10.0.0.2@there'], '1 2', '', '1 2', true],
    ['an unready one is never used', '', ['10.0.0.1@here ready=false', '10.0.0.2@there ready=false serving=true'], '', '', '', false],
    ['none at all', '', [], '', '', '', false],
    [
      'ready ones beat those that are going',
      '',
      ['10.0.0.1@here ready=false serving=true terminating=true', '10.0.0.2@there'],
      '2',
      '',
      '2',
      true,
    ],
    [
      'else those that are going but still serve',
      '',
      ['10.0.0.1@here ready=false serving=true terminating=true', '10.0.0.2@there ready=false serving=false terminating=true'],
      '1',
      '',
      '1',
      true,
    ],
    ['policy Local inside: this node only', 'internalTrafficPolicy: Local', ['10.0.0.1@here', '10.0.0.2@there'], '', '1', '1', true],
    [
      'policy Local inside, none here: still known that there are some',
      'internalTrafficPolicy: Local',
      ['10.0.0.2@there'],
      '',
      '',
      '',
      true,
    ],
    ['policy Local outside: both lists', NODE_PORT, ['10.0.0.1@here', '10.0.0.2@there'], '1 2', '1', '1 2', true],
    [
      'policy Local outside: the local one that is going joins the ready ones elsewhere',
      NODE_PORT,
      ['10.0.0.1@here ready=false serving=true terminating=true', '10.0.0.2@there'],
      '2',
      '1',
      '1 2',
      true,
    ],
    ['hints of this zone', '', ['10.0.0.1@here hints=a', '10.0.0.2@there hints=b'], '1', '', '1', true, AUTO],
    ['hints without the annotation', '', ['10.0.0.1@here hints=a', '10.0.0.2@there hints=b'], '1 2', '', '1 2', true],
    ['one without a hint: all', '', ['10.0.0.1@here hints=a', '10.0.0.2@there'], '1 2', '', '1 2', true, AUTO],
    ['no hint for this zone: all', '', ['10.0.0.1@here hints=b', '10.0.0.2@there hints=b'], '1 2', '', '1 2', true, AUTO],
    ['hints leave the local list alone', NODE_PORT, ['10.0.0.1@here hints=b', '10.0.0.2@there hints=a'], '2', '1', '1 2', true, AUTO],
    [
      'the older annotation',
      '',
      ['10.0.0.1@here hints=a', '10.0.0.2@there hints=b'],
      '1',
      '',
      '1',
      true,
      'service.kubernetes.io/topology-aware-hints: auto',
    ],
  ])('%s', (_, spec, endpoints, cluster, local, reachable, any, annotations) => {
    const c = clusterOf(spec, endpoints, annotations)
    const [port] = servicePorts(c, 4)
    const here = c.nodes.find((n) => n.meta.name === 'here')
    if (port === undefined || here === undefined) throw new Error('the lab was not read')
    const used = usedEndpoints(c, port, here)
    expect([short(used.cluster), short(used.local), short(used.reachable), used.any]).toEqual([cluster, local, reachable, any])
  })
})
