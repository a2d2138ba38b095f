/** What a program of eBPF decided: `ok` and the like at a device, `allow` or `refuse` at a call, `unmodelled` where we do not know. */
export type BpfVerdict =
  | 'ok'
  | 'allow'
  | 'refuse'
  | 'unmodelled'
  | `drop: ${string}`
  | `redirect ${string}`
  | `redirect_peer ${string}`
  | `redirect_neigh ${string}`
