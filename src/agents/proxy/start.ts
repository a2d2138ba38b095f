import type { Op } from '../../kernel/op.ts'
import type { ProxyView } from './view.ts'

/** What the kube-proxy process sets at its start in every mode (conntrack.tcpEstablishedTimeout 24h, tcpCloseWaitTimeout 1h). */
const TIMEOUTS: readonly (readonly [name: string, value: number])[] = [
  ['net/netfilter/nf_conntrack_tcp_timeout_established', 86_400],
  ['net/netfilter/nf_conntrack_tcp_timeout_close_wait', 3_600],
]

export const startSysctls = (view: ProxyView): readonly Op[] =>
  TIMEOUTS.map(
    ([name, value]): Op => ({
      do: 'sysctl',
      name,
      value,
      because: view.because('fixed-rule', [view.cluster.proxy.because]),
    }),
  )
