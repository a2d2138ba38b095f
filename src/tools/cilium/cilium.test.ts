import { expect, test } from 'vitest'
import { runTool } from '../../engine/tool.ts'
import { probe } from '../../explain.ts'
import { BPF, routerOf, worldOf } from '../../testing/stories/cilium-lab.ts'

const shown = (world: ReturnType<typeof worldOf>, words: string, node = 'node-a'): readonly string[] => {
  const ran = runTool(world, node, words.split(' '))
  return 'problem' in ran ? [ran.problem.code] : [...ran.stdout, ...ran.stderr]
}

test('cilium bpf lists the maps of a node as public listings of 1.17 have them, to the trailing blanks', () => {
  const world = worldOf()
  const [head, front, slot] = shown(world, 'cilium bpf lb list')
  expect(head).toBe('SERVICE ADDRESS               BACKEND ADDRESS (REVNAT_ID) (SLOT)')
  const row = (key: string, value: string): string => `${key.padEnd(30)}${value.padEnd(46)}`
  const [, address = ''] = /^(\S+)/.exec(front ?? '') ?? []
  const [, number = ''] = /\((\d+)\) \(0\)/.exec(front ?? '') ?? []
  expect(front).toBe(row(`${address} (0)`, `0.0.0.0:0 (${number}) (0) [ClusterIP, non-routable]`))
  expect(slot).toMatch(new RegExp(`^${address.replace(/[./]/g, '\\$&')} \\(1\\) +10\\.0\\.[12]\\.\\d+:8080/TCP \\(${number}\\) \\(1\\) +$`))
  expect(shown(world, 'cilium-dbg bpf ipcache list')).toContainEqual(
    expect.stringMatching(/^10\.0\.2\.30\/32 {8}identity=\d+ encryptkey=0 tunnelendpoint=192\.168\.10\.12 flags=hastunnel {3}$/),
  )
  expect(shown(world, 'cilium bpf policy get --all')).toContain(
    'POLICY   DIRECTION   LABELS (source:key[=value])   PORT/PROTO   PROXY PORT   AUTH TYPE   BYTES   PACKETS   PREFIX   ',
  )
  expect(shown(world, 'cilium bpf endpoint list')[1]).toMatch(
    new RegExp(`^${routerOf(world, 'node-a').replace(/\./g, '\\.')}:0 +\\(localhost\\) +$`),
  )
})

test('what programs wrote is listed after a walk, and what is not modelled says so in our own name', () => {
  const world = worldOf({ config: BPF })
  expect(shown(world, 'cilium bpf nat list')).toEqual([])
  probe(world, { from: 'default/a1', to: 'http://203.0.113.10/', sport: 40001 }, { seed: 1, commit: true })
  expect(shown(world, 'cilium bpf nat list')).toEqual([
    'TCP OUT 10.0.1.20:40001 -> 203.0.113.10:80 XLATE_SRC 192.168.10.11:40001 ',
    'TCP IN 203.0.113.10:80 -> 192.168.10.11:40001 XLATE_DST 10.0.1.20:40001 ',
  ])
  expect(shown(world, 'cilium bpf ct list global')).toContain('TCP OUT 10.0.1.20:40001 -> 203.0.113.10:80 Flags=[ ] RevNAT=0 BackendID=0 ')
  expect(shown(world, 'cilium status')).toEqual(['packetwalk: cilium: status: not modelled'])
  expect(shown(worldOf({ cni: 'flannel' }), 'cilium bpf lb list')).toEqual(['packetwalk: cilium: no cilium-agent runs here'])
})
