import { Late } from '../../trace/late.ts'
import { dnsSubdomain } from '../schema/forms.ts'
import type { NetworkPolicyObject } from './policyTypes.ts'
import type { KindReader } from './reader.ts'

/** What a NetworkPolicy looks like and what must hold: few labs have one. */
export const policyReader = new Late(async () => (await import('./networkPolicyRead.ts')).networkPolicyRead)

/** networking.k8s.io/v1 NetworkPolicy. Defaults: pkg/apis/networking/v1/defaults.go. */
export const networkPolicy: KindReader<NetworkPolicyObject> = {
  kind: 'NetworkPolicy',
  apiVersions: ['networking.k8s.io/v1'],
  scope: 'namespaced',
  nameForm: dnsSubdomain,
  get shape() {
    return policyReader.get().shape
  },
  rules: (object, report) => policyReader.get().rules(object, report),
  decode: (object) => policyReader.get().decode(object),
}
