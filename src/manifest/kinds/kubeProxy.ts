import { parseCidr } from '../../net/cidr.ts'
import type { ClusterConfigurationObject, KubeProxyObject } from '../kinds.ts'
import { between, choice, cidr, cidrFault, cidrList } from '../schema/own.ts'
import { any, bool, fields, listOf, text, unused } from '../schema/shape.ts'
import { boolIn, intIn, mapIn, textIn, textsIn, type View } from '../schema/view.ts'
import type { KindReader } from './reader.ts'

const MODES = ['iptables', 'ipvs', 'nftables', 'userspace'] as const
const LOCAL_MODES = ['ClusterCIDR', 'NodeCIDR', 'BridgeInterface', 'InterfaceNamePrefix'] as const
/** Bit 14 is mark 0x4000. */
const MASQUERADE_BIT = 14

/** kubeproxy.config.k8s.io/v1alpha1. Defaults: pkg/proxy/apis/config/v1alpha1/defaults.go. */
export const kubeProxy: KindReader<KubeProxyObject> = {
  kind: 'KubeProxyConfiguration',
  apiVersions: ['kubeproxy.config.k8s.io/v1alpha1'],
  scope: 'config',
  name: 'kube-proxy',
  nameForm: () => [],
  shape: fields({
    metadata: any,
    mode: choice(...MODES),
    hostnameOverride: text,
    clusterCIDR: cidrList,
    detectLocalMode: choice(...LOCAL_MODES),
    detectLocal: fields({ bridgeInterface: text, interfaceNamePrefix: text }),
    // `primary` is a word of its own: only the node's primary address of each family (v1.29).
    nodePortAddresses: listOf({ is: 'text', own: (value) => (value === 'primary' ? undefined : cidrFault(value)) }),
    iptables: fields({
      masqueradeBit: between(0, 31),
      masqueradeAll: bool,
      localhostNodePorts: bool,
      ...unused('syncPeriod minSyncPeriod'),
    }),
    ipvs: fields({
      scheduler: text,
      strictARP: bool,
      excludeCIDRs: listOf(cidr),
      ...unused('syncPeriod minSyncPeriod tcpTimeout tcpFinTimeout udpTimeout'),
    }),
    nftables: fields({ masqueradeBit: between(0, 31), masqueradeAll: bool, ...unused('syncPeriod minSyncPeriod') }),
    ...unused(
      'bindAddress bindAddressHardFail clientConnection configSyncPeriod conntrack enableProfiling featureGates healthzBindAddress logging metricsBindAddress oomScoreAdj portRange showHiddenMetricsForVersion udpIdleTimeout windowsRunAsService winkernel',
    ),
  }),
  decode: (object) => {
    const masquerade = (view: View) => ({
      masqueradeBit: intIn(view, 'masqueradeBit', MASQUERADE_BIT),
      masqueradeAll: boolIn(view, 'masqueradeAll'),
    })
    const local = mapIn(object, 'detectLocal')
    const iptables = mapIn(object, 'iptables')
    const ipvs = mapIn(object, 'ipvs')
    return {
      mode: MODES.find((m) => m === textIn(object, 'mode')) ?? 'iptables',
      hostnameOverride: textIn(object, 'hostnameOverride'),
      clusterCIDR: textIn(object, 'clusterCIDR'),
      detectLocalMode: LOCAL_MODES.find((m) => m === textIn(object, 'detectLocalMode')) ?? 'ClusterCIDR',
      detectLocal: { bridgeInterface: textIn(local, 'bridgeInterface'), interfaceNamePrefix: textIn(local, 'interfaceNamePrefix') },
      nodePortAddresses: textsIn(object, 'nodePortAddresses'),
      iptables: { ...masquerade(iptables), localhostNodePorts: boolIn(iptables, 'localhostNodePorts', true) },
      ipvs: {
        scheduler: textIn(ipvs, 'scheduler', 'rr'),
        strictARP: boolIn(ipvs, 'strictARP'),
        excludeCIDRs: textsIn(ipvs, 'excludeCIDRs'),
      },
      nftables: masquerade(mapIn(object, 'nftables')),
    }
  },
}

const cidrsOf = (view: View, key: string) =>
  textIn(view, key)
    .split(',')
    .flatMap((part) => parseCidr(part.trim()) ?? [])

/**
 * kubeadm's ClusterConfiguration, as far as networking goes. Subnets that are left out are [] (the cluster fills them in and
 * says so); dnsDomain has kubeadm's default (cmd/kubeadm/app/apis/kubeadm/v1beta3/defaults.go).
 */
export const clusterConfiguration: KindReader<ClusterConfigurationObject> = {
  kind: 'ClusterConfiguration',
  apiVersions: ['kubeadm.k8s.io/v1beta4', 'kubeadm.k8s.io/v1beta3', 'kubeadm.k8s.io/v1beta2'],
  scope: 'config',
  name: 'kubeadm-config',
  nameForm: () => [],
  shape: fields({
    metadata: any,
    networking: fields({ podSubnet: cidrList, serviceSubnet: cidrList, dnsDomain: text }),
    ...unused(
      'apiServer caCertificateValidityPeriod certificateValidityPeriod certificatesDir clusterName controlPlaneEndpoint controllerManager dns encryptionAlgorithm etcd featureGates imageRepository kubernetesVersion proxy scheduler useHyperKubeImage',
    ),
  }),
  decode: (object) => {
    const networking = mapIn(object, 'networking')
    return {
      podSubnets: cidrsOf(networking, 'podSubnet'),
      serviceSubnets: cidrsOf(networking, 'serviceSubnet'),
      dnsDomain: textIn(networking, 'dnsDomain', 'cluster.local'),
    }
  },
}
