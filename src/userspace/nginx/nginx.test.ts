import { describe, expect, it, test } from 'vitest'
import type { NginxLocation } from './conf.ts'
import { locationText, serverName } from './conf.ts'
import { fateOf, locate } from './locate.ts'
import { pcre } from './pattern.ts'
import { escapeUri, parseUri } from './uri.ts'

describe('the target that locations are compared with', () => {
  it.each<[string, string | undefined, string]>([
    ['/foo', '/foo', ''],
    ['//foo///bar', '/foo/bar', ''],
    ['/x/../foo', '/foo', ''],
    ['/x/./foo/.', '/x/foo/', ''],
    ['/x/..', '/', ''],
    ['/foo%2Fbar', '/foo/bar', ''],
    ['/a%20b?c=%20', '/a b', '?c=%20'],
    ['/a?b?c#d', '/a', '?b?c'],
    ['/..', undefined, ''],
    ['/%', undefined, ''],
    ['/%zz', undefined, ''],
    ['/%00', undefined, ''],
    ['foo', undefined, ''],
  ])('%s', (target, path, query) => {
    const uri = parseUri(target)
    expect(uri?.path).toBe(path)
    if (uri) expect(uri.query).toBe(query)
  })
  it('what goes on after a rewrite is escaped anew', () => expect(escapeUri('/a b?\u00e9{%')).toBe('/a%20b%3F%E9%7B%25'))
})

const at = (modifier: NginxLocation['modifier'], path: string): NginxLocation => ({ modifier, path, taken: [], access: [], ingress: '' })
const all = [at('~*', '/v\\d+'), at('~*', '/v1'), at('', '/foo/'), at('=', '/foo/bar'), at('', '/')]

describe('which location', () => {
  it.each([
    ['/foo/bar', '= "/foo/bar"'],
    ['/foo/bars', '"/foo/"'],
    ['/foo', 'slash'],
    ['/v1', '~* "^/v\\\\d+"'],
    ['/V12/x', '~* "^/v\\\\d+"'],
    ['/x/v1', '"/"'],
  ])('%s: %s', (path, want) => {
    const found = locate(all, path)
    expect(found.at === 'location' ? locationText(found.location) : found.at).toBe(want)
  })
  it('and why the others lost', () => {
    const told = (path: string): readonly string[] => {
      const found = locate(all, path)
      const winner = found.at === 'none' ? -1 : all.indexOf(found.location)
      return all.map((l, i) => fateOf(l, path, found, i > winner).fate)
    }
    expect(told('/v1')).toEqual(['won', 'later', 'path', 'path', 'exact-first'])
    expect(told('/foo/bars')).toEqual(['pattern', 'pattern', 'won', 'path', 'shorter'])
    expect(told('/foo/bar')).toEqual(['pattern', 'pattern', 'exact-first', 'won', 'exact-first'])
  })
})

describe('patterns', () => {
  it.each([
    ['(?i)^/A', '/a', true],
    ['^/[[:alpha:]]+$', '/abc', true],
    ['^/(?P<x>a)\\z', '/a', true],
    ['^/a$', '/b', false],
  ])('%s on %s: %s', (text, path, yes) => expect(pcre(text, false)?.test(path)).toBe(yes))
  test.each(['(', '[a', '*a', 'a++', '(?>a)', '(?R)'])('%s is not guessed at', (text) => expect(pcre(text, false)).toBeUndefined())
  it('a wildcard host is one label', () => {
    const pattern = pcre(serverName('*.a.test').slice(1), false)
    expect(['x.a.test', 'x_y.a.test', 'x.y.a.test', 'a.test'].map((h) => pattern?.test(h))).toEqual([true, true, false, false])
  })
})
