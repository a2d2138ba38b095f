import type { DnsMessage, Message, TlsHello } from '../../net/message.ts'
import type { TraceEvent } from '../../trace/event.ts'
import { listed } from '../lang.ts'
import { type Names, nameOf } from '../names.ts'
import type { InBoth } from '../said.ts'
import { endsOf, shortOf, skbOf } from './place.ts'
import { routedZh } from './routed.ts'

type Of<K extends TraceEvent['kind']> = Extract<TraceEvent, { readonly kind: K }>

const ownerOf = (event: TraceEvent): string => shortOf(event.after.kind === 'socket' ? event.after.socket.owner : event.at.netns)

/** A name server's answer as the one who asked reads it. */
function answerWords(message: DnsMessage): InBoth {
  const asked = `${message.name} ${message.type}`
  if (message.rcode === 'NXDOMAIN')
    return {
      en: [`${asked}: NXDOMAIN`, 'There is no such name. The resolver tries the next name of its search list, if there is one left.'],
      zh: [`${asked}：NXDOMAIN`, '没有这个名字。搜索域里如果还有下一个名字，解析器会接着试。'],
    }
  const data = message.answers.map((r) => r.rdata)
  return data.length === 0
    ? {
        en: [`${asked}: no such record`, `${message.rcode} without an answer: the name is there, but not with this type.`],
        zh: [`${asked}：没有这种记录`, `${message.rcode}，但没有应答记录：名字存在，只是没有这个类型。`],
      }
    : {
        en: [`${asked} is ${listed(data, 'en')}`, 'The name is resolved: now there is an address to connect to.'],
        zh: [`${asked} 是 ${listed(data, 'zh')}`, '名字解析出来了，可以去连接这个地址。'],
      }
}

/** The two first flights of a TLS handshake. */
function tlsWords({ sni, certificate }: TlsHello, who: string, sends: boolean): InBoth {
  if (certificate === undefined)
    return sends
      ? {
          en: [
            `${who} begins TLS`,
            sni === undefined
              ? 'ClientHello without a server name: an address was asked for.'
              : `ClientHello with the server name ${sni} (SNI).`,
          ],
          zh: [
            `${who} 开始 TLS`,
            sni === undefined ? 'ClientHello 不带服务器名：访问的是地址。' : `ClientHello 带着服务器名 ${sni}（SNI）。`,
          ],
        }
      : {
          en: [
            `The ClientHello has reached ${who}`,
            sni === undefined ? 'It names no server.' : `The certificate is chosen by its name: ${sni}.`,
          ],
          zh: [`ClientHello 送达 ${who}`, sni === undefined ? '其中没有服务器名。' : `证书按其中的名字选择：${sni}。`],
        }
  const [names, named] = [listed(certificate.names, 'en'), listed(certificate.names, 'zh')]
  return sends
    ? {
        en: [`${who} shows a certificate`, `${certificate.from}, for ${names}.`],
        zh: [`${who} 出示证书`, `${certificate.from}，名字为 ${named}。`],
      }
    : {
        en: [`A certificate has reached ${who}`, `${certificate.from}, for ${names}.`],
        zh: [`证书送达 ${who}`, `${certificate.from}，名字为 ${named}。`],
      }
}

