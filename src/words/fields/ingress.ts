import type { Sentence } from '../sentence.ts'

const SERVICE: Sentence = {
  en: 'A Service of the same namespace. Most controllers connect to its endpoints and not to its ClusterIP.',
  zh: '同一命名空间的 Service。多数控制器直接连接它的端点，而不是它的 ClusterIP。',
}
const SERVICE_NAME: Sentence = {
  en: 'The Service’s name. No such Service: ingress-nginx answers 503.',
  zh: 'Service 的名字。没有这个 Service 时，ingress-nginx 应答 503。',
}
const SERVICE_PORT: Sentence = { en: 'The Service’s port, by name or by number, not both.', zh: 'Service 的端口，写名字或号码，不能都写。' }
const PORT_NAME: Sentence = { en: 'Name of the Service’s port.', zh: 'Service 端口的名字。' }
const PORT_NUMBER: Sentence = { en: 'Number of the Service’s port, not of the container’s.', zh: 'Service 的端口号，不是容器的端口号。' }
const RESOURCE: Sentence = {
  en: 'An object of another kind in the place of a Service. ingress-nginx leaves such a path out.',
  zh: '用另一种对象代替 Service。ingress-nginx 会忽略这样的路径。',
}
const PART: Sentence = { en: 'Part of the reference to that object.', zh: '指向那个对象的引用的一部分。' }

const backend = (at: string): Readonly<Record<string, Sentence>> => ({
  [`${at}.service`]: SERVICE,
  [`${at}.service.name`]: SERVICE_NAME,
  [`${at}.service.port`]: SERVICE_PORT,
  [`${at}.service.port.name`]: PORT_NAME,
  [`${at}.service.port.number`]: PORT_NUMBER,
  [`${at}.resource`]: RESOURCE,
  [`${at}.resource.apiGroup`]: PART,
  [`${at}.resource.kind`]: PART,
  [`${at}.resource.name`]: PART,
})

/** Fields of Ingresses, their classes and TLS Secrets. */
export const ingressFields: Readonly<Record<string, Sentence>> = {
  'Ingress.spec.ingressClassName': {
    en: 'Which IngressClass, and so which controller, serves it. Without it: the default class, or nobody.',
    zh: '由哪个 IngressClass、也就是哪个控制器来处理。不写时用默认的 class；没有默认就没人处理。',
  },
  'Ingress.spec.defaultBackend': {
    en: 'Takes what no rule takes. Alone, without rules, it catches everything that reaches the controller.',
    zh: '接收没有规则匹配的请求。没有任何规则时，它接收到达控制器的所有其余请求。',
  },
  ...backend('Ingress.spec.defaultBackend'),
  'Ingress.spec.rules': {
    en: 'Hosts and paths. The host is compared first, then the path.',
    zh: '主机名和路径。先比较主机名，再比较路径。',
  },
  'Ingress.spec.rules.host': {
    en: 'The Host header, without port. *.example.com stands for exactly one label; without a host the rule is for all hosts.',
    zh: 'Host 请求头，不含端口。*.example.com 只代表一级域名；不写则适用于所有主机名。',
  },
  'Ingress.spec.rules.http': { en: 'The paths of this host.', zh: '这个主机名下的路径。' },
  'Ingress.spec.rules.http.paths': {
    en: 'Paths and where they lead; the longest that fits wins.',
    zh: '路径及其去向；匹配的路径中最长的优先。',
  },
  'Ingress.spec.rules.http.paths.path': {
    en: 'Compared with the path of the request; how, says pathType.',
    zh: '与请求的路径比较，比较方式由 pathType 决定。',
  },
  'Ingress.spec.rules.http.paths.pathType': {
    en: 'Exact: the same text. Prefix: whole elements between slashes. ImplementationSpecific: as the controller likes it.',
    zh: 'Exact：完全相同。Prefix：按斜杠之间的完整元素匹配。ImplementationSpecific：由控制器决定。',
  },
  'Ingress.spec.rules.http.paths.backend': { en: 'Where the request goes.', zh: '请求去往哪里。' },
  ...backend('Ingress.spec.rules.http.paths.backend'),
  'Ingress.spec.tls': {
    en: 'Certificates for port 443. In ingress-nginx it also sends http to https.',
    zh: '443 端口的证书。在 ingress-nginx 里，它还会把 http 重定向到 https。',
  },
  'Ingress.spec.tls.hosts': { en: 'Names that the certificate is for, compared with SNI.', zh: '证书对应的名字，与 SNI 比较。' },
  'Ingress.spec.tls.secretName': {
    en: 'A Secret of type kubernetes.io/tls in the same namespace. Missing or wrong: the controller shows a certificate of its own.',
    zh: '同一命名空间里类型为 kubernetes.io/tls 的 Secret。缺失或不对时，控制器出示自带的证书。',
  },
  'IngressClass.spec.controller': {
    en: 'The controller that serves this class, as it calls itself: k8s.io/ingress-nginx.',
    zh: '处理这个 class 的控制器，用它自己的名称，例如 k8s.io/ingress-nginx。',
  },
  'Secret.type': { en: 'kubernetes.io/tls holds a certificate and its key.', zh: 'kubernetes.io/tls 存放证书和私钥。' },
  'Secret.data': {
    en: 'Values in base64. A TLS Secret has tls.crt and tls.key.',
    zh: 'base64 编码的值。TLS Secret 里有 tls.crt 和 tls.key。',
  },
  'Secret.stringData': {
    en: 'The same in plain text; the API server puts it into data.',
    zh: '同样的内容，写成明文；API server 会把它放进 data。',
  },
}
