import type { DnsMessage, Message } from '../../net/message.ts'
import type { TraceEvent } from '../../trace/event.ts'
import type { InBoth } from '../said.ts'

type Of<K extends TraceEvent['kind']> = Extract<TraceEvent, { readonly kind: K }>

const ownerOf = (event: TraceEvent): string => (event.after.kind === 'socket' ? event.after.socket.owner : event.at.netns)

/** A name server's answer as the one who asked reads it. */
function answerWords(message: DnsMessage): InBoth {
  const asked = `${message.name} ${message.type}`
  if (message.rcode === 'NXDOMAIN')
    return {
      en: [`${asked}: NXDOMAIN`, 'There is no such name. The resolver tries the next name of its search list, if there is one left.'],
      zh: [`${asked}：NXDOMAIN`, '没有这个名字。搜索域里如果还有下一个名字，解析器会接着试。'],
    }
  const data = message.answers.map((r) => r.rdata).join(', ')
  return data === ''
    ? {
        en: [`${asked}: no such record`, `${message.rcode} without an answer: the name is there, but not with this type.`],
        zh: [`${asked}：没有这种记录`, `${message.rcode}，但没有应答记录：名字存在，只是没有这个类型。`],
      }
    : {
        en: [`${asked} is ${data}`, 'The name is resolved: now there is an address to connect to.'],
        zh: [`${asked} 是 ${data}`, '名字解析出来了，可以去连接这个地址。'],
      }
}

/** What a socket sends or gets, told by the message that the packet carries. */
function carriedWords(event: Of<'socket'>, carried: Message): InBoth | undefined {
  const who = ownerOf(event)
  if (event.what !== 'send' && event.what !== 'receive') return undefined
  const sends = event.what === 'send'
  switch (carried.kind) {
    case 'dns':
      if (carried.response && !sends) return answerWords(carried)
      if (carried.response)
        return {
          en: [`${who} answers ${carried.name} ${carried.type}`, `${carried.rcode}. The packet goes back to the one who asked.`],
          zh: [`${who} 回答 ${carried.name} ${carried.type}`, `${carried.rcode}。数据包回到提问的一方。`],
        }
      return sends
        ? {
            en: [`${who} asks for ${carried.name} ${carried.type}`, 'The query goes to the name server that stands in /etc/resolv.conf.'],
            zh: [`${who} 询问 ${carried.name} ${carried.type}`, '查询发往 /etc/resolv.conf 里的域名服务器。'],
          }
        : {
            en: [`The query for ${carried.name} ${carried.type} has arrived`, `${who} looks for an answer.`],
            zh: [`查询 ${carried.name} ${carried.type} 到了`, `${who} 去找答案。`],
          }
    case 'http-request':
      return sends
        ? {
            en: [`${who} sends ${carried.method} ${carried.path}`, 'The connection is open; the request is data on it.'],
            zh: [`${who} 发送 ${carried.method} ${carried.path}`, '连接已经建立，请求作为数据在上面发送。'],
          }
        : {
            en: [`${carried.method} ${carried.path} has reached ${who}`, 'A process reads the request and answers.'],
            zh: [`${carried.method} ${carried.path} 送达 ${who}`, '进程读到请求并作答。'],
          }
    case 'http-response':
      return sends
        ? {
            en: [`${who} answers HTTP ${carried.status}`, 'The answer goes to the address that the request seemed to come from.'],
            zh: [`${who} 应答 HTTP ${carried.status}`, '应答发往请求看上去来自的地址。'],
          }
        : {
            en: [`HTTP ${carried.status} has reached ${who}`, 'The caller has its answer, from the address that it asked.'],
            zh: [`HTTP ${carried.status} 送达 ${who}`, '调用方得到了应答，来源正是它访问的地址。'],
          }
    case 'data':
      return undefined
  }
}

