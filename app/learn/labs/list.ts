import type { SourceFile } from '../../../src/manifest/object.ts'
import { filesIn, firstLab, type GalleryLab } from './first.ts'

// All of the gallery: the page fetches this list when its first answer is there, or when a link asks for another lab than the first.

export const labs: readonly GalleryLab[] = [
  firstLab,
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

const texts = import.meta.glob<string>('./*/*.yaml', { query: '?raw', import: 'default', eager: true })

/** The files of a gallery lab as they were written; undefined when no lab has this slug. */
export const labFiles = (slug: string): readonly SourceFile[] | undefined => filesIn(texts, slug)
