import type { IngressClassObject } from '../../kinds.ts'
import { invalid, type Report, required } from '../../schema/fault.ts'
import { dnsSubdomain } from '../../schema/forms.ts'
import { metaShape } from '../../schema/meta.ts'
import { fields, need, text, unused } from '../../schema/shape.ts'
import { mapIn, textIn, textMapIn, type View } from '../../schema/view.ts'
import type { KindReader } from '../reader.ts'

const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class'

/** IsDomainPrefixedPath of apimachinery/pkg/util/validation: DOMAIN/PATH. */
function rules(object: View, report: Report): void {
  const controller = textIn(mapIn(object, 'spec'), 'controller')
  const at = controller.indexOf('/')
  if (controller === '') return
  if (at < 1 || at === controller.length - 1)
    report('spec.controller', invalid(controller, 'must be a domain-prefixed path (such as "acme.io/foo")'))
  else for (const words of dnsSubdomain(controller.slice(0, at))) report('spec.controller', invalid(controller.slice(0, at), words))
}

/** networking.k8s.io/v1 IngressClass: which controller serves the Ingresses that name it. */
export const ingressClass: KindReader<IngressClassObject> = {
  kind: 'IngressClass',
  apiVersions: ['networking.k8s.io/v1'],
  removed: ['networking.k8s.io/v1beta1'],
  scope: 'cluster',
  nameForm: dnsSubdomain,
  shape: fields({ metadata: metaShape, spec: fields({ controller: need(text, required()), ...unused('parameters') }) }),
  rules,
  decode: (object) => ({
    controller: textIn(mapIn(object, 'spec'), 'controller'),
    isDefault: textMapIn(mapIn(object, 'metadata'), 'annotations')[DEFAULT_CLASS] === 'true',
  }),
}
