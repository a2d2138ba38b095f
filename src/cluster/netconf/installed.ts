import type { Conf } from './read.ts'

/** What the manifest of a CNI puts on a node when nobody says otherwise. */
export interface Installed {
  /** Name under /etc/cni/net.d. */
  readonly file: string
  readonly list: { readonly name: string; readonly cniVersion: string; readonly plugins: readonly Conf[] }
  /** Programs that it copies to /opt/cni/bin beside those of the plugins' own release. */
  readonly bin: readonly string[]
}

const portmap: Conf = { type: 'portmap', capabilities: { portMappings: true } }
const calicoWith = (ipam: Conf): readonly Conf[] => [
  { type: 'calico', datastore_type: 'kubernetes', nodename: '__KUBERNETES_NODE_NAME__', mtu: 0, ipam, policy: { type: 'k8s' } },
  { ...portmap, snat: true },
]

/** By the family of the CNI's name: one line a CNI. */
export const INSTALLED: Readonly<Record<string, Installed>> = {
  bridge: {
    file: '10-bridge.conflist',
    list: {
      name: 'cbr0',
      cniVersion: '1.0.0',
      plugins: [{ type: 'bridge', isDefaultGateway: true, ipam: { type: 'host-local' } }, portmap],
    },
    bin: [],
  },
  flannel: {
    file: '10-flannel.conflist',
    list: {
      name: 'cbr0',
      cniVersion: '0.3.1',
      plugins: [{ type: 'flannel', delegate: { hairpinMode: true, isDefaultGateway: true } }, portmap],
    },
    bin: ['flannel'],
  },
  calico: {
    file: '10-calico.conflist',
    list: { name: 'k8s-pod-network', cniVersion: '0.3.1', plugins: calicoWith({ type: 'calico-ipam' }) },
    bin: ['calico', 'calico-ipam'],
  },
  canal: {
    file: '10-canal.conflist',
    list: { name: 'k8s-pod-network', cniVersion: '0.3.1', plugins: calicoWith({ type: 'host-local', subnet: 'usePodCidr' }) },
    bin: ['calico', 'calico-ipam', 'flannel'],
  },
  cilium: {
    file: '05-cilium.conflist',
    list: { name: 'cilium', cniVersion: '0.3.1', plugins: [{ type: 'cilium-cni', 'enable-debug': false }] },
    bin: ['cilium-cni'],
  },
  weave: {
    file: '10-weave.conflist',
    list: {
      name: 'weave',
      cniVersion: '0.3.0',
      plugins: [
        { name: 'weave', type: 'weave-net', hairpinMode: true },
        { ...portmap, snat: true },
      ],
    },
    bin: ['weave-net', 'weave-ipam'],
  },
}

/** The release of containernetworking/plugins, as the package kubernetes-cni has it. */
export const RELEASE: readonly string[] =
  'bandwidth bridge dhcp dummy firewall host-device host-local ipvlan loopback macvlan portmap ptp sbr static tap tuning vlan vrf'.split(
    ' ',
  )

/** `flannel` of `flannel-host-gw`. */
export const familyOfCni = (name: string): string => name.split('-')[0] ?? name
