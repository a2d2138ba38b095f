import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ip } from '../../net/ip.ts'
import { askServer } from '../../testing/dns-server.ts'
import type { Process } from '../process.ts'
import { coreDns } from './coredns.ts'
import { parseCorefile } from './corefile.ts'
import { homeWith } from './home.ts'
import { dnsServer } from './server.ts'
import { startCoreDns } from './start.ts'

interface Case {
  readonly name: string
  readonly corefile: string
  readonly env?: Readonly<Record<string, string>>
  readonly expect: {
    readonly error?: string
    readonly blocks?: readonly {
      readonly zones?: readonly string[]
      readonly port?: number
      readonly keys?: readonly unknown[]
      readonly plugins: readonly string[]
      readonly directives?: readonly { readonly name: string; readonly args: readonly string[]; readonly block?: readonly string[][] }[]
      readonly anyQueryRcode?: string
    }[]
  }
}

const path = join(import.meta.dirname, '../../testing/captured/dns/23-corefile-parse.yaml')
const { cases } = parse(readFileSync(path, 'utf8')) as { readonly cases: readonly Case[] }
const view = { namespaces: [], namespacesListed: false, services: [], endpoints: [], pods: [] }

describe('recorded Corefiles', () => {
  it('all are there', () => expect(cases).toHaveLength(15))
  it.each(cases)('$name', ({ corefile, env = {}, expect: wanted }) => {
    const home = homeWith(corefile, { env })
    const server = dnsServer(home)
    if (wanted.error !== undefined) {
      // The words for a missing brace are CoreDNS's own and not those of the recording, which leaves them open.
      const words = wanted.error.startsWith('syntax:') ? "Unexpected token 'errors', expecting '}'" : wanted.error
      expect('error' in server && server.error).toBe(words)
      return
    }
    if ('error' in server) throw new Error(server.printed)
    expect(server.blocks).toHaveLength(wanted.blocks?.length ?? 0)
    for (const [i, one] of (wanted.blocks ?? []).entries()) {
      const { keys = [], directives = [] } = server.blocks[i] ?? {}
      // health, ready and reload sit in no chain; the recording lists them all the same.
      const asides = ['health', 'ready', 'reload']
      expect(server.chains[i]).toEqual(one.plugins.filter((p) => !asides.includes(p)))
      expect(directives.map((d) => d.name).sort()).toEqual([...one.plugins].sort())
      if (one.zones) expect(keys.map((k) => k.zone)).toEqual(one.zones)
      if (one.port !== undefined) expect(new Set(keys.map((k) => k.port))).toEqual(new Set([one.port]))
      if (one.keys) expect(keys).toEqual(one.keys)
      for (const d of one.directives ?? []) {
        const { args, block } = directives.find((own) => own.name === d.name) ?? {}
        expect([args, block?.map((line) => line.words) ?? []]).toEqual([d.args, d.block ?? []])
      }
      if (one.anyQueryRcode === undefined) continue
      const process = coreDns({ name: 'coredns', home, view, localIPs: [ip('10.244.0.2')], seed: 1 }) as Process
      expect(askServer(process, `x.${one.zones?.[0] ?? ''}`, 'A').message?.rcode).toBe(one.anyQueryRcode)
    }
  })
})

