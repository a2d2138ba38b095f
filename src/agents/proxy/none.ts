import type { ProxyMode } from './proxy.ts'

/** No kube-proxy: Services have no rules at all. */
export const noProxy: ProxyMode = { mode: 'none', ops: () => [], sections: () => [] }
