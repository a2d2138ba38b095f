import type { Cluster } from '../cluster/cluster.ts'
import { server } from '../userspace/http/server.ts'
import type { Process } from '../userspace/process.ts'

/** Temporary: servers only. */
export function processFor(_cluster: Cluster, _netns: string, name: string): Process | undefined {
  return server({ process: name, who: name.split('/').slice(0, 2).join('/') })
}
