import type { TraceEvent } from '../../trace/event.ts'
import type { InBoth } from '../said.ts'

type Of<K extends TraceEvent['kind']> = Extract<TraceEvent, { readonly kind: K }>

const ownerOf = (event: TraceEvent): string => (event.after.kind === 'socket' ? event.after.socket.owner : event.at.netns)

export function socketWords(event: Of<'socket'>): InBoth {
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
