import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { newDesk } from './desk.ts'
import { commands } from './list.ts'
import { answer, type Io, run } from './main.ts'
import { version } from './version.ts'
import { en } from './words/en.ts'
import { zh } from './words/zh.ts'

const LAB = `apiVersion: v1
kind: Node
metadata: {name: node-1}
spec: {podCIDR: 10.244.1.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.10.11}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {nodeName: node-1, containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web-7d4f, labels: {app: web}}
spec: {nodeName: node-1, containers: [{name: c, image: x, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: 10.96.10.10, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`

const folder = mkdtempSync(join(tmpdir(), 'packetwalk-'))
const put = (name: string, text: string | Uint8Array): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const lab = put('lab.yaml', LAB)
const bytes = (text: string) => () => new TextEncoder().encode(text)
const cli = (...argv: readonly string[]) => answer(argv, newDesk(bytes(LAB)))
const CLIENT = ['--from', 'default/client'] as const

describe('usage: exit status 2, nothing on stdout', () => {
  test.each([
    [['nonsense'], 'no such command: nonsense'],
    [['prob'], 'did you mean probe?'],
    [['--nonsense'], 'no such option: --nonsense'],
    [['check'], 'no files'],
    [['check', lab, '--nonsense'], 'no such option: --nonsense'],
    [['probe', lab, '--form', 'x'], 'did you mean --from?'],
    [['probe', lab], '--from SRC is missing'],
    [['probe', lab, ...CLIENT], '--to DST is missing'],
    [['probe', lab, '--from', '--to', 'x'], '--from needs a value'],
    [['probe', lab, ...CLIENT, '--to', 'http://10.96.10.10/', '--json=yes'], '--json takes no value'],
    [['rules', lab], '--node NODE is missing'],
    [['show', lab, 'iptables-save'], 'one of these is missing: --node NODE, --pod NS/NAME'],
    [['show', lab, '--node', 'node-1'], 'TOOL… is missing'],
    [['show', lab, '--node', 'node-1', '--pod', 'default/client', 'ip', 'addr'], 'only one of these'],
    [['get', lab], 'KIND is missing'],
    [['dns', lab, ...CLIENT], 'NAME is missing'],
    [['dns', lab, ...CLIENT, 'web', 'A', 'more'], 'one word too many: more'],
  ])('%j', (argv, words) => {
    const { code, stdout, stderr } = cli(...argv)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(words)
  })

  test('nothing at all prints the help on stderr', () => {
    expect(cli()).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Usage: packetwalk') })
  })
})

describe('invalid arguments: exit status 1, a line a problem, nothing on stdout', () => {
  test.each([
    [['check', 'no-such-file.yaml'], 'no-such-file.yaml: no such file or folder'],
    [['rules', lab, '--node', 'node-2'], 'did you mean node-1?'],
    [['rules', lab, '--node', 'elsewhere'], 'no node elsewhere; there are: node-1'],
    [['rules', lab, '--node', 'node-1', '--proxy', 'iptable'], 'iptables'],
    [['rules', lab, '--node', 'node-1', '--cni', 'flanel'], 'flannel'],
    [['rules', lab, '--node', 'node-1', '--seed', '-1'], '--seed -1: not a whole number'],
    [['rules', lab, '--node', 'node-1', '--lang', 'fr'], '--lang fr: not one of en, zh-CN'],
    [['show', lab, '--node', 'node-1', 'iptabels'], 'did you mean iptables?'],
    [['show', lab, '--pod', 'default/clint', 'ip', 'addr'], 'did you mean default/client?'],
    [['get', lab, 'secrets'], 'no such kind of object: secrets'],
    [['get', lab, 'pods', '-o', 'xml'], '-o xml: not one of wide, yaml'],
    [['dns', lab, ...CLIENT, 'web', 'AA'], 'TYPE AA: not one of'],
    [['probe', lab, '--from', 'default/web', '--to', 'http://10.96.10.10/'], 'did you mean default/web-7d4f?'],
    [['probe', lab, '--from', 'ip/300.1.1.1@node/node-1', '--to', 'http://10.96.10.10/'], 'ip/300.1.1.1@node/node-1'],
    [['probe', lab, ...CLIENT, '--to', '10.96.10.10'], 'is no target'],
    [['probe', lab, ...CLIENT, '--to', 'tcp://10.96.10.10'], 'needs a port'],
    [['probe', lab, ...CLIENT, '--to', 'http://10.96.10.10:0/'], 'is not a port'],
    [['probe', lab, ...CLIENT, '--to', 'http://10.96.10/'], 'neither a host name nor an address'],
    [['probe', lab, ...CLIENT, '--to', 'http://10.96.10.10/', '--sport', '70000'], '--sport 70000: not a whole number from 1 to 65535'],
    [['probe', lab, ...CLIENT, '--to', 'http://10.96.10.10/', '-H', 'nonsense'], "a header reads 'Name: value'"],
    [['probe', lab, ...CLIENT, '--to', 'tcp://10.96.10.10:80', '--method', 'PUT'], '--method is only for http://'],
    [['probe', lab, ...CLIENT, '--to', 'http://10.96.10.10/', '--connect', 'web'], 'no place to connect to'],
    [['replay', lab], 'not JSON'],
  ])('%j', (argv, words) => {
    const { code, stdout, stderr } = cli(...argv)
    if (argv[0] === 'check') expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    else expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stdout + stderr).toContain(words)
    for (const line of (stdout + stderr).trimEnd().split('\n')) expect(line).toMatch(/^(\S+:\d+:\d+: )?error: /)
  })

  test('a lab with errors is not walked; each error has its place', () => {
    const bad = put(
      'bad.yaml',
      LAB.replace('port: 80,', 'port: 80, nodePort: 80,').replace('clusterIP: 10.96.10.10', 'type: NodePort, clusterIP: 10.96.10.10'),
    )
    const { code, stdout, stderr } = cli('probe', bad, ...CLIENT, '--to', 'http://10.96.10.10/')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/bad\.yaml:20:\d+: error: spec\.ports\[0\]\.nodePort: /)
    const checked = cli('check', bad)
    expect(checked).toEqual({ code: 1, stdout: stderr, stderr: '' })
  })
})

