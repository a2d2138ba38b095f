import type { Sentence } from '../sentence.ts'

/** Fields of Pods and of the workloads that make them. */
export const podFields = {
  'PodSpec.containers': {
    en: 'The programs of the Pod. All share one network namespace: one address, one port space, one localhost.',
    zh: 'Pod 里的程序。它们共用一个网络命名空间：同一个地址、同一组端口、同一个 localhost。',
  },
  'PodSpec.containers.name': { en: 'Name of the container; names its process on the stage.', zh: '容器名称；舞台上的进程以它命名。' },
  'PodSpec.containers.image': {
    en: 'The program. Known images listen on their usual ports here even without ports.',
    zh: '程序。对认识的镜像，即使没写 ports，也监听它通常的端口。',
  },
  'PodSpec.containers.ports': {
    en: 'Tells names and numbers; opens nothing and closes nothing. Here the container listens on them.',
    zh: '只说明名称和端口号，既不打开也不关闭端口。在这里，容器监听这些端口。',
  },
  'PodSpec.containers.ports.name': {
    en: 'The name that a Service’s targetPort and probes may use.',
    zh: 'Service 的 targetPort 和探针可以使用的名称。',
  },
  'PodSpec.containers.ports.hostIP': {
    en: 'The node’s address that the host port is bound to; without it all of them.',
    zh: '主机端口绑定的节点地址；不写则为全部地址。',
  },
  'PodSpec.containers.ports.containerPort': { en: 'The port on the Pod’s own address.', zh: 'Pod 自己地址上的端口。' },
  'PodSpec.containers.ports.hostPort': {
    en: 'The same port on the node’s address, by the portmap plugin.',
    zh: '节点地址上的端口，由 portmap 插件实现。',
  },
  'PodSpec.containers.ports.protocol': { en: 'TCP unless told.', zh: '默认 TCP。' },
  'PodSpec.containers.env': { en: 'Environment of the program.', zh: '程序的环境变量。' },
  'PodSpec.containers.env.name': { en: 'Name of the variable.', zh: '变量名。' },
  'PodSpec.containers.env.value': { en: 'Its value: a text, so quote numbers.', zh: '变量的值：是文本，数字要加引号。' },
  'PodSpec.containers.readinessProbe': {
    en: 'While a readiness probe fails the Pod is no ready endpoint, and Services send it nothing.',
    zh: '就绪探针失败期间，Pod 不是就绪端点，Service 不给它流量。',
  },
  'PodSpec.containers.readinessProbe.httpGet': { en: 'The kubelet asks by HTTP, from the node.', zh: 'kubelet 从节点上发 HTTP 请求。' },
  'PodSpec.containers.readinessProbe.httpGet.port': { en: 'Number, or name of a container port.', zh: '端口号，或容器端口的名称。' },
  'PodSpec.containers.readinessProbe.httpGet.path': { en: 'The path asked for.', zh: '请求的路径。' },
  'PodSpec.containers.readinessProbe.tcpSocket': { en: 'The kubelet only connects.', zh: 'kubelet 只建立连接。' },
  'PodSpec.containers.readinessProbe.tcpSocket.port': { en: 'Number, or name of a container port.', zh: '端口号，或容器端口的名称。' },
  'PodSpec.containers.readinessProbe.grpc': { en: 'The kubelet asks by gRPC health checking.', zh: 'kubelet 用 gRPC 健康检查查询。' },
  'PodSpec.containers.readinessProbe.grpc.port': { en: 'A number.', zh: '端口号。' },
  'PodSpec.containers.args': { en: 'Arguments of the program.', zh: '程序的参数。' },
  'PodSpec.containers.command': { en: 'Another program than the image’s own.', zh: '代替镜像自带程序的命令。' },
  'PodSpec.nodeName': { en: 'Binds the Pod to a node; otherwise the scheduler chooses.', zh: '把 Pod 绑定到节点；否则由调度器选择。' },
  'PodSpec.hostNetwork': {
    en: 'The Pod has no network namespace of its own: it uses the node’s address and ports.',
    zh: 'Pod 没有自己的网络命名空间，直接使用节点的地址和端口。',
  },
  'PodSpec.dnsPolicy': {
    en: 'Where resolv.conf comes from: ClusterFirst names the cluster’s DNS Service, Default the node’s own servers.',
    zh: 'resolv.conf 从哪里来：ClusterFirst 指向集群 DNS Service，Default 用节点自己的服务器。',
  },
  'PodSpec.dnsConfig': {
    en: 'Lines added to resolv.conf; all of it with dnsPolicy None.',
    zh: '加进 resolv.conf 的内容；dnsPolicy 为 None 时就是全部。',
  },
  'PodSpec.dnsConfig.nameservers': { en: 'Name servers, at most three.', zh: '域名服务器，最多三个。' },
  'PodSpec.dnsConfig.searches': { en: 'Endings that the resolver tries for short names.', zh: '解析短名称时依次尝试的后缀。' },
  'PodSpec.dnsConfig.options': {
    en: 'Options such as ndots: with fewer dots than that, a name is tried with the endings first.',
    zh: '选项，例如 ndots：点数少于它的名称先加后缀尝试。',
  },
  'PodSpec.dnsConfig.options.name': { en: 'Name of the option.', zh: '选项名。' },
  'PodSpec.dnsConfig.options.value': { en: 'Its value: a text, so quote numbers.', zh: '选项的值：是文本，数字要加引号。' },
  'PodSpec.hostAliases': { en: 'Lines added to /etc/hosts of its containers.', zh: '加进容器 /etc/hosts 的行。' },
  'PodSpec.hostAliases.ip': { en: 'The address at the head of the line.', zh: '行首的地址。' },
  'PodSpec.hostAliases.hostnames': { en: 'Names that lead to it, without a DNS query.', zh: '指向该地址的名称，不经 DNS 查询。' },
  'PodSpec.hostname': { en: 'The Pod’s own host name, instead of its name.', zh: 'Pod 自己的主机名，代替它的名称。' },
  'PodSpec.subdomain': {
    en: 'With a headless Service of that name: HOSTNAME.SUBDOMAIN in DNS.',
    zh: '与同名的 headless Service 一起，DNS 里有 HOSTNAME.SUBDOMAIN。',
  },
  'PodSpec.nodeSelector': { en: 'Labels that the node must have.', zh: '节点必须带有的标签。' },
  'PodSpec.enableServiceLinks': {
    en: 'Variables such as WEB_SERVICE_HOST for Services of the namespace.',
    zh: '为本命名空间的 Service 提供 WEB_SERVICE_HOST 这样的环境变量。',
  },
  'PodSpec.restartPolicy': {
    en: 'Whether containers that end are begun again. Workloads allow only Always.',
    zh: '容器结束后是否重新启动。工作负载只允许 Always。',
  },
  'PodSpec.terminationGracePeriodSeconds': { en: 'Seconds between the request to end and the end.', zh: '从要求结束到强制结束的秒数。' },
  'PodSpec.serviceAccountName': { en: 'Who the Pod is to the API server.', zh: 'Pod 对 API server 的身份。' },
  'Pod.status.podIP': { en: 'The address it has, in a file from a running cluster.', zh: '它的地址（来自运行中的集群的文件）。' },
  'Pod.status.podIPs': { en: 'Its addresses of both families.', zh: '两个地址族的地址。' },
  'Pod.status.hostIP': { en: 'Address of its node.', zh: '所在节点的地址。' },
  'Pod.status.phase': { en: 'Pending, Running, Succeeded or Failed.', zh: 'Pending、Running、Succeeded 或 Failed。' },
  'Pod.status.conditions': { en: 'Among them Ready, which decides about traffic.', zh: '其中的 Ready 决定是否有流量。' },
  'Workload.spec.replicas': {
    en: 'How many Pods; 1 unless told. 0 leaves a Service without endpoints.',
    zh: 'Pod 的数量；默认 1。为 0 时 Service 没有端点。',
  },
  'Workload.spec.selector': {
    en: 'Which Pods are its own: must fit the labels of the template.',
    zh: '哪些 Pod 属于它：必须与 template 的标签相符。',
  },
  'Workload.spec.selector.matchLabels': {
    en: 'Labels that its Pods have. A Service has a selector of its own.',
    zh: '它的 Pod 带有的标签。Service 另有自己的 selector。',
  },
  'Workload.spec.selector.matchExpressions': { en: 'Conditions on labels, all of which must hold.', zh: '对标签的条件，必须全部满足。' },
  'Workload.spec.template': { en: 'What each of its Pods looks like.', zh: '它的每个 Pod 的模样。' },
  'Workload.spec.template.metadata': {
    en: 'Labels and annotations of the Pods: what Services select by.',
    zh: 'Pod 的标签和注解：Service 据此选择。',
  },
  'Workload.spec.template.spec': { en: 'The Pods’ own spec.', zh: 'Pod 自己的 spec。' },
  'StatefulSet.spec.serviceName': {
    en: 'The headless Service under which each Pod has a DNS name: web-0.NAME.',
    zh: '提供各 Pod DNS 名称（web-0.NAME）的 headless Service。',
  },
} as const satisfies Readonly<Record<string, Sentence>>
