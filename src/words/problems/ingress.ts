import type { IngressCode } from '../../agents/ingress/nginx/log.ts'
import type { Sentence } from '../sentence.ts'

/** What Ingress controllers say of a lab's Ingresses, and what nobody says. */
export const ingressProblems = {
  'ingress-denied': {
    en: 'admission webhook "validate.nginx.ingress.kubernetes.io" denied the request: {text}; the Ingress is left out',
    zh: 'admission webhook "validate.nginx.ingress.kubernetes.io" denied the request: {text}；这个 Ingress 不会生效',
  },
  'ingress-pattern': {
    en: 'nginx cannot read the pattern {path}: {why}; the admission webhook refuses Ingress {ingress}, and it is left out',
    zh: 'nginx 无法解析正则 {path}：{why}；准入 webhook 会拒绝 Ingress {ingress}，它不会生效',
  },
  'ingress-resource': {
    en: 'ingress-nginx knows no backends but Services: path {path} of Ingress {ingress} is left out',
    zh: 'ingress-nginx 只认 Service 后端：Ingress {ingress} 的路径 {path} 被忽略',
  },
  'ingress-taken': {
    en: 'host {host} and path {path} belong to Ingress {first} already, the older one; this rule of {ingress} has no effect',
    zh: '主机 {host} 的路径 {path} 已属于更早的 Ingress {first}；{ingress} 的这条规则不起作用',
  },
  'ingress-no-service': {
    en: 'there is no Service {service}: the controller answers 503 for this path of Ingress {ingress}',
    zh: '没有 Service {service}：对 Ingress {ingress} 的这个路径，控制器应答 503',
  },
  'ingress-no-port': {
    en: 'Service {service} has no port {port}, it has {ports}: the controller answers 503 for this path of Ingress {ingress}',
    zh: 'Service {service} 没有端口 {port}，只有 {ports}：对 Ingress {ingress} 的这个路径，控制器应答 503',
  },
  'ingress-no-endpoints': {
    en: 'Service {service} has no ready endpoints: the controller answers 503 for this path of Ingress {ingress}',
    zh: 'Service {service} 没有就绪的端点：对 Ingress {ingress} 的这个路径，控制器应答 503',
  },
  'ingress-other-namespace': {
    en: 'Service {service} stands in namespace {namespace}: Ingress {ingress} can only name Services of its own namespace, so it answers 503',
    zh: 'Service {service} 在命名空间 {namespace} 里：Ingress {ingress} 只能引用自己命名空间的 Service，因此应答 503',
  },
  'ingress-no-class': {
    en: 'there is no IngressClass {class}, and no controller goes by that name: nobody serves Ingress {ingress}',
    zh: '没有 IngressClass {class}，也没有控制器用这个名字：没有人处理 Ingress {ingress}',
  },
  'ingress-classless': {
    en: 'Ingress {ingress} names no class and there is no default one: ingress-nginx leaves it out',
    zh: 'Ingress {ingress} 没有写 class，也没有默认的 class：ingress-nginx 不处理它',
  },
  'ingress-no-controller': {
    en: 'no Pod of this lab is the controller {controller} of class {class}: nobody serves this Ingress',
    zh: '本实验里没有 class {class} 的控制器 {controller} 的 Pod：没有人处理这个 Ingress',
  },
  'ingress-log': { en: 'the controller logs: {text}', zh: '控制器日志：{text}' },
  'ingress-annotation': {
    en: 'annotation {annotation} of Ingress {ingress} is not modelled for {controller} and has no effect here',
    zh: 'Ingress {ingress} 的注解 {annotation} 在 {controller} 上尚未建模，在这里不起作用',
  },
  'ingress-canary-alone': {
    en: 'canary {ingress} finds no main rule for host {host} and path {path}: it never gets a request',
    zh: 'canary {ingress} 找不到主机 {host}、路径 {path} 的主规则：它永远收不到请求',
  },
  'ingress-unread': {
    en: 'only {controller} reads a {kind}, and no Pod of this lab is that controller: it changes nothing here',
    zh: '只有 {controller} 读取 {kind}，而本实验里没有它的 Pod：这个对象在这里不起作用',
  },
  'ingress-ignored': {
    en: '{controller} ignores {what} of Ingress {ingress}',
    zh: '{controller} 忽略 Ingress {ingress} 的 {what}',
  },
} as const satisfies Readonly<Record<IngressCode, Sentence>>
