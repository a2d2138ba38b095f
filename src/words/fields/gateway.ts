import type { Sentence } from '../sentence.ts'

type Table = Readonly<Record<string, Sentence>>
/** Rows under a path: `['name', en, zh]`. */
const under = (at: string, rows: readonly (readonly [field: string, en: string, zh: string])[]): Table =>
  Object.fromEntries(rows.map(([field, en, zh]) => [field === '' ? at : `${at}.${field}`, { en, zh }]))

const reference = (at: string): Table =>
  under(at, [
    ['group', 'Its API group; "" is the core group.', '它的 API 组；"" 是核心组。'],
    ['kind', 'Its kind.', '它的类型。'],
    ['name', 'Its name.', '它的名字。'],
    [
      'namespace',
      'Its namespace; another one than the own needs a ReferenceGrant there.',
      '它的命名空间；不是本命名空间时，那边要有 ReferenceGrant。',
    ],
  ])

const pairs = (at: string): Table =>
  under(at, [
    ['', 'Headers by name.', '按名字列出的头部。'],
    ['name', 'Name of the header; case is of no account.', '头部名，不分大小写。'],
    ['value', 'Its value.', '它的值。'],
  ])
const headers = (at: string): Table => ({
  ...under(at, [
    ['', 'Changes of headers.', '对头部的修改。'],
    ['remove', 'Names of headers to take away.', '要去掉的头部名。'],
  ]),
  ...pairs(`${at}.set`),
  ...pairs(`${at}.add`),
})
const path = (at: string): Table =>
  under(at, [
    ['', 'How the path changes; the query stays.', '路径如何改写；查询串不变。'],
    ['type', 'The whole path, or only the prefix that the match covered.', '替换整个路径，还是只替换匹配到的前缀。'],
    ['replaceFullPath', 'The new path.', '新的路径。'],
    ['replacePrefixMatch', 'What stands in the place of the matched prefix.', '用来代替匹配前缀的内容。'],
  ])
const filters = (at: string): Table => ({
  ...under(at, [
    ['', 'What happens to a request, in this order.', '对请求依次做的处理。'],
    [
      'type',
      'Which filter; RequestMirror, ExtensionRef and CORS are not modelled.',
      '哪种过滤器；RequestMirror、ExtensionRef、CORS 尚未建模。',
    ],
    ['urlRewrite', 'Another path or Host for the backend.', '给后端换路径或 Host。'],
    ['urlRewrite.hostname', 'The Host header that the backend gets.', '后端收到的 Host 头。'],
    ['requestRedirect', 'The proxy answers with a Location.', '代理直接返回 Location。'],
    ['requestRedirect.scheme', 'http or https; that of the request unless told.', 'http 或 https；默认与请求相同。'],
    ['requestRedirect.hostname', 'Another host; that of the request unless told.', '另一个主机名；默认与请求相同。'],
    ['requestRedirect.port', 'Its port; that of the scheme, else of the listener.', '端口；默认取协议的端口，否则取监听器的端口。'],
    ['requestRedirect.statusCode', '301 or 302, the default.', '301 或默认的 302。'],
  ]),
  ...headers(`${at}.requestHeaderModifier`),
  ...headers(`${at}.responseHeaderModifier`),
  ...path(`${at}.urlRewrite.path`),
  ...path(`${at}.requestRedirect.path`),
})
const values = (at: string, en: string, zh: string): Table =>
  under(at, [
    ['', en, zh],
    ['type', 'Exact. RegularExpression is not modelled.', 'Exact；RegularExpression 尚未建模。'],
    ['name', 'Its name; of entries with one name the first counts.', '名字；同名的只算第一个。'],
    ['value', 'The value that it must have.', '必须等于的值。'],
  ])

const LISTENER = 'Gateway.spec.listeners'
const RULE = 'HTTPRoute.spec.rules'

