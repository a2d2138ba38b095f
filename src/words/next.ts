import type { Answer } from '../answer.ts'
import type { Journey } from '../trace/journey.ts'
import { placeOf } from './events/place.ts'
import { namesOf } from './names.ts'

type Walk = NonNullable<Answer['walk']>

/** `-n shop` in front of a verb; a cluster's default namespace needs none, but says which one was meant. */
const kubectl = (name: string, verb: (short: string) => string): string => {
  const [namespace = 'default', short = name] = name.split('/')
  return `kubectl -n ${namespace} ${verb(short)}`
}

/** A command where the caller stands: in its Pod, else on the machine itself. */
function at(netns: string, command: string): string {
  return placeOf(netns) === 'pod' ? kubectl(netns, (pod) => `exec ${pod} -- ${command}`) : command
}

/** The caller's first packet towards its target: what goes to a name server is none. */
const asked = (walk: Walk): Journey | undefined => walk.journeys.find((j) => j.phase !== 'dns') ?? walk.journeys[0]

/** The Service that the caller meant: that of the address it asked, else the one that its URL names. */
function serviceOf(walk: Walk, stage: Answer['stage']): string | undefined {
  const journey = asked(walk)
  const owner = journey && namesOf(stage)(journey.connection.dst)
  if (owner?.kind === 'service') return owner.name
  const host = /^\w+:\/\/\[?([^/:\]]+)/.exec(walk.probe.to)?.[1] ?? ''
  const [name = '', namespace = walk.probe.from.includes('/') ? walk.probe.from.split('/')[0] : 'default'] = host.split('.')
  return stage?.services.find((s) => s.name === `${namespace}/${name}`)?.name
}

function refused(walk: Walk, stage: Answer['stage']): readonly string[] {
  const service = serviceOf(walk, stage)
  const look = (name: string): readonly string[] => [
    kubectl(name, (short) => `get endpointslices -l kubernetes.io/service-name=${short}`),
    kubectl(name, () => 'get pods --show-labels'),
  ]
  if (walk.outcome.where?.rule) return service === undefined ? ['kubectl get endpointslices -A'] : look(service)
  const place = walk.outcome.where?.netns
  return [
    ...(service === undefined ? [] : [kubectl(service, (short) => `get svc ${short} -o yaml`)]),
    ...(place === undefined || placeOf(place) === 'underlay' ? [] : [at(place, 'ss -ltn')]),
  ]
}

function lost(walk: Walk, stage: Answer['stage']): readonly string[] {
  const address = asked(walk)?.connection.dst
  const { where } = walk.outcome
  if (where !== null && placeOf(where.netns) === 'underlay')
    return [
      // a ClusterIP comes this far only where no program on the node translated it
      ...(serviceOf(walk, stage) === undefined ? [] : ['kubectl -n kube-system get pods -o wide']),
      ...(address === undefined ? [] : [at(walk.probe.from, `ip route get ${address}`)]),
      'kubectl get svc,ingress -A',
    ]
  // a program of eBPF decided: no rule of the node has seen the packet
  if (walk.outcome.reason === 'bpf') return ['cilium-dbg monitor --type drop', 'cilium-dbg bpf policy get --all', 'cilium-dbg bpf lb list']
  return ['iptables-save -c | grep KUBE', ...(address === undefined ? [] : [`ip route get ${address}`, `tcpdump -ni any host ${address}`])]
}

/** The commands to run next on a real cluster, with this walk's own names in them. Commands are the same in every language. */
export function nextCommands(walk: Walk, stage: Answer['stage']): readonly string[] {
  const { outcome, probe } = walk
  switch (outcome.kind) {
    case 'ok':
    case 'unmodelled':
      return []
    case 'dns-error':
      return outcome.errno === 'EAI_AGAIN'
        ? [
            'kubectl -n kube-system get endpointslices -l kubernetes.io/service-name=kube-dns',
            'kubectl -n kube-system logs -l k8s-app=kube-dns',
          ]
        : [at(probe.from, 'cat /etc/resolv.conf'), 'kubectl get svc -A']
    case 'refused':
      return refused(walk, stage)
    case 'timeout':
    case 'unreachable':
    case 'dropped':
      return lost(walk, stage)
    case 'http-error':
      return outcome.backend === null ? [] : [kubectl(outcome.backend, (pod) => `logs ${pod}`)]
  }
}
