/**
 * Every plugin that the CoreDNS image holds, in the order in which a query meets them (coredns plugin.cfg, 1.14). The order of
 * lines in a Corefile has no meaning. A word that is not here stops CoreDNS when it starts.
 */
export const PLUGIN_ORDER: readonly string[] = (
  'root metadata geoip cancel proxyproto quic grpc_server https https3 timeouts multisocket reload nsid bufsize bind debug trace ' +
  'ready health pprof shed prometheus errors log dnstap local dns64 any chaos loadbalance tsig rewrite autopath acl cache header ' +
  'dnssec tls minimal template transfer hosts route53 azure clouddns k8s_external kubernetes file auto secondary etcd loop ' +
  'forward grpc erratic whoami on sign view nomad'
).split(' ')

export const orderOf = (plugin: string): number => PLUGIN_ORDER.indexOf(plugin)
