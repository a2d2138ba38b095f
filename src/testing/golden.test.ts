import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { newDesk } from '../cli/desk.ts'
import { answer } from '../cli/main.ts'

const captured = (path: string): string => join(import.meta.dirname, 'captured', path)
const folders = (path: string): readonly string[] =>
  readdirSync(captured(path), { withFileTypes: true })
    .filter((e) => e.isDirectory())
    .map((e) => e.name)

/** The node whose point of view a case has. */
const nodeOf = (config: string): string => /hostnameOverride: (\S+)/.exec(config)?.[1] ?? ''

/** The text without the lines that open a section of a recorded file. */
const bare = (text: string): string => text.replace(/^### .*\n/gm, '')

/** The modes that were recorded. */
const MODES = ['iptables', 'ipvs', 'nftables']

const cases = folders('kube-proxy')
const desk = newDesk()

/** nft refuses what kube-proxy writes when pods are told by the beginning of an interface's name: there is no list, and no table. */
const unloadable = ['detect-local-interface-prefix']

test('all 57 cases are there', () => {
  expect(cases).toHaveLength(57)
})

describe.each(cases)('kube-proxy: %s', (name) => {
  const folder = captured(`kube-proxy/${name}`)
  const node = nodeOf(readFileSync(`${folder}/config.yaml`, 'utf8'))

  test.each(MODES)('rules, mode %s', (mode) => {
    const { code, stdout, stderr } = answer(['rules', folder, '--node', node, '--proxy', mode], desk)
    expect({ code, errors: stderr.match(/error:.*/g) }).toEqual({ code: 0, errors: null })
    expect(stdout).toBe(readFileSync(`${folder}/${mode}.txt`, 'utf8'))
  })

  test('iptables-save, ip6tables-save', () => {
    const shown = readFileSync(`${folder}/iptables-save.txt`, 'utf8')
    for (const [i, tool] of ['iptables-save', 'ip6tables-save'].entries()) {
      const [, mine] = shown.split(/^### family IPv[46]\n/m).slice(i)
      if (mine === undefined) continue
      const { code, stdout } = answer(['show', folder, '--proxy', 'iptables', '--node', node, tool], desk)
      expect(code).toBe(0)
      expect(stdout).toBe(bare(mine))
    }
  })

  test('nft list ruleset', () => {
    const { code, stdout } = answer(['show', folder, '--proxy', 'nftables', '--node', node, 'nft', 'list', 'ruleset'], desk)
    expect(code).toBe(0)
    expect(stdout).toBe(unloadable.includes(name) ? '' : bare(readFileSync(`${folder}/nft-list.txt`, 'utf8')))
  })
})

describe('a lab of the gallery is the recorded minikube', () => {
  const lab = join(import.meta.dirname, '../../app/learn/labs/minikube-three-nginx')

  test('its node is called minikube, and its chains have the names that many know by heart', () => {
    const { code, stdout } = answer(['rules', lab, '--node', 'minikube'], desk)
    expect(code).toBe(0)
    const [service] = /KUBE-SVC-V2OKYYMBY3REGZOG/.exec(stdout) ?? []
    expect(service).toBe('KUBE-SVC-V2OKYYMBY3REGZOG')
    expect(new Set(stdout.match(/-A KUBE-SVC-V2OKYYMBY3REGZOG .* -j KUBE-SEP-\w+/g)).size).toBe(3)
  })
})

/** Through the command; replay.test.ts compares the other recorded walks without it. */
const walks = readdirSync(captured('kernel')).filter((f) => /^(flannel|nodefault)-.*\.json$/.test(f))

test('all fourteen walks are there, and some more', () => {
  expect(walks.length).toBeGreaterThanOrEqual(14)
})

test.each(walks)('kernel: %s', (name) => {
  const { code, stdout, stderr } = answer(['replay', captured(`kernel/${name}`)], desk)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^identical: \d+ steps\n$/)
})

test('a walk in which one recorded step is changed differs, with both sides', () => {
  const text = readFileSync(captured('kernel/flannel-clusterip-same-node.json'), 'utf8').replace(
    '"out": "tcp 10.244.1.2:40001 > 10.244.1.3:8080',
    '"out": "tcp 10.244.1.2:40001 > 10.244.1.3:8081',
  )
  const { code, stdout } = answer(['replay', '-'], { ...newDesk(() => new TextEncoder().encode(text)) })
  expect(code).toBe(1)
  expect(stdout).toMatch(/^differs: /)
})
