import type { RouteTaken } from '../../trace/journey.ts'

const own: Readonly<Record<string, string>> = {
  'no location': '没有匹配的 location',
  'no rule fits': '没有匹配的规则',
  'bad request target': '请求的目标无效',
  'default backend': '默认后端',
}

/** Why ingress-nginx turns a location off. */
const denied: Readonly<Record<string, string>> = {
  'the annotation does not contain a valid IP address or network': 'annotation 里没有有效的 IP 地址或网段',
}

/** Chinese for why a proxy of HTTP decided so: the server and location it took, or why it answers by itself; names of annotations stay. */
export function routedZh({ location, server }: RouteTaken, what: string): string {
  const here = `${location} of ${server} -> `
  if (what.startsWith(here)) return `${server} 的 ${location} → ${what.slice(here.length)}`
  return (
    own[what] ??
    what
      .replace(/^upstream (\S+) has no endpoints$/, 'upstream $1 没有端点')
      .replace(/^no endpoints of (\S+)$/, '$1 没有端点')
      .replace(/^redirect to (\S+)$/, '重定向到 $1')
      .replace(/^access denied to (\S+)$/, '拒绝 $1 访问')
      .replace(/^location denied: (.+)$/, (_, reason: string) => `这个 location 被停用：${denied[reason] ?? reason}`)
  )
}
