import type { WorkloadFields, WorkloadObject } from '../kinds.ts'
import { goText, invalidGo, type Report, required, unsupported } from '../schema/fault.ts'
import { dnsSubdomain, notNegative } from '../schema/forms.ts'
import { labelRules, metaShape, selectorOf, selectorRules, selectorShape, selects } from '../schema/meta.ts'
import { podSpecOf, podSpecRules, podSpecShape } from '../schema/pod.ts'
import { always, any, type Fields, fields, need, sized, text, unused } from '../schema/shape.ts'
import { has, intIn, mapIn, maybeText, optional, textIn, textMapIn, type View } from '../schema/view.ts'
import type { KindReader } from './reader.ts'

type Kind = WorkloadObject['kind']

const EMPTY_SELECTOR = 'v1.LabelSelector{MatchLabels:map[string]string(nil), MatchExpressions:[]v1.LabelSelectorRequirement(nil)}'

/** ValidateDeploymentSpec and its sisters of pkg/apis/apps/validation/validation.go. */
function rulesOf(kind: Kind): (object: View, report: Report) => void {
  return (object, report) => {
    const spec = mapIn(object, 'spec')
    const template = mapIn(spec, 'template')
    const selector = mapIn(spec, 'selector')
    const labels = textMapIn(mapIn(template, 'metadata'), 'labels')
    const read = selectorOf(selector)
    const empty = Object.keys(read.matchLabels).length + read.matchExpressions.length === 0
    if (has(spec, 'selector')) {
      selectorRules(selector, 'spec.selector', report)
      if (empty) report('spec.selector', invalidGo(EMPTY_SELECTOR, `empty selector is invalid for ${kind.toLowerCase()}`))
      else if (!selects(read, labels))
        report('spec.template.metadata.labels', invalidGo(goText(labels), '`selector` does not match template `labels`'))
    }
    labelRules(labels, 'spec.template.metadata.labels', report)
    const restart = textIn(mapIn(template, 'spec'), 'restartPolicy')
    if (restart === 'Never' || restart === 'OnFailure') report('spec.template.spec.restartPolicy', unsupported(restart, ['Always']))
    podSpecRules(mapIn(template, 'spec'), 'spec.template.spec', report)
  }
}

function decode(object: View): WorkloadFields {
  const spec = mapIn(object, 'spec')
  const template = mapIn(spec, 'template')
  const meta = mapIn(template, 'metadata')
  return {
    replicas: intIn(spec, 'replicas', 1),
    selector: selectorOf(mapIn(spec, 'selector')),
    template: { labels: textMapIn(meta, 'labels'), annotations: textMapIn(meta, 'annotations'), spec: podSpecOf(mapIn(template, 'spec')) },
    ...optional('serviceName', maybeText(spec, 'serviceName')),
  }
}

function workload(kind: Kind, own: Fields): KindReader<WorkloadObject> {
  return {
    kind,
    apiVersions: ['apps/v1'],
    scope: 'namespaced',
    nameForm: dnsSubdomain,
    shape: fields({
      metadata: metaShape,
      spec: always({
        selector: need(selectorShape, required()),
        template: always({ metadata: metaShape, spec: podSpecShape }),
        ...unused('minReadySeconds revisionHistoryLimit'),
        ...own,
      }),
      status: any,
    }),
    rules: rulesOf(kind),
    decode,
  }
}

const replicas: Fields = { replicas: sized(notNegative) }

/** apps/v1. Defaults: replicas 1 (pkg/apis/apps/v1/defaults.go). */
export const workloads: readonly KindReader<WorkloadObject>[] = [
  workload('Deployment', { ...replicas, ...unused('paused progressDeadlineSeconds strategy') }),
  workload('ReplicaSet', replicas),
  workload('StatefulSet', {
    ...replicas,
    serviceName: text,
    ...unused('ordinals persistentVolumeClaimRetentionPolicy podManagementPolicy updateStrategy volumeClaimTemplates'),
  }),
  workload('DaemonSet', unused('updateStrategy')),
]
