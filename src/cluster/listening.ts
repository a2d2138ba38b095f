import type { LabPod, PortProtocol } from '../manifest/kinds.ts'
import type { CauseId } from '../trace/cause.ts'
import type { PodListener } from './cluster.ts'
import { IMAGE_PORTS, imageName } from './data/images.ts'
import type { CoreDnsRun } from './kubelet/coredns.ts'
import { madeBy } from './made.ts'
import type { PodDraft } from './pod-draft.ts'
import { causeAt, type Place, type Settling } from './settling.ts'
import type { ControllerWhy } from './why.ts'

export interface LabPodRule {
  readonly rule: LabPod
  readonly place: Place
}

type Proto = PodListener['proto']
export const protoOf = (protocol: PortProtocol): Proto => {
  switch (protocol) {
    case 'TCP':
      return 'tcp'
    case 'UDP':
      return 'udp'
    case 'SCTP':
      return 'sctp'
  }
}

/** `8080`, `53/UDP`. undefined when it is no port. */
export function parseListen(text: string): { readonly port: number; readonly proto: Proto } | undefined {
  const m = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/i.exec(text.trim())
  const port = Number(m?.[1])
  return m && port > 0 && port < 65536 ? { port, proto: (m[2]?.toLowerCase() ?? 'tcp') as Proto } : undefined
}

/** The last rule of Lab.spec.pods that names the Pod: `NS/POD` or `NS/PREFIX*`. */
export function labRuleOf(rules: readonly LabPodRule[], namespace: string, name: string): LabPodRule | undefined {
  const full = `${namespace}/${name}`
  return [...rules].reverse().find(({ rule }) => (rule.name.endsWith('*') ? full.startsWith(rule.name.slice(0, -1)) : full === rule.name))
}

const listener = (s: Settling, proto: Proto, port: number, process: string, why: ControllerWhy, cause: () => CauseId): PodListener => {
  const origin = madeBy(s.causes, 'packetwalk', why, () => [cause()])
  return {
    proto,
    port,
    process,
    get because() {
      return origin.causeOf('')
    },
  }
}

/** CoreDNS' plugins health and ready, where nobody reads the Corefile; kubeadm's manifest probes them without declaring the ports. */
const COREDNS_PLUGINS: readonly number[] = [8080, 8181]

/**
 * On which ports the Pod's processes listen: what Lab.spec.pods says, else per container its containerPorts, else
 * what its image is known for, else nothing. (Real containerPorts are documentation only.)
 */
export function listenersOf(
  s: Settling,
  draft: PodDraft,
  lab: LabPodRule | undefined,
  coreDns: boolean,
  run?: CoreDnsRun,
): readonly PodListener[] {
  const { containers } = draft.spec
  if (lab?.rule.listen) {
    const process = containers[0]?.name ?? draft.meta.name
    return lab.rule.listen.flatMap((text, i) => {
      const at = parseListen(text)
      const place = { object: lab.place.object, path: `${lab.place.path}.listen[${i}]` }
      return at ? listener(s, at.proto, at.port, process, 'listens-lab', () => causeAt(s, place)) : []
    })
  }
  if (run) {
    const cause = (): CauseId => draft.origin.causeOf('spec.containers[0].image')
    return (run.sockets ?? []).map(({ proto, port }) =>
      listener(s, proto, port, containers[0]?.name ?? 'coredns', 'listens-corefile', cause),
    )
  }
  const extra = (coreDns ? COREDNS_PLUGINS : []).map((port) =>
    listener(s, 'tcp', port, containers[0]?.name ?? 'coredns', 'listens-image', () => draft.origin.causeOf('spec.containers[0].image')),
  )
  const own = containers.flatMap((container, i) => {
    const path = `spec.containers[${i}]`
    if (container.ports.length > 0) {
      return container.ports.map((one, j) =>
        listener(s, protoOf(one.protocol), one.containerPort, container.name, 'listens-declared', () =>
          draft.origin.causeOf(`${path}.ports[${j}]`),
        ),
      )
    }
    const known = IMAGE_PORTS[coreDns ? 'coredns' : imageName(container.image)] ?? []
    return known.map(([port, protocol]) =>
      listener(s, protoOf(protocol), port, container.name, 'listens-image', () => draft.origin.causeOf(`${path}.image`)),
    )
  })
  return [...own, ...extra.filter((one) => !own.some(({ proto, port }) => proto === one.proto && port === one.port))]
}

/** Whether nothing tells what the Pod listens on: then Services in front of it get a hint. */
export const listensUnknown = (draft: PodDraft, lab: LabPodRule | undefined): boolean =>
  lab?.rule.listen === undefined &&
  draft.spec.containers.every((one) => one.ports.length === 0 && !Object.hasOwn(IMAGE_PORTS, imageName(one.image)))