describe('what CoreDNS prints before it exits', () => {
  const at = '/etc/coredns/Corefile'
  it.each([
    ['. {\n errors\n', `${at}:2 - Syntax error: Unexpected token 'errors', expecting '}'`],
    ['. {\n cache {\n success 1\n', `${at}:3 - Error during parsing: Unexpected EOF`],
    ['. {\n errors }\n', `${at}:2 - Error during parsing: Unexpected '}' because no matching opening brace`],
    ['a, {\n errors\n}', `${at}:1 - Error during parsing: Expected another address but had '{' - check for extra comma`],
    ['. {\n kubernets x\n}', `${at}:2 - Error during parsing: Unknown directive 'kubernets'`],
    ['. {\n import x y\n}', `${at}:2 - Error during parsing: Import takes only one argument (glob pattern or file)`],
    ['. {\n import nothere\n}', `${at}:2 - Error during parsing: File to import not found: nothere`],
    ['(a) {\n import a\n}\n. {\n errors\n}', `${at}:3 - Error during parsing: maximum snippet import depth (1000) exceeded`],
    ['(a) {\n errors\n}\n(a) {\n log\n}', `${at}:4 - Error during parsing: redeclaration of previously declared snippet a`],
    [
      '. {\n import *a*\n}',
      `${at}:2 - Error during parsing: Glob pattern may only contain one wildcard (*), but has others: /etc/coredns/*a*`,
    ],
    ['. {\n forward . 1.1.1.1 {\n  policy best\n }\n}', `plugin/forward: ${at}:3 - Error during parsing: unknown policy 'best'`],
    ['. {\n forward .\n}', `plugin/forward: ${at}:2 - Error during parsing: Wrong argument count or unexpected line ending after '.'`],
    ['. {\n forward . nowhere\n}', 'plugin/forward: not an IP address or file: "nowhere"'],
    ['. {\n cache 0\n}', 'plugin/cache: cache TTL can not be zero or negative: 0'],
    ['. {\n cache\n cache\n}', 'plugin/cache: this plugin can only be used once per Server Block'],
    ['c {\n kubernetes {\n  pods x\n }\n}', 'plugin/kubernetes: wrong value for pods: x,  must be one of: disabled, verified, insecure'],
    ['. {\n hosts {\n  fallthru\n }\n}', `plugin/hosts: ${at}:3 - Error during parsing: unknown property 'fallthru'`],
    ['. {\n rewrite name regex ( b\n}', 'plugin/rewrite: invalid regex matching pattern: ('],
    ['. {\n template IN A {\n }\n}', `plugin/template: ${at}:2 - Error during parsing: no answer section for template found`],
    ['.:53 {\n errors\n}\n.:53 {\n log\n}', 'cannot serve dns://.:53 - it is already defined'],
    [
      '. {\n forward . 127.0.0.53\n loop\n}',
      '[FATAL] plugin/loop: Loop (127.0.0.53 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting.',
    ],
  ])('%j', (corefile, printed) => expect(startCoreDns(homeWith(corefile), [])).toMatchObject({ printed }))
})

describe('where it listens', () => {
  const ports = (corefile: string): unknown => startCoreDns(homeWith(corefile), []).sockets?.map((s) => `${s.port}/${s.proto}`)
  it('at the ports of its blocks and of health, ready and prometheus', () => {
    expect(ports('.:53 b:1053 {\n health\n ready :9000\n prometheus :9153\n}')).toEqual([
      ...['53/udp', '53/tcp', '1053/udp', '1053/tcp', '8080/tcp', '9000/tcp', '9153/tcp'],
    ])
    expect(ports('tls://a {\n prometheus\n}')).toEqual(['853/tcp'])
  })
})

describe('files and nets', () => {
  it('imports files of its mounts, in the order of their names, and names them in errors', () => {
    const files = {
      '/etc/coredns/custom/b.server': 'b.example {\n whoami\n}\n',
      '/etc/coredns/custom/a.server': 'a.example {\n errors\n}\n',
    }
    const read = parseCorefile(homeWith('. {\n errors\n}\nimport custom/*.server\n', { files }))
    expect('blocks' in read && read.blocks.flatMap((b) => b.keys.map((k) => k.zone))).toEqual(['.', 'a.example.', 'b.example.'])
    const broken = parseCorefile(homeWith('import custom/*.server\n', { files: { '/etc/coredns/custom/a.server': 'a {\n nope\n}\n' } }))
    expect(broken).toMatchObject({ file: '/etc/coredns/custom/a.server', line: 2 })
    expect(parseCorefile(homeWith('. {\n errors\n}\nimport custom/*.server\n'))).toMatchObject({ blocks: [{}] })
  })
  it('a net off the border of an octet is several zones', () => {
    const zones = (text: string): unknown => {
      const read = parseCorefile(homeWith(`${text} {\n errors\n}\n`))
      return 'blocks' in read && read.blocks[0]?.keys.map((k) => k.zone)
    }
    expect(zones('10.0.2.0/23')).toEqual(['2.0.10.in-addr.arpa.', '3.0.10.in-addr.arpa.'])
    expect(zones('10.0.0.0/8')).toEqual(['10.in-addr.arpa.'])
    expect(zones('2001:db8::/30')).toEqual(
      ['8.b.d.0.1.0.0.2', '9.b.d.0.1.0.0.2', 'a.b.d.0.1.0.0.2', 'b.b.d.0.1.0.0.2'].map((z) => `${z}.ip6.arpa.`),
    )
  })
  it('placeholders in any word; one that is not set is nothing', () => {
    const read = parseCorefile(homeWith('{$ZONE} {\n forward . {%UP%} {$NONE}\n}\n', { env: { ZONE: 'a.example', UP: '192.0.2.9' } }))
    expect(read).toMatchObject({ blocks: [{ keys: [{ zone: 'a.example.' }], directives: [{ args: ['.', '192.0.2.9', ''] }] }] })
  })
  it('without braces the file is one block', () => {
    expect(parseCorefile(homeWith('a.example\nerrors\ncache 30\n'))).toMatchObject({
      blocks: [{ keys: [{ zone: 'a.example.' }], directives: [{ name: 'errors' }, { name: 'cache', args: ['30'] }] }],
    })
  })
})
