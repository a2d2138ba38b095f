import type { FactCode } from '../engine/facts.ts'
import type { Lang } from './lang.ts'
import { type Sentence, say } from './sentence.ts'

/** What the engine made of a field. */
const facts: Readonly<Record<FactCode, Sentence>> = {
  'cluster-ip': { en: 'ClusterIP {addresses}', zh: 'ClusterIP {addresses}' },
  headless: { en: 'headless: no virtual address, no rules', zh: 'headless：没有虚拟地址，也没有规则' },
  endpoints: { en: '{ready} ready endpoints, {other} others', zh: '{ready} 个就绪端点，{other} 个其他' },
  'one-pod': {
    en: 'one Pod changes: {slices} of {of} EndpointSlices written, {bytes} bytes; Endpoints: {endpoints} bytes to each watcher',
    zh: '一个 Pod 变化：{of} 个 EndpointSlice 中重写 {slices} 个，{bytes} 字节；Endpoints：向每个 watcher 发送 {endpoints} 字节',
  },
  pods: { en: '{n} Pods: {names}', zh: '{n} 个 Pod：{names}' },
  'node-port': { en: 'node port {ports}', zh: '节点端口 {ports}' },
  'pod-at': { en: '{pod}: {address} on {node}', zh: '{pod}：{address}，位于 {node}' },
  'pod-pending': { en: '{pod} has no node and no address', zh: '{pod} 没有节点，也没有地址' },
  'pod-not-ready': { en: '{pod} is not ready', zh: '{pod} 未就绪' },
  listens: { en: '{pod} listens on {ports}', zh: '{pod} 监听 {ports}' },
  'node-at': { en: 'addresses {addresses}, Pod net {nets}', zh: '地址 {addresses}，Pod 网段 {nets}' },
  rules: { en: 'wrote {n} rules on {netns}', zh: '在 {netns} 上写了 {n} 条规则' },
  chains: { en: 'chains {names}', zh: '链 {names}' },
  'rules-uncounted': {
    en: 'rules are not counted for {services} Services on {n} nodes',
    zh: '{services} 个 Service、{n} 个节点，规则不在此计数',
  },
}

export const sayFact = (code: FactCode, params: Readonly<Record<string, string | number>>, lang: Lang): string =>
  say(facts[code], params, lang)
