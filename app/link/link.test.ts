import { deflateSync } from 'fflate'
import { expect, test } from 'vitest'
import { loadPacker } from './late.ts'
import { type Linked, readLink, writeLink } from './link.ts'

await loadPacker()

const known = (slug: string): boolean => slug === 'nodeport'

test.each<Linked>([
  { slug: 'nodeport' },
  { slug: 'nodeport', from: 'host/client', to: 'http://192.168.10.11:31080/?a=b&c=d#e', seed: 7, step: 14, lang: 'zh' },
  { slug: 'nodeport', files: [{ name: 'manifests.yaml', text: '# 中文 <img onerror=x> \u0000 \u202e' }] },
  { slug: 'nodeport', forced: { 'node-1 nat KUBE-SVC-A KUBE-SEP-B tcp 10.244.1.2 38014 10.97.244.198 80': 1 } },
  { slug: '', files: [{ name: 'a.yaml', text: '' }] },
  { slug: 'nodeport', from: 'default/client', to: 'tcp://web:80', open: true, step: 3 },
  { slug: 'nodeport', near: { level: 'node', netns: 'node-1' } },
  { slug: 'nodeport', near: { level: 'pair', netns: 'default/client' }, lang: 'zh' },
  { slug: 'nodeport', near: { level: 'bgp', netns: 'node-1 node-2' } },
])('a link comes back as it was written: %j', (linked) => {
  expect(readLink(`#${writeLink(linked)}`, known)).toEqual({ linked })
})

test('a gallery link is short', () => {
  expect(writeLink({ slug: 'nodeport', from: 'default/client', to: 'http://web/', step: 14 })).toBe(
    'v=1&lab=nodeport&from=default/client&to=http://web/&step=14',
  )
})

test('a nearness that nobody knows is left out', () => {
  expect(readLink('#v=1&lab=nodeport&near=moon:node-1', known)).toEqual({ linked: { slug: 'nodeport' } })
})

test('no hash is no link', () => {
  expect(readLink('', known)).toBeUndefined()
  expect(readLink('#/', known)).toBeUndefined()
})

const zeros = btoa(String.fromCharCode(...deflateSync(new Uint8Array(50_000_000), { level: 9 }).slice(0)))
test.each([
  ['#v=1&lab=nodeport&z=AAAA', 'damaged'],
  [`#${writeLink({ slug: 'nodeport', files: [{ name: 'a.yaml', text: 'kind: Service' }] }).slice(0, -9)}`, 'damaged'],
  ['#v=1&lab=nodeport&z=%%%', 'damaged'],
  ['#v=1&lab=nodeport&step=-3', 'damaged'],
  ['#v=1&lab=nodeport&force=[1]', 'damaged'],
  ['#v=1&lab=nodeport&force={"a":-1}', 'damaged'],
  ['#v=2&lab=nodeport', 'newer'],
  ['#v=1&lab=nowhere', 'unknown-lab'],
  ['#hello', 'damaged'],
  [`#v=1&lab=nodeport&z=${zeros.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`, 'too-big'],
])('%s is refused', (hash, trouble) => {
  expect(readLink(hash, known)).toEqual({ trouble })
})
