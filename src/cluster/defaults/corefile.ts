/**
 * The Corefile that kubeadm v1.30 writes into the ConfigMap kube-system/coredns
 * (kubernetes cmd/kubeadm/app/phases/addons/dns/manifests.go).
 */
export const defaultCorefile = (domain: string): string => `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes ${domain} in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`
