import type { ShownStep } from '../../../../src/engine/cniwalk/shape.ts'

export type Actor = ShownStep['from']

const ORDER: readonly Actor[] = ['api', 'kubelet', 'cri', 'libcni', 'plugin', 'ipam', 'agent', 'kernel']

/** Names that the field has for them, the same in every language. */
export const LANE: Readonly<Record<Actor, string>> = {
  api: 'API server',
  kubelet: 'kubelet',
  cri: 'containerd',
  libcni: 'libcni',
  plugin: 'plugin',
  ipam: 'IPAM',
  agent: 'agent',
  kernel: 'kernel',
}

/** Who takes part, from left to right: the caller stands left of whom it calls. */
export const lanesOf = (steps: readonly ShownStep[]): readonly Actor[] =>
  ORDER.filter((actor) => steps.some(({ from, to }) => from === actor || to === actor))

/** What an arrow is: a request goes right, an answer left; what the kernel does, and what fails, looks its own way. */
export function toneOf({ from, to, error }: ShownStep, lanes: readonly Actor[]): 'error' | 'kernel' | 'reply' | 'request' | 'own' {
  if (error !== undefined) return 'error'
  if (to === 'kernel') return 'kernel'
  if (from === to) return 'own'
  return lanes.indexOf(to) < lanes.indexOf(from) && to !== 'api' ? 'reply' : 'request'
}
