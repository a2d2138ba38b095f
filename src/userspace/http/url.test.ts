import { describe, expect, it } from 'vitest'
import { hostHeader, parseTarget, type Target } from './url.ts'

describe('targets', () => {
  it.each<[string, Target]>([
    ['http://web', { scheme: 'http', host: 'web', port: 80, path: '/' }],
    ['HTTP://web.shop:8080/a/b?c=d#e', { scheme: 'http', host: 'web.shop', port: 8080, path: '/a/b?c=d' }],
    ['http://web?x', { scheme: 'http', host: 'web', port: 80, path: '/?x' }],
    ['http://[FD00::0:1]:81/', { scheme: 'http', host: 'fd00::1', port: 81, path: '/' }],
    ['https://cafe.example.com.', { scheme: 'https', host: 'cafe.example.com.', port: 443, path: '/' }],
    ['tcp://10.0.0.1:6379', { scheme: 'tcp', host: '10.0.0.1', port: 6379, path: '' }],
    ['udp://10.0.0.1:53/', { scheme: 'udp', host: '10.0.0.1', port: 53, path: '' }],
    ['icmp://10.0.0.1', { scheme: 'icmp', host: '10.0.0.1', port: 0, path: '' }],
  ])('%s', (text, target) => expect(parseTarget(text)).toEqual({ ok: target }))

  it.each([
    ['web', 'target-scheme'],
    ['', 'target-scheme'],
    ['ftp://web', 'target-scheme'],
    ['http:/web', 'target-scheme'],
    ['http://', 'target-host'],
    ['http://:80', 'target-host'],
    ['http://10.0.0.256', 'target-host'],
    ['http://10.1', 'target-host'],
    ['http://a..b', 'target-host'],
    ['http://[10.0.0.1]', 'target-host'],
    ['http://[fd00::1', 'target-host'],
    ['http://fd00::1', 'target-port'],
    ['http://grüße', 'target-host'],
    ['http://a b', 'target-host'],
    [`http://${'a'.repeat(64)}`, 'target-host'],
    ['http://u:p@web', 'target-userinfo'],
    ['http://web:0', 'target-port'],
    ['http://web:65536', 'target-port'],
    ['http://web:8o', 'target-port'],
    ['http://web:', 'target-port'],
    ['icmp://web:1', 'target-port'],
    ['tcp://web', 'target-port-missing'],
    ['udp://10.0.0.1', 'target-port-missing'],
    ['tcp://web:1/x', 'target-path'],
    ['http://web/a b', 'target-path'],
  ])('%s is refused as %s', (text, code) => expect(parseTarget(text)).toMatchObject({ problem: { code, severity: 'error' } }))

  it('leaves the usual port out of the Host header', () => {
    const host = (to: string): string => {
      const read = parseTarget(to)
      return 'ok' in read ? hostHeader(read.ok) : ''
    }
    expect(['http://web', 'http://web:80', 'http://web:81', 'http://[fd00::1]:81'].map(host)).toEqual([
      'web',
      'web',
      'web:81',
      '[fd00::1]:81',
    ])
  })
})
