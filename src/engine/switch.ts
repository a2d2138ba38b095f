import { addDocument, removeDocument, setField } from '../manifest/edit.ts'
import { refOf, type SourceFile } from '../manifest/object.ts'
import { readManifests } from '../manifest/read.ts'
import type { Problem } from '../trace/problem.ts'
import { EBPF, type Switch } from './modes.ts'

type Edited = readonly SourceFile[] | Problem

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

const isCilium = (name: unknown): boolean => typeof name === 'string' && name.startsWith('cilium')
const isOn = (value: string | undefined): boolean => value === 'true' || value === 'strict'
const REPLACES = 'kube-proxy-replacement'

const ciliumConfig = `apiVersion: v1
kind: ConfigMap
metadata:
  name: cilium-config
  namespace: kube-system
data:
  ${REPLACES}: "true"
`

const objectsOf = (files: readonly SourceFile[]) => readManifests(files).objects.filter((o) => o.step === undefined)
const configOf = (files: readonly SourceFile[]) =>
  objectsOf(files).find((o) => o.kind === 'ConfigMap' && o.metadata.name === 'cilium-config')

/** One edit after the other; the first that cannot be made is the answer. */
const inTurn = (files: readonly SourceFile[], ...edits: readonly ((files: readonly SourceFile[]) => Edited)[]): Edited =>
  edits.reduce((now: Edited, edit) => ('code' in now ? now : edit(now)), files)

/** Cilium instead of kube-proxy: its ConfigMap says so, the Lab no longer names another CNI, and no KubeProxyConfiguration is left. */
const toEbpf = (files: readonly SourceFile[]): Edited =>
  inTurn(
    files,
    (now) => {
      const config = configOf(now)
      return config ? setField(now, refOf(config), `data.${REPLACES}`, 'true') : addDocument(now, 'cluster.yaml', ciliumConfig)
    },
    (now) => {
      const labs = objectsOf(now).flatMap((o) => (o.kind === 'Lab' ? [o] : []))
      return labs.some((lab) => isCilium(lab.is.cni)) ? now : switchMode(now, 'cni', 'cilium', '')
    },
    (now) =>
      objectsOf(now)
        .filter((o) => o.kind === 'KubeProxyConfiguration')
        .reduce((left: readonly SourceFile[], o) => removeDocument(left, refOf(o)), now),
  )

/** kube-proxy does its own work again. */
function fromEbpf(files: readonly SourceFile[]): Edited {
  const config = configOf(files)
  const on = config?.kind === 'ConfigMap' && isOn(config.is.data[REPLACES])
  return on ? setField(files, refOf(config), `data.${REPLACES}`, 'false') : files
}

/**
 * Writes the mode into the text: into the object that says it, else as a new document of cluster.yaml. `podSubnet` is the
 * cluster's now. Answers a Problem when the object stands where it cannot be edited safely.
 */
export function switchMode(files: readonly SourceFile[], what: Switch, value: string, podSubnet: string): Edited {
  if (what === 'proxy' && value === EBPF) return toEbpf(files)
  const { kind, path, fresh } = places[what]
  return inTurn(
    files,
    (now) => (what === 'proxy' || !isCilium(value) ? fromEbpf(now) : now),
    (now) => {
      const object = objectsOf(now).find((o) => o.kind === kind)
      return object ? setField(now, refOf(object), path, value) : addDocument(now, 'cluster.yaml', fresh(value, podSubnet))
    },
  )
}
