import type { Cluster, ClusterNode, ClusterPod } from '../../../cluster/cluster.ts'
import type { Conf } from '../../../cluster/netconf/read.ts'
import type { Ip } from '../../../net/ip.ts'
import type { NetnsOps } from '../../agent.ts'
import type { StepCode } from './codes.ts'
import type { CniResult } from './result.ts'

/** Who takes part when a Pod gets its network: a column each. `agent`: a CNI's own daemon on the node. */
export type Actor = 'kubelet' | 'cri' | 'libcni' | 'plugin' | 'ipam' | 'kernel' | 'agent' | 'api'

/** A file or an object of the API that a step writes, reads or removes. */
export interface Written {
  /** `/var/lib/cni/…`, or `WorkloadEndpoint NAME`. */
  readonly path: string
  readonly how: 'writes' | 'reads' | 'removes'
  readonly text: string
}

/** What a step takes away from a namespace. */
export interface Gone {
  readonly netns: string
  /** Devices, with all routes through them. */
  readonly links?: readonly string[]
  /** Lines of iptables-save, with `-t TABLE` in front. */
  readonly rules?: readonly string[]
  /** The whole namespace. */
  readonly all?: true
}

/** One step of ADD or DEL: who asks whom for what, and what changes by it. */
export interface Step {
  readonly from: Actor
  readonly to: Actor
  /** The program at work: `containerd`, `bridge`, `host-local`. */
  readonly program: string
  readonly code: StepCode
  readonly params?: Readonly<Record<string, string | number>>
  /** Changes to namespaces, as the engine makes them. */
  readonly ops?: readonly NetnsOps[]
  readonly gone?: readonly Gone[]
  /** How a plugin is called, and what it answers. */
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: Conf
  readonly stdout?: Conf
  readonly files?: readonly Written[]
  /** What stands in the kernel and is no op of one Pod: rules of a daemon, programs, entries of maps. */
  readonly lines?: readonly string[]
  /** The error that ends the walk here, in the program's own words. */
  readonly error?: string
}

/** A plugin as it is called: by libcni, or by another plugin. */
export interface Call {
  readonly cluster: Cluster
  readonly node: ClusterNode
  /** With the addresses that it has, or would have; none when there is none left. */
  readonly pod: ClusterPod
  /** Pods of the node that were there before. */
  readonly before: readonly ClusterPod[]
  readonly containerId: string
  /** `/var/run/netns/cni-…` */
  readonly netns: string
  /** Name and version of the list, which stand in the plugin's configuration too. */
  readonly network: string
  readonly version: string
  /** The configuration on its standard input. */
  readonly stdin: Conf
  readonly prev?: CniResult
  readonly env: Readonly<Record<string, string>>
  /** The plugin, or its IPAM plugin, refuses in these words. */
  readonly refused?: { readonly by: 'plugin' | 'ipam'; readonly text: string }
  /** The node has this program in /opt/cni/bin. */
  has(binary: string): boolean
  /** What IPAM gives when `pod` has no address of its own yet. */
  readonly addresses: readonly Ip[]
}

/** What came of a call: an error is the plugin's, without libcni's words in front. */
export interface Ran {
  readonly steps: readonly Step[]
  readonly result?: CniResult
  readonly error?: string
}

/** One plugin: what it does for ADD, and for DEL. */
export interface Plugin {
  add(call: Call): Ran
  del(call: Call): readonly Step[]
}

/** What a CNI brings to the walk, by the `type` of its plugins. */
export interface CniAdd {
  readonly plugins: Readonly<Record<string, Plugin>>
  /** What its daemon does once the runtime has its answer. */
  after?(call: Call): readonly Step[]
  /** What its daemon does when the Pod is gone. */
  afterDel?(call: Call): readonly Step[]
}
