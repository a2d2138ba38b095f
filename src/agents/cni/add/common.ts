import type { Plugin } from './types.ts'

const BANDWIDTH = ['kubernetes.io/ingress-bandwidth', 'kubernetes.io/egress-bandwidth']

/** Plugins that no CNI brings itself. What one does that is not modelled is said, and what it heard is handed on. */
export function common(type: string): Plugin {
  return {
    add({ pod, prev }) {
      const idle = type === 'bandwidth' && !BANDWIDTH.some((name) => pod.meta.annotations[name] !== undefined)
      const step = {
        from: 'plugin',
        to: 'plugin',
        program: type,
        code: idle ? 'bandwidth-none' : 'plugin-unmodelled',
        params: { type },
      } as const
      return { steps: [step], ...(prev && { result: prev }) }
    },
    del: () => [],
  }
}
