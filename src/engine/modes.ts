import { cniNames } from '../agents/cni/list.ts'
import { proxyNames } from '../agents/proxy/list.ts'
import { textEdits } from '../manifest/late.ts'
import { refOf, type SourceFile } from '../manifest/object.ts'
import { readManifests } from '../manifest/read.ts'
import type { Problem } from '../trace/problem.ts'

/** What the page's switches show: how the lab runs, and the names that are modelled. */
export interface Modes {
  readonly proxy: { readonly now: string; readonly modelled: readonly string[] }
  readonly cni: { readonly now: string; readonly modelled: readonly string[] }
}

export const modesOf = (cluster: { readonly proxy: { readonly mode: string }; readonly cni: { readonly name: string } }): Modes => ({
  proxy: { now: cluster.proxy.mode, modelled: proxyNames },
  cni: { now: cluster.cni.name, modelled: cniNames },
})

export type Switch = keyof Modes

/** Where a switch writes, and the document that it adds when no file has a place for it. */
const places = {
  proxy: {
    kind: 'KubeProxyConfiguration',
    path: 'mode',
    // With a document of one's own nothing else of the made-up one may get lost: kubeadm writes clusterCIDR.
    fresh: (mode: string, podSubnet: string) =>
      `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: ${mode}\nclusterCIDR: ${podSubnet}\n`,
  },
  cni: {
    kind: 'Lab',
    path: 'spec.cni',
    fresh: (name: string) => `apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nmetadata:\n  name: lab\nspec:\n  cni: ${name}\n`,
  },
} as const

/**
 * Writes the mode into the text: into the object that says it, else as a new document of cluster.yaml. `podSubnet` is the
 * cluster's now. Answers a Problem when the object stands where it cannot be edited safely.
 */
export function switchMode(files: readonly SourceFile[], what: Switch, value: string, podSubnet: string): readonly SourceFile[] | Problem {
  const { kind, path, fresh } = places[what]
  const object = readManifests(files).objects.find((o) => o.kind === kind && o.step === undefined)
  if (object) return textEdits.get().setField(files, refOf(object), path, value)
  return textEdits.get().addDocument(files, 'cluster.yaml', fresh(value, podSubnet))
}
