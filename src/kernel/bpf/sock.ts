import { familyOf } from '../../net/ip.ts'
import { endpointText } from '../../net/message.ts'
import type { Subject } from '../../trace/event.ts'
import type { Luck } from '../../trace/luck.ts'
import type { Netns } from '../machine.ts'
import type { Moment } from '../moment.ts'
import type { Body } from '../run.ts'
import type { Endpoint, SockHook } from './ast.ts'
import { helpersFor } from './maps.ts'

/** One call of a process on a socket. */
export interface Call {
  readonly hook: SockHook
  readonly proto: 'tcp' | 'udp' | 'sctp'
  readonly peer: Endpoint
  readonly cookie: string
  /** What the steps are about. */
  readonly after: Subject
}

/** What comes of it: the address that the kernel goes on with, or the error that the call returns. */
export type Answered = { readonly to: Endpoint } | { readonly errno: string }

export interface SocketRun {
  readonly netns: Netns
  readonly moment: Moment
  readonly luck: Luck
  emit(body: Body): void
}

/** Runs the cgroup program that stands in the way of a call, if there is one (BPF_CGROUP_RUN_SA_PROG). */
export function atSocket({ netns, moment, luck, emit }: SocketRun, call: Call): Answered {
  const { bpf } = netns
  const program = bpf?.sock.find((p) => p.hook === call.hook && p.family === familyOf(call.peer.address))
  if (!bpf || !program) return { to: call.peer }
  const attach = `${call.hook}${program.family}` as const
  const base = { at: { netns: netns.name }, after: call.after, program: program.name }
  const because = program.because === undefined ? {} : { because: program.because }
  emit({ kind: 'bpf', ...base, attach, ...because })
  const helpers = helpersFor(netns, bpf, moment, luck, (step) => emit({ kind: 'bpf-map', ...base, ...step }))
  const verdict = program.run({ ...helpers, proto: call.proto, peer: call.peer, cookie: call.cookie })
  if (verdict.do === 'refuse') {
    emit({ kind: 'bpf-end', ...base, verdict: 'refuse', errno: verdict.errno })
    return { errno: verdict.errno }
  }
  const { to } = verdict
  const [old, now] = [endpointText(call.peer.address, call.peer.port), to && endpointText(to.address, to.port)]
  emit({
    kind: 'bpf-end',
    ...base,
    verdict: 'allow',
    ...(now === undefined || now === old ? {} : { address: { from: old, to: now, hook: call.hook } }),
    ...(verdict.because === undefined ? {} : { because: verdict.because }),
  })
  return { to: to ?? call.peer }
}

/** Whether a call of this kind meets a program here at all. */
export const socketRun = (netns: Netns, hook: SockHook): boolean => netns.bpf?.sock.some((p) => p.hook === hook) === true
