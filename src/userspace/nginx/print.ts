import { endpointText } from '../../net/message.ts'
import { locationText, type NginxConf, type NginxLocation, type NginxServer, type NginxUpstream, patternText, serverName } from './conf.ts'

const indent = (lines: readonly string[]): readonly string[] => lines.map((l) => (l === '' ? '' : `    ${l}`))
const block = (head: string, lines: readonly string[]): readonly string[] => [`${head} {`, ...indent(lines), '}']

/** Where the controller's own server answers 404 (DefaultEndpoint). */
const DEFAULT_BACKEND = '127.0.0.1:8181'
const DEFAULT_NAME = 'upstream-default-backend'

function locationLines(conf: NginxConf, l: NginxLocation): readonly string[] {
  const u = conf.upstreams[l.upstream ?? '']
  const alternative = conf.upstreams[u?.alternatives[0] ?? '']
  const s = alternative?.shaping
  const lines = [
    ...(l.ingress === '' ? [] : [`# Ingress ${l.ingress}, Service ${l.service ?? ''}, port ${l.port ?? ''}`]),
    ...l.taken.map((t) => `# left out, this location was here first: Ingress ${t.object} -> ${t.backend}`),
    ...(l.https
      ? [
          `# rewrite_by_lua: ${l.https.force ? 'force_ssl_redirect' : 'ssl_redirect'} ${l.https.code}${l.https.keepSlash ? ' preserve_trailing_slash' : ''}`,
        ]
      : []),
    ...(s
      ? [
          `# balancer_by_lua: canary ${alternative.name} header "${s.header}" value "${s.headerValue}" pattern "${s.headerPattern}" cookie "${s.cookie}" weight ${s.weight}/${s.total}`,
        ]
      : []),
    ...(u?.affinity ? [`# balancer_by_lua: affinity cookie ${u.affinity.cookie}`] : []),
  ]
  if (l.denied !== undefined) return [...lines, `# Location denied. Reason: ${l.denied.replace(/[\r\n]/g, ' ')}`, 'return 503;']
  if (l.returns) return [...lines, `return ${l.returns.code} ${l.returns.to};`]
  return [
    ...lines,
    ...l.access.map(({ verb, net }) => `${verb} ${net};`),
    `proxy_set_header Host ${l.host === undefined ? '$http_host' : `"${l.host}"`};`,
    'proxy_set_header X-Real-IP $remote_addr;',
    'proxy_set_header X-Forwarded-For $remote_addr;',
    'proxy_set_header X-Forwarded-Host $http_host;',
    'proxy_set_header X-Forwarded-Proto $scheme;',
    'proxy_set_header Proxy "";',
    ...(l.rewrite ? [`rewrite ${patternText(l.rewrite.from)} ${l.rewrite.to} break;`] : []),
    `proxy_pass http://${u ? u.name : DEFAULT_NAME};`,
  ]
}

function serverLines(conf: NginxConf, s: NginxServer): readonly string[] {
  const names = [serverName(s.hostname), ...s.aliases].map((n) => (n.startsWith('~') ? `"${n.replaceAll('\\', '\\\\')}"` : n))
  return [
    `## start server ${s.hostname}`,
    ...block('server', [
      `listen 80${s.hostname === '_' ? ' default_server reuseport backlog=4096' : ''};`,
      `server_name ${names.join(' ')};`,
      ...(s.certificate ? [`# ssl_certificate_by_lua: ${s.certificate.from}`] : []),
      ...(s.sendsTo ? [`return ${s.sendsTo.code} $scheme://${s.sendsTo.host}$request_uri;`] : []),
      ...(s.appRoot === undefined ? [] : ['if ($uri = /) {', `    return 302 $scheme://$http_host${s.appRoot};`, '}']),
      ...s.locations.flatMap((l) => ['', ...block(`location ${locationText(l)}`, locationLines(conf, l))]),
    ]),
    `## end server ${s.hostname}`,
    '',
  ]
}

function upstreamLines(u: NginxUpstream): readonly string[] {
  const peers = u.external ? [`${u.external.host}:${u.external.port}`] : u.servers.map((t) => endpointText(t.address, t.port))
  const none = peers.length === 0 ? ['# no endpoints: Lua answers 503', 'server 0.0.0.1;'] : []
  return block(`upstream ${u.name}`, [...none, ...peers.map((p) => `server ${p};`)])
}

/**
 * The part of /etc/nginx/nginx.conf that decides who gets a request, so that a plain nginx can read it: where the controller leaves something to
 * Lua (endpoints, canaries, redirects to https, certificates) the upstream's endpoints stand as `server` lines, and the rest as comments.
 */
export function printConf(conf: NginxConf): string {
  const http = [
    'port_in_redirect off;',
    'absolute_redirect on;',
    'server_names_hash_bucket_size 256;',
    '',
    ...block(`upstream ${DEFAULT_NAME}`, [`server ${DEFAULT_BACKEND};`]),
    ...Object.values(conf.upstreams).flatMap(upstreamLines),
    '',
    ...conf.servers.flatMap((s) => serverLines(conf, s)),
  ]
  return `${['events {', '}', '', ...block('http', http)].join('\n')}\n`
}
