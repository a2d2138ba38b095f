import type { SourceFile } from '../../../src/manifest/object.ts'
import type { Lang } from '../../ui/lang.ts'

/** A lab of the gallery: a folder of YAML files and what to call it. */
export interface GalleryLab {
  readonly slug: string
  readonly title: Readonly<Record<Lang, string>>
  readonly about: Readonly<Record<Lang, string>>
}

export const labs: readonly GalleryLab[] = [
  {
    slug: 'clusterip-cross-node',
    title: { en: 'Cross-node ClusterIP', zh: '跨节点的 ClusterIP' },
    about: {
      en: 'The client runs on node-1, the Pods behind the Service on node-2: DNAT, then VXLAN.',
      zh: 'client 在 node-1，Service 背后的 Pod 在 node-2：先 DNAT，再走 VXLAN。',
    },
  },
  {
    slug: 'clusterip-same-node',
    title: { en: 'Same-node ClusterIP', zh: '同节点的 ClusterIP' },
    about: {
      en: 'Client and Pods share one bridge, and still the packet climbs up to the IP layer and back.',
      zh: 'client 与 Pod 接在同一个网桥上，数据包仍要上到 IP 层再回来。',
    },
  },
  {
    slug: 'nodeport',
    title: { en: 'NodePort from outside', zh: '从集群外访问 NodePort' },
    about: {
      en: 'A machine outside asks node-1 for port 31080, but the Pods run on node-2.',
      zh: '集群外的机器访问 node-1 的 31080 端口，而 Pod 在 node-2 上。',
    },
  },
  {
    slug: 'no-endpoints',
    title: { en: 'A Service without endpoints', zh: '没有 endpoint 的 Service' },
    about: {
      en: 'One letter is wrong in the selector. Who says no, and where?',
      zh: 'selector 写错了一个字母。是谁、在哪里拒绝了请求？',
    },
  },
  {
    slug: 'dns-failure',
    title: { en: 'A name that does not resolve', zh: '解析不了的名字' },
    about: {
      en: 'The Service is in another namespace: follow every query that the resolver sends.',
      zh: 'Service 在另一个 namespace：看解析器发出的每一个查询。',
    },
  },
  {
    slug: 'minikube-three-nginx',
    title: { en: 'Three nginx on minikube', zh: 'minikube 上的三个 nginx' },
    about: {
      en: 'One node, one Service, three Pods: the chains KUBE-SVC-V2OKYYMBY3REGZOG and its three KUBE-SEP.',
      zh: '一个节点、一个 Service、三个 Pod：KUBE-SVC-V2OKYYMBY3REGZOG 和它的三条 KUBE-SEP 链。',
    },
  },
]

export const defaultSlug = 'clusterip-cross-node'

const texts = import.meta.glob<string>('./*/*.yaml', { query: '?raw', import: 'default', eager: true })

/** What a reader wants to see first comes first; the lab's own settings come last. */
const order = ['manifests.yaml', 'cluster.yaml', 'lab.yaml']

/** The files of a gallery lab as they were written; undefined when no lab has this slug. */
export function labFiles(slug: string): readonly SourceFile[] | undefined {
  const found = Object.entries(texts)
    .filter(([path]) => path.startsWith(`./${slug}/`))
    .map(([path, text]) => ({ name: path.slice(slug.length + 3), text }))
  if (found.length === 0) return undefined
  return found.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
}