/** What a socket sends or gets, told by the message that the packet carries. */
function carriedWords(event: Of<'socket'>, carried: Message, names: Names): InBoth | undefined {
  const who = ownerOf(event)
  if (event.what !== 'send' && event.what !== 'receive') return undefined
  const sends = event.what === 'send'
  const skb = skbOf(event)
  const dst = (skb && endsOf(skb)?.dst) ?? ''
  const seen = event.after.kind === 'socket' ? (event.after.socket.peer ?? '?') : '?'
  switch (carried.kind) {
    case 'dns':
      if (carried.response && !sends) return answerWords(carried)
      if (carried.response)
        return {
          en: [`${who} answers ${carried.name} ${carried.type}`, `${carried.rcode}. The answer goes to ${dst}, where the query came from.`],
          zh: [`${who} 回答 ${carried.name} ${carried.type}`, `${carried.rcode}。应答发往查询的来源 ${dst}。`],
        }
      return sends
        ? {
            en: [
              `${who} asks for ${carried.name} ${carried.type}`,
              `Before it can connect it needs an address. /etc/resolv.conf names the server: ${nameOf(names, dst)}.`,
            ],
            zh: [
              `${who} 询问 ${carried.name} ${carried.type}`,
              `建立连接之前先要有地址。/etc/resolv.conf 里写着域名服务器：${nameOf(names, dst)}。`,
            ],
          }
        : {
            en: [
              `The query for ${carried.name} ${carried.type} has arrived`,
              `${who} looks for an answer. It sees the query come from ${seen}.`,
            ],
            zh: [`查询 ${carried.name} ${carried.type} 到了`, `${who} 去找答案。它看到查询来自 ${seen}。`],
          }
    case 'http-request':
      return sends
        ? {
            en: [`${who} sends ${carried.method} ${carried.path}`, `The connection is open; the request is data on it, to ${dst}.`],
            zh: [`${who} 发送 ${carried.method} ${carried.path}`, `连接已经建立，请求作为数据发往 ${dst}。`],
          }
        : {
            en: [`${carried.method} ${carried.path} has reached ${who}`, `The process reads it. It sees the caller as ${seen}.`],
            zh: [`${carried.method} ${carried.path} 送达 ${who}`, `进程读到请求。它看到的调用方是 ${seen}。`],
          }
    case 'http-response':
      return sends
        ? {
            en: [`${who} answers HTTP ${carried.status}`, `The answer goes to ${dst}: the address that the request seemed to come from.`],
            zh: [`${who} 应答 HTTP ${carried.status}`, `应答发往 ${dst}：请求看上去来自这个地址。`],
          }
        : {
            en: [`HTTP ${carried.status} has reached ${who}`, `It comes from ${seen}, the very address that was asked.`],
            zh: [`HTTP ${carried.status} 送达 ${who}`, `来源是 ${seen}，正是它访问的地址。`],
          }
    case 'tls':
      return tlsWords(carried, who, sends)
    case 'data':
      return undefined
  }
}

/** A segment without data, by its flags. */
function segmentWords(event: Of<'socket'>, names: Names): InBoth | undefined {
  const skb = skbOf(event)
  const ends = skb && endsOf(skb)
  if (ends?.l4?.kind !== 'tcp') return undefined
  const who = ownerOf(event)
  const has = (flag: 'S' | 'A' | 'F' | 'R'): boolean => ends.l4?.kind === 'tcp' && ends.l4.flags.includes(flag)
  const service = names(ends.dst)?.kind === 'service'
  if (has('R'))
    return {
      en: [`${who} answers with RST`, 'No socket takes this segment, so the kernel refuses it on the spot.'],
      zh: [`${who} 回 RST`, '没有 socket 接收这个报文段，内核当场拒绝。'],
    }
  if (has('S') && !has('A'))
    return {
      en: [
        `${who} opens a connection: SYN`,
        service
          ? `To ${ends.dst}, the ClusterIP of ${nameOf(names, ends.dst)}. The caller knows of no Pod.`
          : `To ${ends.dst}${names(ends.dst) === undefined ? '' : ` (${nameOf(names, ends.dst)})`}.`,
      ],
      zh: [
        `${who} 发起连接：SYN`,
        service
          ? `发往 ${ends.dst}，即 ${nameOf(names, ends.dst)} 的 ClusterIP。调用方并不知道有哪些 Pod。`
          : `发往 ${ends.dst}${names(ends.dst) === undefined ? '' : `（${nameOf(names, ends.dst)}）`}。`,
      ],
    }
  if (has('S'))
    return {
      en: [`${who} accepts: SYN ACK`, `The kernel answers for the listening process, to the source that it saw: ${ends.dst}.`],
      zh: [`${who} 接受连接：SYN ACK`, `内核替监听的进程作答，发往它看到的源地址 ${ends.dst}。`],
    }
  if (has('F'))
    return {
      en: [`${who} closes its side: FIN`, 'It has nothing more to send.'],
      zh: [`${who} 关闭自己这一侧：FIN`, '它没有更多数据要发了。'],
    }
  return {
    en: [`${who} confirms: ACK`, 'The third segment of the handshake. From now on both sides may send data.'],
    zh: [`${who} 确认：ACK`, '三次握手的第三个报文段。之后双方都可以发数据。'],
  }
}

