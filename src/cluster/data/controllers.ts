import { imageName } from './images.ts'

/** Programs that read Ingresses, by the name that their own manifests give them in the label app.kubernetes.io/name. */
export type ControllerName = 'ingress-nginx' | 'traefik' | 'contour' | 'emissary-ingress' | 'istio' | 'haproxy-ingress' | 'haproxytech'

/** What each is called in an IngressClass (`id`, spec.controller), and the name that its own class has in its manifests. */
export const CLASSES: Readonly<Record<ControllerName, { readonly id: string; readonly className: string }>> = {
  'ingress-nginx': { id: 'k8s.io/ingress-nginx', className: 'nginx' },
  traefik: { id: 'traefik.io/ingress-controller', className: 'traefik' },
  contour: { id: 'projectcontour.io/ingress-controller', className: 'contour' },
  'emissary-ingress': { id: 'getambassador.io/ingress-controller', className: 'ambassador' },
  istio: { id: 'istio.io/ingress-controller', className: 'istio' },
  'haproxy-ingress': { id: 'haproxy-ingress.github.io/controller', className: 'haproxy' },
  haproxytech: { id: 'haproxy.org/ingress-controller/haproxy', className: 'haproxy' },
}

const NAME = 'app.kubernetes.io/name'
const PART = 'app.kubernetes.io/component'

interface Runs {
  readonly labels: Readonly<Record<string, string>>
  readonly images: readonly string[]
}

/**
 * Which Ingress controller a Pod is: by the labels of its manifests, else by its image. Of several parts only the one that takes the traffic counts
 * (Envoy beside Contour, the gateway of Istio, no admission job).
 */
export function controllerOf({ labels, images }: Runs): ControllerName | undefined {
  const part = labels[PART]
  if (labels[NAME] === 'ingress-nginx') return part === undefined || part === 'controller' ? 'ingress-nginx' : undefined
  if (labels[NAME] === 'traefik') return 'traefik'
  if (labels[NAME] === 'contour' && (part === 'envoy' || labels['app'] === 'envoy')) return 'contour'
  if (labels[NAME] === 'emissary-ingress' || labels['service'] === 'ambassador') return 'emissary-ingress'
  if (labels[NAME] === 'haproxy-ingress') return 'haproxy-ingress'
  if (labels[NAME] === 'kubernetes-ingress') return 'haproxytech'
  if (labels['istio'] === 'ingressgateway') return 'istio'
  for (const image of images) {
    if (/ingress-nginx\/controller[:@]|nginx-ingress-controller[:@]/.test(`${image}:`)) return 'ingress-nginx'
    if (imageName(image) === 'traefik') return 'traefik'
    if (imageName(image) === 'emissary' || imageName(image) === 'ambassador') return 'emissary-ingress'
  }
  return undefined
}