export function socketWords(event: Of<'socket'>, carried: Message | undefined): InBoth {
  const told = carried && carriedWords(event, carried)
  if (told !== undefined) return told
  const who = ownerOf(event)
  const errno = event.errno === undefined ? '' : ` (${event.errno})`
  switch (event.what) {
    case 'send':
      return {
        en: [`${who} sends`, 'A packet leaves the socket and meets the kernel.'],
        zh: [`${who} 发送`, '数据包离开 socket，进入内核。'],
      }
    case 'receive':
      return {
        en: [`Delivered to ${who}`, 'The packet has reached the socket it was for.'],
        zh: [`送达 ${who}`, '数据包到达了它要去的 socket。'],
      }
    case 'connected':
      return { en: ['The connection is open', `${who} can now send its request.`], zh: ['连接已建立', `${who} 现在可以发送请求了。`] }
    case 'refused':
      return {
        en: [`Connection refused${errno}`, 'A RST or an ICMP error came back: nobody is there, or somebody said no.'],
        zh: [`连接被拒绝${errno}`, '收到了 RST 或 ICMP 错误：那里没有进程，或者有谁拒绝了。'],
      }
    case 'error':
      return {
        en: [`The socket reports an error${errno}`, 'The program’s system call fails with it.'],
        zh: [`socket 报错${errno}`, '程序的系统调用因此失败。'],
      }
    case 'ignored':
      return {
        en: [`${who} takes no notice${errno}`, 'The kernel knows of the error now, the program is not told.'],
        zh: [`${who} 不予理会${errno}`, '内核已知道这个错误，但不会告诉程序。'],
      }
    case 'none':
      return {
        en: ['Nobody listens on this port', 'The kernel answers by itself: RST for TCP, port unreachable for UDP.'],
        zh: ['没有进程监听这个端口', '内核自己回应：TCP 回 RST，UDP 回 port unreachable。'],
      }
  }
}

export function processWords(event: Of<'process'>): InBoth {
  const { message } = event
  const tail = (text: string): string => (text === '' ? event.what : text)
  if (message?.kind === 'http-request')
    return {
      en: [`${message.method} ${message.path}`, `${event.process}: ${event.what}`],
      zh: [`${message.method} ${message.path}`, `${event.process}：${event.what}`],
    }
  if (message?.kind === 'http-response')
    return {
      en: [`HTTP ${message.status}`, `${event.process}: ${event.what}`],
      zh: [`HTTP ${message.status}`, `${event.process}：${event.what}`],
    }
  return { en: [event.process, `It does this: ${tail(event.what)}`], zh: [event.process, `它做了这件事：${tail(event.what)}`] }
}

export function dnsWords(event: Of<'dns'>): InBoth {
  const { message, plugins, server } = event
  const by = plugins.length === 0 ? server : `${server} (${plugins.join(' → ')})`
  if (message.kind !== 'dns') return { en: [server, `Decided by ${by}.`], zh: [server, `由 ${by} 决定。`] }
  const asked = `${message.name} ${message.type}`
  if (!message.response)
    return { en: [`Asked: ${asked}`, `The query has reached ${server}.`], zh: [`询问：${asked}`, `查询到达 ${server}。`] }
  if (message.rcode === 'NXDOMAIN')
    return {
      en: [
        `${asked}: no such name`,
        `NXDOMAIN, decided by ${by}. A resolver goes on to the next name of its search list, if there is one.`,
      ],
      zh: [`${asked}：没有这个名字`, `NXDOMAIN，由 ${by} 决定。搜索域里还有下一个名字的话，解析器接着试。`],
    }
  if (message.rcode === 'NOERROR' && message.answers.length === 0)
    return {
      en: [`${asked}: no such record`, `The name is there, but it has no ${message.type} (NODATA). Decided by ${by}.`],
      zh: [`${asked}：没有这种记录`, `名字存在，但没有 ${message.type} 记录（NODATA）。由 ${by} 决定。`],
    }
  if (message.rcode === 'SERVFAIL')
    return {
      en: [
        `${asked}: the server failed`,
        `SERVFAIL, from ${by}: mostly an upstream resolver that does not answer. The resolver tries again.`,
      ],
      zh: [`${asked}：服务器失败`, `SERVFAIL，来自 ${by}：多半是上游解析器没有应答。解析器会重试。`],
    }
  const data = message.answers.map((r) => r.rdata).join(', ')
  return data === ''
    ? {
        en: [`${asked}: ${message.rcode}, no record`, `Decided by ${by}.`],
        zh: [`${asked}：${message.rcode}，没有记录`, `由 ${by} 决定。`],
      }
    : { en: [`${asked} is ${data}`, `Answered by ${by}.`], zh: [`${asked} 是 ${data}`, `由 ${by} 回答。`] }
}