describe('files', () => {
  test('standard input, a folder, links and the same file twice', () => {
    const sub = join(folder, 'sub')
    mkdirSync(join(sub, 'deeper'), { recursive: true })
    mkdirSync(join(sub, '.hidden'))
    writeFileSync(join(sub, 'deeper', 'a.yml'), LAB)
    writeFileSync(join(sub, '.hidden', 'b.yaml'), 'nonsense: [')
    writeFileSync(join(sub, 'notes.txt'), 'nonsense: [')
    symlinkSync(sub, join(sub, 'circle'))
    expect(cli('check', '-')).toEqual({ code: 0, stdout: 'ok: 4 objects\n', stderr: '' })
    expect(cli('check', sub).stdout).toBe('ok: 4 objects\n')
    expect(cli('check', lab, folder, lab, '--json').code).toBe(1)
    expect(cli('check', lab, lab).stdout).toBe('ok: 4 objects\n')
  })

  test('a folder without manifests, bytes that are no text, a picture that calls itself YAML', () => {
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    expect(cli('check', empty).stdout).toContain('no .yaml, .yml or .json file')
    expect(cli('check', put('latin.yaml', new Uint8Array([0x61, 0x3a, 0x20, 0xe9]))).stdout).toContain('not a UTF-8 text')
    expect(cli('check', put('big.yaml', 'a: b\n'.repeat(1_200_000))).stdout).toMatch(/error: .*MB/)
  })

  test('nothing to check is an error, as a broken pipe leaves it', () => {
    for (const text of ['', '\n\n', '# a comment\n---\n  # another\n']) {
      const { code, stdout } = cli('check', put('blank.yaml', text))
      expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining('there is nothing in it to check') })
    }
  })

  test('what is accepted and not modelled is said once, with its place', () => {
    const spec = 'spec:\n  nodes:\n    - name: node-1\n      iptables: nft\n  faults: []\n'
    const { stdout } = cli('check', put('said.yaml', `apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nmetadata: { name: l }\n${spec}`))
    expect(stdout).toMatch(/said\.yaml:7:17: warning: spec\.nodes\[0\]\.iptables: nft is not modelled yet and changes nothing\n/)
    expect(stdout).toMatch(/said\.yaml:8:\d+: warning: spec\.faults is not modelled yet and changes nothing\n/)
  })

  test('a byte order mark is no part of the text', () => {
    expect(cli('check', put('bom.yaml', `\uFEFF${LAB}`)).stdout).toBe('ok: 4 objects\n')
  })
})