/** Fields of Gateway API. */
export const gatewayFields: Table = {
  ...under('GatewayClass.spec', [
    [
      'controllerName',
      'Who serves Gateways of this class. Here one controller serves all of them.',
      '谁来处理这个 class 的 Gateway。这里由同一个控制器处理所有 class。',
    ],
    ['description', 'A text for people.', '给人看的说明。'],
  ]),
  ...under('Gateway.spec', [
    ['gatewayClassName', 'The GatewayClass, and so the controller.', '哪个 GatewayClass，也就是哪个控制器。'],
    ['listeners', 'Ports on which the proxy takes connections.', '代理接受连接的端口。'],
    ['addresses', 'Addresses to ask for; not used here.', '希望得到的地址；这里不用。'],
    ['addresses.type', 'Kind of the address.', '地址的种类。'],
    ['addresses.value', 'The address.', '地址。'],
  ]),
  ...under(LISTENER, [
    ['name', 'Routes name it as sectionName.', '路由用 sectionName 引用它。'],
    ['port', 'Where it listens.', '监听的端口。'],
    ['protocol', 'HTTP or HTTPS; TLS, TCP and UDP are not modelled.', 'HTTP 或 HTTPS；TLS、TCP、UDP 尚未建模。'],
    [
      'hostname',
      'Hosts that it takes: a name, *.name for one label or more, or all.',
      '接受的主机名：一个名字，*.name 代表一级或多级，不写代表全部。',
    ],
    ['tls', 'For HTTPS: what it shows.', 'HTTPS 用：出示什么证书。'],
    ['tls.mode', 'Terminate ends TLS at the proxy.', 'Terminate 表示在代理处终止 TLS。'],
    ['tls.certificateRefs', 'Secrets with its certificates.', '存放证书的 Secret。'],
    ['allowedRoutes', 'Which routes may attach.', '允许哪些路由附着。'],
    ['allowedRoutes.namespaces', 'From which namespaces.', '来自哪些命名空间。'],
    [
      'allowedRoutes.namespaces.from',
      'Same is the default; All, or those that a Selector matches.',
      '默认 Same；也可以是 All，或 Selector 选中的。',
    ],
    ['allowedRoutes.namespaces.selector', 'Labels of namespaces.', '命名空间的标签。'],
    ['allowedRoutes.namespaces.selector.matchLabels', 'Labels that they must have.', '必须有的标签。'],
    ['allowedRoutes.namespaces.selector.matchExpressions', 'Conditions on labels.', '对标签的条件。'],
    ['allowedRoutes.kinds', 'Kinds of routes.', '路由的类型。'],
    ['allowedRoutes.kinds.group', 'API group of the kind.', '类型所属的 API 组。'],
    ['allowedRoutes.kinds.kind', 'HTTPRoute, GRPCRoute …', 'HTTPRoute、GRPCRoute 等。'],
  ]),
  ...reference(`${LISTENER}.tls.certificateRefs`),
  ...under('HTTPRoute.spec', [
    ['parentRefs', 'Gateways that it attaches to.', '附着到哪些 Gateway。'],
    ['parentRefs.sectionName', 'One listener by name; all of them unless told.', '按名字指定一个监听器；不写则是全部。'],
    ['parentRefs.port', 'Listeners of this port alone.', '只附着到这个端口的监听器。'],
    ['hostnames', 'Hosts of its requests; it attaches where they meet the listener’s.', '请求的主机名；与监听器的主机名有交集才能附着。'],
    ['rules', 'Of all rules that fit, the most specific takes the request.', '所有匹配的规则中，最具体的那条生效。'],
  ]),
  ...reference('HTTPRoute.spec.parentRefs'),
  ...under(RULE, [
    ['name', 'Name of the rule.', '规则的名字。'],
    ['matches', 'One of them must fit. Without any: every path.', '满足其一即可；不写则匹配所有路径。'],
    ['matches.path', 'The path of the request.', '请求的路径。'],
    [
      'matches.path.type',
      'Exact; PathPrefix goes by elements. RegularExpression is not modelled.',
      'Exact；PathPrefix 按路径段匹配；RegularExpression 尚未建模。',
    ],
    ['matches.path.value', 'The path or its beginning.', '路径或路径的开头。'],
    ['matches.method', 'Method of the request.', '请求的方法。'],
    ['backendRefs', 'Who gets the request: endpoints of these Services, by weight.', '请求发给谁：按权重选这些 Service 的端点。'],
    ['backendRefs.port', 'Port of the Service.', 'Service 的端口。'],
    ['backendRefs.weight', 'Its share of all weights; 1 unless told, 0 gets nothing.', '占权重总和的份额；默认 1，0 得不到请求。'],
  ]),
  ...values(`${RULE}.matches.headers`, 'Headers that the request must have.', '请求必须带的头部。'),
  ...values(`${RULE}.matches.queryParams`, 'Parameters of the query.', '查询串里的参数。'),
  ...filters(`${RULE}.filters`),
  ...reference(`${RULE}.backendRefs`),
  ...filters(`${RULE}.backendRefs.filters`),
  ...under('ReferenceGrant.spec', [
    ['from', 'Who may refer to objects of this namespace.', '谁可以引用本命名空间的对象。'],
    ['from.group', 'API group of who refers.', '引用方的 API 组。'],
    ['from.kind', 'Its kind.', '引用方的类型。'],
    ['from.namespace', 'Its namespace.', '引用方的命名空间。'],
    ['to', 'What may be referred to.', '可以引用什么。'],
    ['to.group', 'API group; "" is the core group.', 'API 组；"" 是核心组。'],
    ['to.kind', 'Kind of the object.', '对象的类型。'],
    ['to.name', 'Its name; all of the kind unless told.', '对象的名字；不写则是该类型的全部。'],
  ]),
}
