import type { DropReason, Outcome } from '../trace/journey.ts'
import { dropReasons } from './events/drops.ts'
import { placeOf } from './events/place.ts'
import type { Lang } from './lang.ts'
import { type InBoth, type Said, said } from './said.ts'

const isReason = (text: string | null): text is DropReason => text !== null && Object.hasOwn(dropReasons, text)

/** The reason’s own sentence, to stand behind what the caller saw. */
function why({ reason, where }: Outcome, lang: 'en' | 'zh'): string {
  if (!isReason(reason)) return ''
  if (reason === 'blackhole' && where !== null && placeOf(where.netns) === 'underlay')
    return lang === 'en'
      ? 'The network between the machines has no route to that address: Pod and Service addresses exist on the nodes alone.'
      : '机器之间的网络没有到那个地址的路由：Pod 和 Service 的地址只在节点上有效。'
  return dropReasons[reason][lang][1]
}

const joined = (en: string, more: string): string => (more === '' ? en : `${en} ${more}`)

function outcomeWords(outcome: Outcome): InBoth {
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
