import type { Hook } from '../../trace/event.ts'
import type { Entry } from '../hooks.ts'
import type { Virtuals } from './ast.ts'
import { ipvsIn, ipvsOut } from './run.ts'

/** Answers come before requests at the same hook (ip_vs_ops4 and ip_vs_ops6 in ip_vs_core.c). */
const PRIORITIES: Readonly<Partial<Record<Hook, { readonly answers: number; readonly requests?: number }>>> = {
  input: { answers: 98, requests: 99 },
  output: { answers: -99, requests: -98 },
  forward: { answers: 100 },
}

/** What IPVS has registered at a hook. */
export function ipvsEntries(virtuals: Virtuals, hook: Hook): readonly Entry[] {
  const at = PRIORITIES[hook]
  if (!at) return []
  const answers: Entry = { priority: at.answers, run: (r, p, n) => ipvsOut(r, p, n, virtuals) }
  if (at.requests === undefined) return [answers]
  return [answers, { priority: at.requests, run: (r, p, n) => ipvsIn(r, p, n, virtuals) }]
}