describe('words that belong to the tool', () => {
  test('from its name on, even what looks like ours', () => {
    const { code, stdout } = cli('show', lab, '--node', 'node-1', 'iptables', '-t', 'nat', '-L', 'KUBE-SERVICES', '-n', '-v')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Chain KUBE-SERVICES \(2 references\)\n pkts bytes target /)
  })

  test('behind --', () => {
    expect(cli('show', lab, '--node', 'node-1', '--', 'ip', 'route')).toEqual(cli('show', lab, '--node', 'node-1', 'ip', 'route'))
    expect(cli('show', '--node', 'node-1', lab, 'ip', 'route')).toEqual(cli('show', lab, '--node', 'node-1', 'ip', 'route'))
    expect(cli('get', lab, '--', 'pods')).toEqual(cli('get', lab, 'pods'))
  })

  test('options on either side of the words, and with =', () => {
    const plain = cli('dns', lab, ...CLIENT, '10.96.10.10')
    expect(plain.code).toBe(0)
    expect(cli('dns', '--from=default/client', lab, '10.96.10.10')).toEqual(plain)
    expect(cli('dns', lab, '10.96.10.10', '--from=default/client')).toEqual(plain)
  })
})

describe('probe', () => {
  const to = ['--to', 'http://10.96.10.10/'] as const

  test('as text: a heading a packet, a line a step, how it ended', () => {
    const { code, stdout, stderr } = cli('probe', lab, ...CLIENT, ...to)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(
      /^default\/client → http:\/\/10\.96\.10\.10\/\n\n#0 connect {2}tcp 10\.244\.1\.\d+:\d+ > 10\.96\.10\.10:80 \[S\]\n/,
    )
    expect(stdout).toMatch(/destination 10\.96\.10\.10:80 → 10\.244\.1\.\d+:8080 \(by rule\)/)
    expect(stdout).toMatch(/\nok 200 from default\/web-7d4f at 10\.244\.1\.\d+:8080, which saw 10\.244\.1\.\d+:\d+\n/)
    expect(cli('probe', lab, ...CLIENT, ...to, '--lang', 'zh-CN').stdout).toMatch(/\n已应答: .*\n\d+ 步，/)
  })

  test('as JSON: the contract', () => {
    const { code, stdout } = cli('probe', lab, ...CLIENT, ...to, '--json')
    expect(code).toBe(0)
    const told = JSON.parse(stdout) as {
      outcome: Record<string, unknown>
      counts: Record<string, number>
      steps: { seq: number; kind: string }[]
      journeys: unknown[]
    }
    expect(told.outcome).toMatchObject({ kind: 'ok', status: 200, backend: 'default/web-7d4f', reason: null, where: null, route: null })
    expect(Object.keys(told.counts)).toEqual(['steps', 'rulesEvaluated', 'rulesMatched', 'natRewrites', 'lookups'])
    expect(told.steps.map((s) => s.seq)).toEqual(told.steps.map((_, i) => i))
    expect(told.steps.filter((s) => s.kind === 'nat')).toHaveLength(told.counts['natRewrites'] as number)
  })

  test('without a reply there is one packet, and one that is lost was dropped', () => {
    const told = (...more: readonly string[]) =>
      JSON.parse(cli('probe', ...more, ...CLIENT, ...to, '--no-reply', '--json').stdout) as {
        outcome: Record<string, unknown>
        journeys: unknown[]
      }
    expect(told(lab)).toMatchObject({ outcome: { kind: 'ok', backend: 'default/web-7d4f' }, journeys: [{ phase: 'connect' }] })
    const nobody = put('nobody.yaml', LAB.replace('selector: {app: web}', 'selector: {app: nobody}'))
    expect(told(nobody)).toMatchObject({ outcome: { kind: 'dropped', reason: 'rule', where: { netns: 'node-1', hook: 'forward' } } })
    expect(told(nobody).journeys).toHaveLength(1)
  })

  test('odds are exact fractions', () => {
    const two = put('two.yaml', `${LAB}---\n${LAB.split('---\n')[2]?.replace('web-7d4f', 'web-8e5g')}`)
    const { stdout } = cli('probe', two, ...CLIENT, ...to, '--odds', '--json')
    const { outcomes } = JSON.parse(stdout) as { outcomes: { probability: string; outcome: { backend: string } }[] }
    expect(outcomes.map((o) => [o.probability, o.outcome.backend]).sort()).toEqual([
      ['1/2', 'default/web-7d4f'],
      ['1/2', 'default/web-8e5g'],
    ])
  })

  test('nothing is made up for a probe that needs nothing; a name needs a name server', () => {
    expect(cli('show', lab, '--node', 'node-1', 'iptables-save').stdout).not.toContain('kube-dns')
    const named = cli('probe', lab, ...CLIENT, '--to', 'http://web/')
    expect(named.stdout).toContain('10.96.0.10:53')
    expect(named.stdout).toContain('\nok 200 from default/web-7d4f')
  })
})

