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
  ['return: 301 http://b/', 'return: 301 http://b/'],
])('%s', (what, want) => expect(routedZh(route, what)).toBe(want))
