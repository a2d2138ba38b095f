import { expect, it } from 'vitest'
import { ip } from '../../net/ip.ts'
import { type ProxyRule, rulesRouter } from './rules.ts'

const rule = (is: 'regex' | 'prefix', text: string): ProxyRule => ({
  host: '',
  path: { is, text },
  text,
  object: 'default/r',
  namespace: 'default',
  service: text,
  port: '80',
  targets: [],
})

const decide = (rules: readonly ProxyRule[], path: string) => {
  const router = rulesRouter({ controller: 'toy', tlsPorts: [], rules, virtualHosts: false, certificates: [] })
  const decision = router.decide({
    request: { kind: 'http-request', method: 'GET', path, headers: [['Host', 'a.test']] },
    scheme: 'http',
    client: { address: ip('10.0.0.1'), port: 40000 },
    local: { address: ip('10.0.0.2'), port: 80 },
  })
  return decision.do === 'unmodelled' ? decision.what : decision.do === 'answer' && decision.route.location
}

it('a pattern that is not read ends the walk when its turn comes, and not before', () => {
  const unread = rule('regex', '(?<=/a')
  expect(decide([unread, rule('prefix', '/')], '/a')).toBe('the pattern (?<=/a')
  expect(decide([rule('prefix', '/a'), unread], '/a')).toBe('/a')
  expect(decide([rule('regex', '/b.*'), rule('prefix', '/')], '/a')).toBe('/')
})
