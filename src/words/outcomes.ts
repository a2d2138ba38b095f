import type { DropReason, Outcome } from '../trace/journey.ts'
import { dropReasons } from './events/drops.ts'
import { placeOf } from './events/place.ts'
import { findingWords } from './findings.ts'
import type { Lang } from './lang.ts'
import { listed } from './lang.ts'
import { type InBoth, type Said, said } from './said.ts'

const isReason = (text: string | null): text is DropReason => text !== null && Object.hasOwn(dropReasons, text)

/** The reason’s own sentence, to stand behind what the caller saw. */
function why(outcome: Outcome, lang: 'en' | 'zh'): string {
  const { reason, where } = outcome
  // what was found says more
  if (outcome.findings?.some((one) => one.kind !== 'unenforced')) return ''
  if (!isReason(reason)) return ''
  if (reason === 'blackhole' && where !== null && placeOf(where.netns) === 'underlay')
    return lang === 'en'
      ? 'The network between the machines has no route to that address: Pod and Service addresses exist on the nodes alone.'
      : '机器之间的网络没有到那个地址的路由：Pod 和 Service 的地址只在节点上有效。'
  return dropReasons[reason][lang][1]
}

const joined = (en: string, more: string): string => (more === '' ? en : `${en} ${more}`)

/** What an L7 proxy's own answer means; undefined where it only passed one on. */
function proxyWords({ route, status }: Outcome): InBoth | undefined {
  if (!route) return undefined
  const by = route.controller
  const service = `${route.service ?? ''}:${route.port ?? ''}`
  if (route.redirect !== null)
    return {
      en: [`Sent elsewhere: HTTP ${status ?? ''}`, `${by} sends the client to ${route.redirect}. No backend was asked.`],
      zh: [`重定向：HTTP ${status ?? ''}`, `${by} 让客户端改去 ${route.redirect}，没有访问任何后端。`],
    }
  switch (status ?? 0) {
    case 403:
      return {
        en: ['Forbidden: HTTP 403', `${by} refuses this client's address, as it sees it. No backend was asked.`],
        zh: ['禁止访问：HTTP 403', `${by} 按它看到的客户端地址拒绝了请求，没有访问任何后端。`],
      }
    case 404:
      return {
        en: ['No rule fits: HTTP 404', `${by} has no rule for this host and path, and answers by itself.`],
        zh: ['没有匹配的规则：HTTP 404', `${by} 没有适用于这个主机名和路径的规则，自己作了应答。`],
      }
    case 502:
    case 504:
      return {
        en: [
          `The backend cannot be reached: HTTP ${status}`,
          `${by} chose ${service}, and its second connection failed. Look at the way from the controller to the Pod.`,
        ],
        zh: [`连不上后端：HTTP ${status}`, `${by} 选择了 ${service}，但第二条连接失败了。看看从控制器到 Pod 的路。`],
      }
    case 503:
      return {
        en: ['No backend: HTTP 503', `${by} found the rule, and ${service} has no endpoint that it could ask.`],
        zh: ['没有后端：HTTP 503', `${by} 找到了规则，但 ${service} 没有可访问的端点。`],
      }
    default:
      // whatever the backend itself has said
      return undefined
  }
}

/** A certificate that does not cover the host: the walk went on, most clients would not. */
function certificateWords({ certificate }: Outcome): { readonly en: string; readonly zh: string } {
  if (certificate === undefined || certificate.covers) return { en: '', zh: '' }
  return {
    en: ` The certificate (${certificate.from}, for ${listed(certificate.names, 'en')}) does not cover the host: without -k curl stops there, as browsers do.`,
    zh: `证书（${certificate.from}，名字为 ${listed(certificate.names, 'zh')}）不包含这个主机名：不加 -k 的 curl 和浏览器会就此停下。`,
  }
}

function outcomeWords(outcome: Outcome): InBoth {
  const words = proxyWords(outcome) ?? plainWords(outcome)
  const { en, zh } = certificateWords(outcome)
  const more = (lang: 'en' | 'zh'): string =>
    (outcome.findings ?? []).map((one) => `${lang === 'en' ? ' ' : ''}${findingWords(one)[lang]}`).join('')
  return { en: [words.en[0], `${words.en[1]}${en}${more('en')}`], zh: [words.zh[0], `${words.zh[1]}${zh}${more('zh')}`] }
}

