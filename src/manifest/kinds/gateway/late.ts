import { Late } from '../../../trace/late.ts'

/** Gateway API. */
export const gatewayKinds = {
  kinds: ['GatewayClass', 'Gateway', 'HTTPRoute', 'ReferenceGrant'],
  readers: new Late(async () => (await import('./part.ts')).readers),
}
