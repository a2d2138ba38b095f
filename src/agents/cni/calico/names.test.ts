import { describe, expect, test } from 'vitest'
import type { Part } from '../../../kernel/iptables/ast.ts'
import { printWritten } from '../../../kernel/iptables/print.ts'
import { jump } from '../../write.ts'
import type { FelixRule } from './long-form.ts'
import { chainName, ruleIds, selectorId, setName, vxlanMac, workloadInterface, written } from './names.ts'

const mark = (value: number, mask: number): Part => ({ part: 'match', match: { kind: 'mark', value, mask } })
const set = (value: number, mask: number): NonNullable<FelixRule['action']> => ({ kind: 'mark', value, mask })

describe('names of Calico', () => {
  test('interfaces, MACs, chains, sets', () => {
    expect(['web-0', 'web-1', 'web-2'].map((name) => workloadInterface('default', name))).toEqual([
      'cali0d7763386da',
      'cali0761ccbeace',
      'cali9fb0db7f13e',
    ])
    expect([vxlanMac('node-a'), vxlanMac('node-b')]).toEqual(['66:07:02:c1:cc:60', '66:89:3a:22:7a:ac'])
    expect(chainName('cali-tw-', 'cali0d7763386da')).toBe('cali-tw-cali0d7763386da')
    expect(chainName('cali-pi-', 'knp/default/allow-frontend')).toBe('cali-pi-_FJ7pway3mX3ogPCfFDC')
    expect(chainName('cali-pri-', 'ksa.kube-system.coredns')).toBe('cali-pri-_u2Tn2rSoAPffvE7JO6')
    expect(selectorId('all()')).toBe('s:5y5I3VdRZfDU01O--xXAPx2yxCQQqMf0M6IWug')
    expect(setName('all-ipam-pools')).toBe('cali40all-ipam-pools')
    expect(setName('s:1UBiHC8Xzjs6W4OA7XHSnfzejnGKBw8-nFZeuA')).toBe('cali40s:1UBiHC8Xzjs6W4OA7XHSnfz')
  })

  // Ids on real nodes: felix/fv/cali-iptables-dump.txt (captured/dumps/calico-iptables-host-2025) and public listings
  test('ids of rules', () => {
    expect(ruleIds('FORWARD', [{ action: { kind: 'jump', chain: 'cali-FORWARD' } }])).toEqual(['cali:wUHhoiAYhphO9Mso'])
    expect(
      ruleIds('FORWARD*appends*', [
        { comments: ['Policy explicitly accepted packet.'], match: [mark(0x10000, 0x10000)], action: { kind: 'accept' } },
        { action: set(0x10000, 0x10000) },
      ]),
    ).toEqual(['cali:S93hcgKJrXEqnTfs', 'cali:mp77cMpurHhyjLrM'])
    expect(
      ruleIds('cali-nat-outgoing', [
        {
          match: [
            { part: 'match', match: { kind: 'set', name: 'cali40masq-ipam-pools', dirs: ['src'] } },
            { part: 'match', match: { kind: 'set', name: 'cali40all-ipam-pools', dirs: ['dst'], not: true } },
          ],
          action: { kind: 'masquerade', randomFully: true },
        },
      ]),
    ).toEqual(['cali:flqWnvo8yq4ULQLa'])
    const cali: Part = { part: 'out', dev: 'cali+' }
    const forward = written(
      'cali-FORWARD',
      [
        { action: set(0, 0x1a0000) },
        { match: [mark(0, 0x10000)], action: { kind: 'jump', chain: 'cali-from-hep-forward' } },
        { match: [{ part: 'in', dev: 'cali+' }], action: { kind: 'jump', chain: 'cali-from-wl-dispatch' } },
        { match: [cali], action: { kind: 'jump', chain: 'cali-to-wl-dispatch' } },
      ],
      0,
    )
    expect(forward.map((rule) => printWritten('cali-FORWARD', rule))).toEqual([
      '-A cali-FORWARD -m comment --comment "cali:W_vvds1Nw3n9QE2f" -j MARK --set-xmark 0x0/0x1a0000',
      '-A cali-FORWARD -m comment --comment "cali:ZfgmjuiLaA8Pg0kp" -m mark --mark 0x0/0x10000 -j cali-from-hep-forward',
      '-A cali-FORWARD -m comment --comment "cali:tAzwBLPaV-j53OOZ" -i cali+ -j cali-from-wl-dispatch',
      '-A cali-FORWARD -m comment --comment "cali:4Z0Pf0byo05NFe-P" -o cali+ -j cali-to-wl-dispatch',
    ])
    expect(forward[3]?.parts.slice(1)).toEqual([cali, jump('cali-to-wl-dispatch')])
  })

  test('ids of a pod and its policy, from a node of two pods', () => {
    const ct = (...states: readonly ('RELATED' | 'ESTABLISHED' | 'INVALID')[]): Part => ({
      part: 'match',
      match: { kind: 'conntrack', states },
    })
    const vxlan: Part = { part: 'match', match: { kind: 'multiport', which: 'dports', ports: [{ from: 4789, to: 4789 }] } }
    expect(
      ruleIds('cali-fw-cali0d7763386da', [
        { match: [ct('RELATED', 'ESTABLISHED')], action: { kind: 'accept' } },
        { match: [ct('INVALID')], action: { kind: 'drop' } },
        { action: set(0, 0x30000) },
        {
          comments: ['Drop VXLAN encapped packets originating in workloads'],
          match: [{ part: 'proto', proto: '17' }, vxlan],
          action: { kind: 'drop' },
        },
        {
          comments: ['Drop IPinIP encapped packets originating in workloads'],
          match: [{ part: 'proto', proto: '4' }],
          action: { kind: 'drop' },
        },
        { action: { kind: 'jump', chain: 'cali-pro-kns.default' } },
        { comments: ['Return if profile accepted'], match: [mark(0x10000, 0x10000)], action: { kind: 'return' } },
      ]),
    ).toEqual(
      [
        'jmN6LhWi_ZQe6T_y',
        'xMle_RuDLF0m3A_3',
        '9P_myjrpwVb4crJG',
        'MqRFCH_Q6vu0cL2h',
        'W71josaEkYA4Ev77',
        'n5BFnic7LTonqsOb',
        'D_fEYfe1FRPCnGmW',
      ].map((id) => `cali:${id}`),
    )
    const dispatch = ['cali0761ccbeace', 'cali0d7763386da'].map(
      (dev): FelixRule => ({
        match: [{ part: 'in', dev }],
        action: { kind: 'goto', chain: `cali-fw-${dev}` },
      }),
    )
    expect(ruleIds('cali-from-wl-dispatch', [...dispatch, { comments: ['Unknown interface'], action: { kind: 'drop' } }])).toEqual(
      ['dTrlZZiLiD2aM9s3', 't8bB22nas7BqBSpK', 'hWHdJOh0MstVjuam'].map((id) => `cali:${id}`),
    )
  })
})
