import { Late } from '../../../trace/late.ts'

/** Ingress, IngressClass and Secret. */
export const ingressKinds = {
  kinds: ['Ingress', 'IngressClass', 'Secret'],
  readers: new Late(async () => (await import('./part.ts')).readers),
}
