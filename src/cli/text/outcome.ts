import type { Ending, Outcome } from '../../trace/journey.ts'

/** What the caller sees, in one line: `ok 200 from default/web-1 at 10.244.2.2:8080, which saw 10.244.1.2:40001`. */
export function outcomeText(outcome: Outcome): string {
  const { kind, status, errno, backend, backendAddress, sourceSeen, reason, where } = outcome
  const words: string[] = [kind]
  if (status !== undefined) words.push(`${status}`)
  if (errno !== undefined) words.push(errno)
  if (backend !== null) words.push(`from ${backend}`)
  if (backendAddress !== null) words.push(`at ${backendAddress}`)
  const by = routeText(outcome)
  const shown =
    outcome.certificate === undefined
      ? ''
      : `, certificate of ${outcome.certificate.from} ${outcome.certificate.covers ? 'covers' : 'does not cover'} the host`
  const head = `${words.join(' ')}${sourceSeen === null ? '' : `, which saw ${sourceSeen}`}${by === '' ? '' : `, by ${by}`}${shown}`
  if (outcome.unmodelled !== undefined) return `${head}: ${outcome.unmodelled}`
  if (reason === null && where === null) return head
  const place =
    where === null
      ? ''
      : ` in ${where.netns}${where.hook === null ? '' : ` at ${where.hook}`}${where.rule === null ? '' : ` by ${where.rule}`}`
  return `${head}: ${reason ?? ''}${place}`
}

/** `ingress-nginx: server cafe.example.com, location = "/tea", Ingress default/cafe, Service tea-svc:80, path /`. */
function routeText({ route }: Outcome): string {
  if (!route) return ''
  const parts = [
    route.server === null ? '' : `server ${route.server}`,
    route.location === null ? '' : `location ${route.location}`,
    route.ingress === null
      ? ''
      : `${route.controller === 'gateway' ? 'HTTPRoute' : 'Ingress'} ${route.ingress}${route.canary ? ' (canary)' : ''}`,
    route.service === null ? '' : `Service ${route.service}:${route.port}`,
    route.path === null ? '' : `path ${route.path}`,
    route.redirect === null ? '' : `redirect ${route.redirect}`,
  ].filter((p) => p !== '')
  return `${route.controller}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`
}

export function endingText(ending: Ending): string {
  switch (ending.kind) {
    case 'delivered':
      return `delivered to ${ending.to}`
    case 'answered-by-kernel':
      return `answered by the kernel: ${ending.with}`
    case 'dropped':
      return `dropped: ${ending.reason}`
    case 'rejected':
      return `rejected with ${ending.reply} by ${ending.rule.table} ${ending.rule.chain}`
    case 'failed-locally':
      return `failed: ${ending.errno}`
    case 'unmodelled':
      return `not modelled: ${ending.what}`
    case 'unfinished':
      return `not followed further: ${ending.limit}`
  }
}