function plainWords(outcome: Outcome): InBoth {
  const errno = outcome.errno === undefined ? '' : ` (${outcome.errno})`
  const en = why(outcome, 'en')
  const zh = why(outcome, 'zh')
  switch (outcome.kind) {
    case 'ok':
      return {
        en: ['Answered', `By ${outcome.backend ?? 'somebody'}, who saw the source ${outcome.sourceSeen ?? '?'}.`],
        zh: ['已应答', `由 ${outcome.backend ?? '某个进程'} 应答，它看到的源地址是 ${outcome.sourceSeen ?? '?'}。`],
      }
    case 'http-error':
      return {
        en: [`The answer is HTTP ${outcome.status ?? ''}`, 'The packets arrived; the program said no.'],
        zh: [`应答是 HTTP ${outcome.status ?? ''}`, '数据包都到了，是程序拒绝了请求。'],
      }
    case 'refused':
      return outcome.where?.rule
        ? {
            en: [
              `Connection refused${errno}`,
              'A rule said no at once: kube-proxy refuses what has no endpoint, so that nobody has to wait.',
            ],
            zh: [`连接被拒绝${errno}`, '规则立即拒绝：没有端点的 Service，kube-proxy 直接拒绝，免得调用方干等。'],
          }
        : {
            en: [
              `Connection refused${errno}`,
              joined('The packet arrived, and a kernel answered that nobody is there: RST for TCP, port unreachable for UDP.', en),
            ],
            zh: [`连接被拒绝${errno}`, `数据包到了，内核回应说没有进程：TCP 回 RST，UDP 回 port unreachable。${zh}`],
          }
    case 'timeout':
      return {
        en: [`No answer: timed out${errno}`, joined('Nothing came back, so the caller tried again until it gave up.', en)],
        zh: [`没有应答：超时${errno}`, `什么也没有回来，调用方重试到放弃为止。${zh}`],
      }
    case 'unreachable':
      return {
        en: [`Unreachable${errno}`, joined('A router on the way, or the caller’s own kernel, said that there is no way.', en)],
        zh: [`不可达${errno}`, `途中的路由器或调用方自己的内核说无路可走。${zh}`],
      }
    case 'dns-error':
      return outcome.errno === 'EAI_AGAIN'
        ? {
            en: [
              'No name server answered (EAI_AGAIN)',
              joined(
                'Nothing was sent to the target: the queries themselves got lost, were refused, or came back as SERVFAIL. Look at the way to the DNS Service first.',
                en,
              ),
            ],
            zh: [
              '没有域名服务器应答（EAI_AGAIN）',
              `还没有给目标发过任何数据包：查询本身丢了、被拒绝，或者得到 SERVFAIL。先看去往 DNS Service 的路。${zh}`,
            ],
          }
        : {
            en: [
              `The name does not resolve${errno}`,
              'DNS works, the name is wrong: every name that the resolver tried came back without an address, so nothing was sent to the target. Check the spelling and the namespace: NAME.NAMESPACE.',
            ],
            zh: [
              `名字解析不了${errno}`,
              'DNS 是通的，名字不对：解析器试过的每个名字都没有得到地址，所以还没有给目标发过任何数据包。请检查拼写和命名空间：NAME.NAMESPACE。',
            ],
          }
    case 'dropped':
      return { en: ['Dropped', joined('The packet ended on its way.', en)], zh: ['被丢弃', `数据包在途中就结束了。${zh}`] }
    case 'unmodelled':
      return {
        en: [
          'Here the model ends',
          `Not modelled: ${outcome.unmodelled ?? 'something on the way'}. What really happens from here on is not claimed.`,
        ],
        zh: ['模型到此为止', `尚未建模：${outcome.unmodelled ?? '途中的某样东西'}。之后真实会怎样，这里不作断言。`],
      }
  }
}

/** What the caller saw, and why. */
export const sayOutcome = (outcome: Outcome, lang: Lang): Said => said(outcomeWords(outcome), lang)