test('dns: what the resolver asks and what it is told', () => {
  const { code, stdout } = cli('dns', lab, ...CLIENT, 'web', '--json')
  expect(code).toBe(0)
  const told = JSON.parse(stdout) as {
    resolvConf: string
    queries: { name: string; type: string; rcode: string; answers: string[]; via: string[] }[]
    result: string[]
  }
  expect(told.resolvConf).toContain('search default.svc.cluster.local')
  expect(told.result).toEqual(['10.96.10.10'])
  expect(told.queries[0]).toMatchObject({
    name: 'web.default.svc.cluster.local.',
    type: 'A',
    server: '10.96.0.10',
    rcode: 'NOERROR',
    aa: true,
  })
  expect(told.queries[0]?.answers).toEqual(['web.default.svc.cluster.local. 30 IN A 10.96.10.10'])
  expect(told.queries[0]?.via.at(-1)).toBe('kubernetes')
})

describe('batch', () => {
  const talk = async (lines: readonly string[]) => {
    const out: string[] = []
    async function* all(): AsyncGenerator<string> {
      yield* lines
    }
    const io: Io = { out: (t) => out.push(t), err: () => undefined, stdin: () => new Uint8Array(), lines: all, debug: false }
    const code = await run(['batch'], io)
    return { code, answers: out.map((line) => JSON.parse(line) as { code: number; stdout: string; stderr: string }) }
  }

  test('answers in order, each as the command alone would', async () => {
    const asked = [['check', lab], ['nonsense'], ['get', lab, 'svc'], ['check', 'no-such.yaml'], ['check', '-'], ['check', lab]]
    const { code, answers } = await talk([
      ...asked.map((a) => JSON.stringify(a)),
      '',
      'nonsense',
      '{"a":1}',
      '["check", 1]',
      '["batch"]',
      JSON.stringify(['--version']),
    ])
    expect(code).toBe(0)
    expect(answers).toHaveLength(11)
    expect(answers[0]).toEqual(answer(['check', lab], newDesk()))
    expect(answers.map((a) => a.code)).toEqual([0, 2, 0, 1, 1, 0, 2, 2, 2, 2, 0])
    expect(answers[4]?.stdout).toContain('standard input')
    expect(answers[5]).toEqual(answers[0])
  })

  test('a line that breaks does not end it', async () => {
    const broken: Io['lines'] = async function* () {
      yield JSON.stringify(['check', lab])
    }
    const out: string[] = []
    await run(['batch'], { out: (t) => out.push(t), err: () => undefined, stdin: () => new Uint8Array(), lines: broken, debug: false })
    expect(out).toHaveLength(1)
  })
})

describe('a bug of ours', () => {
  const broken = {
    documents: new Proxy(
      {},
      {
        get: () => {
          throw new Error('boom\nat line 7')
        },
      },
    ),
  } as never

  test('is one line and status 70; where it happened only when asked for', () => {
    const { code, stdout, stderr } = answer(['check', lab], broken)
    expect({ code, stdout }).toEqual({ code: 70, stdout: '' })
    expect(stderr).toMatch(/^packetwalk .*a bug of ours: boom\. .*\n$/)
    expect(answer(['check', lab], broken, true).stderr).toContain('at ')
  })
})

describe('help and version', () => {
  test.each(commands.map((c) => c.name))('%s --help, in both languages', (name) => {
    for (const lang of ['en', 'zh-CN'] as const) {
      const { code, stdout, stderr } = cli(name, '--help', '--lang', lang)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toContain(`packetwalk ${name}`)
      expect(cli('help', name, '--lang', lang).stdout).toBe(stdout)
    }
  })

  test('the help names every command', () => {
    const { stdout } = cli('--help')
    for (const { name } of commands) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'))
  })

  test('the version is that of the package', () => {
    const { version: ours } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
    expect(version).toBe(ours)
    expect(cli('--version').stdout).toBe(`packetwalk ${ours} (rules as written by Kubernetes v1.30)\n`)
  })

  test('every sentence differs between the languages, unless a program reads it', () => {
    const holes = new Proxy({}, { get: (_, name) => (name === 'near' ? undefined : `<${String(name)}>`) })
    const same = Object.keys(en).filter((k) => en[k as keyof typeof en](holes as never) === zh[k as keyof typeof zh](holes as never))
    expect(same).toEqual(['check-ok', 'replay-same'])
  })
})
