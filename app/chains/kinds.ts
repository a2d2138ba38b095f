import type { LookKind } from '../../src/engine/columns/shape-look.ts'
import { bpfWords } from './bpf/words.ts'

type Counted = readonly [one: string, many: string]
/** What is counted in a column that is no chain. */
export const nouns: Readonly<Record<LookKind, Counted>> = {
  set: ['element', 'elements'],
  map: ['element', 'elements'],
  ipset: ['member', 'members'],
  numgen: ['branch', 'branches'],
  connections: ['connection', 'connections'],
  virtuals: ['virtual server', 'virtual servers'],
  servers: ['real server', 'real servers'],
  listeners: ['listener', 'listeners'],
  endpoints: ['endpoint', 'endpoints'],
  program: ['map look-up', 'map look-ups'],
  'bpf-map': ['entry', 'entries'],
  wire: ['', ''],
}
export const counters: Readonly<Record<LookKind, string>> = {
  set: '个元素',
  map: '个元素',
  ipset: '个成员',
  numgen: '个分支',
  connections: '条连接',
  virtuals: '个虚拟服务器',
  servers: '台真实服务器',
  listeners: '个监听端口',
  endpoints: '个端点',
  program: '次查 map',
  'bpf-map': '条',
  wire: '',
}
type Kinds = Readonly<Record<LookKind, (type: string) => string>>
/** What stands under its name. */
export const kinds: { readonly en: Kinds; readonly zh: Kinds } = {
  en: {
    set: (type) => `set · ${type}`,
    map: (type) => `map · ${type}`,
    ipset: (type) => `ipset · ${type}`,
    numgen: (type) => type,
    connections: (type) => `as ${type} lists them`,
    virtuals: (type) => `as ${type} lists them`,
    servers: (type) => `virtual server · ${type}`,
    listeners: () => 'process · proxy mode userspace',
    endpoints: (type) => `service port · ${type}`,
    program: bpfWords('en').program,
    'bpf-map': bpfWords('en').map,
    wire: bpfWords('en').wire,
  },
  zh: {
    set: (type) => `set · ${type}`,
    map: (type) => `map · ${type}`,
    ipset: (type) => `ipset · ${type}`,
    numgen: (type) => type,
    connections: (type) => `${type} 所列`,
    virtuals: (type) => `${type} 所列`,
    servers: (type) => `虚拟服务器 · ${type}`,
    listeners: () => '进程 · 代理模式 userspace',
    endpoints: (type) => `Service 端口 · ${type}`,
    program: bpfWords('zh').program,
    'bpf-map': bpfWords('zh').map,
    wire: bpfWords('zh').wire,
  },
}
