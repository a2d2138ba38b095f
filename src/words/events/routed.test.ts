import { expect, test } from 'vitest'
import { routedZh } from './routed.ts'

const route = {
  controller: 'ingress-nginx',
  server: 'cafe.test',
  location: '"/tea/"',
  ingress: null,
  service: null,
  port: null,
  path: null,
  redirect: null,
  canary: false,
}

test.each([
  ['"/tea/" of cafe.test -> default-tea-80', 'cafe.test 的 "/tea/" → default-tea-80'],
  ['no rule fits', '没有匹配的规则'],
  ['upstream default-tea-80 has no endpoints', 'upstream default-tea-80 没有端点'],
  [
    'location denied: the annotation does not contain a valid IP address or network',
    '这个 location 被停用：annotation 里没有有效的 IP 地址或网段',
  ],
  ['return: 301 http://b/', 'return: 301 http://b/'],
])('%s', (what, want) => expect(routedZh(route, what)).toBe(want))
