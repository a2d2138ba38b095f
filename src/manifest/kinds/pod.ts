import { parseIp } from '../../net/ip.ts'
import type { PodObject, PodStatus } from '../kinds.ts'
import { dnsSubdomain, ipAddress } from '../schema/forms.ts'
import { metaShape } from '../schema/meta.ts'
import { podSpecOf, podSpecRules, podSpecShape } from '../schema/pod.ts'
import { fields, formed, listOf, text, unused } from '../schema/shape.ts'
import { mapIn, mapsIn, maybeText, optional, textIn, type View } from '../schema/view.ts'
import type { KindReader } from './reader.ts'

/** The moment at which the first container got its environment; without it the moment at which the kubelet took the Pod. */
function startOf(status: View): string | undefined {
  const [first] = mapsIn(status, 'containerStatuses')
  const running = first && mapIn(mapIn(first, 'state'), 'running')
  return (running && maybeText(running, 'startedAt')) ?? maybeText(status, 'startTime')
}

function statusOf(status: View): PodStatus {
  const listed = mapsIn(status, 'podIPs').map((entry) => textIn(entry, 'ip'))
  const texts = listed.length > 0 ? listed : [textIn(status, 'podIP')]
  const condition = mapsIn(status, 'conditions').find((c) => textIn(c, 'type') === 'Ready')
  return {
    podIPs: texts.flatMap((t) => parseIp(t) ?? []),
    ...optional('hostIP', parseIp(textIn(status, 'hostIP'))),
    ...optional('phase', maybeText(status, 'phase')),
    ...optional('startedAt', startOf(status)),
    ...optional('ready', condition && textIn(condition, 'status') === 'True'),
  }
}

/** v1 Pod. Defaults: SetDefaults_Pod, SetDefaults_PodSpec. */
export const pod: KindReader<PodObject> = {
  kind: 'Pod',
  apiVersions: ['v1'],
  scope: 'namespaced',
  nameForm: dnsSubdomain,
  shape: fields({
    metadata: metaShape,
    spec: podSpecShape,
    status: fields({
      podIP: formed(ipAddress),
      podIPs: listOf(fields({ ip: formed(ipAddress) })),
      hostIP: formed(ipAddress),
      phase: text,
      conditions: listOf(
        fields({ type: text, status: text, ...unused('reason message lastProbeTime lastTransitionTime observedGeneration') }),
      ),
      ...unused(
        'containerStatuses ephemeralContainerStatuses extendedResourceClaimStatus hostIPs initContainerStatuses message nominatedNodeName observedGeneration qosClass reason resize resourceClaimStatuses startTime',
      ),
    }),
  }),
  rules: (object, report) => podSpecRules(mapIn(object, 'spec'), 'spec', report),
  decode: (object) => ({ spec: podSpecOf(mapIn(object, 'spec')), status: statusOf(mapIn(object, 'status')) }),
}