export function socketWords(event: Of<'socket'>, names: Names, carried: Message | undefined): InBoth {
  const told = (carried && carriedWords(event, carried, names)) ?? (event.what === 'send' ? segmentWords(event, names) : undefined)
  if (told !== undefined) return told
  const who = ownerOf(event)
  const errno = event.errno === undefined ? '' : ` (${event.errno})`
  const socket = event.after.kind === 'socket' ? event.after.socket : undefined
  switch (event.what) {
    case 'send':
      return {
        en: [`${who} sends`, 'A packet leaves the socket and meets the kernel.'],
        zh: [`${who} 发送`, '数据包离开 socket，进入内核。'],
      }
    case 'receive':
      if (socket?.proto === 'tcp' && socket.state === 'SYN_RECV')
        return {
          en: [`The SYN has reached ${who}`, `A process listens on ${socket.local}. It sees the caller as ${socket.peer ?? '?'}.`],
          zh: [`SYN 送达 ${who}`, `有进程监听 ${socket.local}。它看到的调用方是 ${socket.peer ?? '?'}。`],
        }
      return {
        en: [`Delivered to ${who}`, `The packet has reached the socket it was for${socket === undefined ? '' : `: ${socket.local}`}.`],
        zh: [`送达 ${who}`, `数据包到达了它要去的 socket${socket === undefined ? '' : `：${socket.local}`}。`],
      }
    case 'connected':
      return {
        en: [
          'The connection is open',
          `The SYN ACK came from ${socket?.peer ?? 'the address that was asked'}, as expected. ${who} can send its request.`,
        ],
        zh: ['连接已建立', `SYN ACK 来自 ${socket?.peer ?? '被访问的地址'}，与预期一致。${who} 可以发送请求了。`],
      }
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
  const who = shortOf(event.process)
  const seen = event.after.kind === 'socket' ? event.after.socket.peer : undefined
  const { route } = event
  if (route) {
    const to = route.service === null ? '' : `${route.service}:${route.port}`
    return {
      en: [
        route.redirect === null ? `${who} decides: ${to === '' ? 'its own answer' : to}` : `${who} redirects to ${route.redirect}`,
        `${route.controller}: ${event.what}.`,
      ],
      zh: [
        route.redirect === null ? `${who} 决定：${to === '' ? '自己应答' : to}` : `${who} 重定向到 ${route.redirect}`,
        `${route.controller}：${routedZh(route, event.what)}。`,
      ],
    }
  }
  if (message?.kind === 'http-request')
    return {
      en: [`${who} reads ${message.method} ${message.path}`, `${event.process}: ${event.what}.`],
      zh: [`${who} 读到 ${message.method} ${message.path}`, `${event.process}：${event.what}。`],
    }
  if (message?.kind === 'http-response')
    return {
      en: [
        `The request has reached ${who}: HTTP ${message.status}`,
        seen === undefined ? `${event.process} ${event.what}.` : `The process sees the caller as ${seen}, and answers ${message.status}.`,
      ],
      zh: [
        `请求送达 ${who}：HTTP ${message.status}`,
        seen === undefined ? `${event.process}：${event.what}。` : `进程看到的调用方是 ${seen}，应答 ${message.status}。`,
      ],
    }
  return { en: [who, `${event.process}: ${event.what}.`], zh: [who, `${event.process}：${event.what}。`] }
}

export function dnsWords(event: Of<'dns'>): InBoth {
  const { message, plugins, server } = event
  const name = shortOf(server)
  const by = plugins.length === 0 ? name : `${name} (${plugins.join(' → ')})`
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
  const data = message.answers.map((r) => r.rdata)
  return data.length === 0
    ? {
        en: [`${asked}: ${message.rcode}, no record`, `Decided by ${by}.`],
        zh: [`${asked}：${message.rcode}，没有记录`, `由 ${by} 决定。`],
      }
    : { en: [`${asked} is ${listed(data, 'en')}`, `Answered by ${by}.`], zh: [`${asked} 是 ${listed(data, 'zh')}`, `由 ${by} 回答。`] }
}
