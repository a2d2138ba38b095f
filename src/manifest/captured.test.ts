import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readManifests } from './read.ts'

const CAPTURED = join(import.meta.dirname, '../testing/captured')
const text = (path: string): string => readFileSync(join(CAPTURED, path), 'utf8')
const names = (folder: string): readonly string[] => readdirSync(join(CAPTURED, folder))
const loud = (...files: readonly [string, string][]) =>
  readManifests(files.map(([name, content]) => ({ name, text: content }))).problems.filter((p) => p.severity !== 'hint')

// What real programs accepted, ours must read without a word.
describe('manifests behind recorded outputs', () => {
  test.each(names('kube-proxy/').filter((name) => !name.includes('.')))('kube-proxy/%s', (name) => {
    const files = ['input.yaml', 'config.yaml'].map((file): [string, string] => [file, text(`kube-proxy/${name}/${file}`)])
    expect(loud(...files)).toEqual([])
    const { objects } = readManifests(files.map(([file, content]) => ({ name: file, text: content })))
    expect(objects.filter((o) => o.kind === 'Other')).toEqual([])
    expect(objects.map((o) => o.kind)).toEqual(expect.arrayContaining(['Node', 'KubeProxyConfiguration', 'Lab']))
  })

  test.each(names('dns/').filter((name) => name.endsWith('.yaml')))('dns/%s', (name) => {
    const { manifests } = parse(text(`dns/${name}`)) as { manifests?: string }
    if (manifests !== undefined) expect(loud([name, manifests])).toEqual([])
  })

  test.each(names('kernel/').filter((name) => name.endsWith('.json')))('kernel/%s', (name) => {
    const { cluster } = JSON.parse(text(`kernel/${name}`)) as { cluster?: readonly unknown[] }
    if (cluster) expect(loud([name, cluster.map((object) => JSON.stringify(object, null, 2)).join('\n---\n')])).toEqual([])
  })
})
