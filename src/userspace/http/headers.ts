import type { HttpRequest } from '../../net/message.ts'

type Headers = HttpRequest['headers']

/** The first value of a header; names ignore case. */
export const headerOf = (headers: Headers, name: string): string | undefined =>
  headers.find(([n]) => n.toLowerCase() === name.toLowerCase())?.[1]

/** Headers with some set to a value: in place where they stand, else at the end. '' takes a header away. */
export function withHeaders(headers: Headers, set: Headers): Headers {
  let out: Headers = headers
  for (const [name, value] of set) {
    const is = ([n]: Headers[number]): boolean => n.toLowerCase() === name.toLowerCase()
    const at = out.findIndex(is)
    if (value === '') out = out.filter((h) => !is(h))
    else if (at < 0) out = [...out, [name, value]]
    else out = out.flatMap((h, i): Headers => (i === at ? [[name, value]] : is(h) ? [] : [h]))
  }
  return out
}

/** A cookie of the request; undefined when there is none of that name. */
export function cookieOf(headers: Headers, name: string): string | undefined {
  for (const [n, value] of headers) {
    if (n.toLowerCase() !== 'cookie') continue
    for (const pair of value.split(';')) {
      const at = pair.indexOf('=')
      if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
    }
  }
  return undefined
}

/** The host of a Host header: lower case, without port and final dot. */
export function hostOf(headers: Headers): string {
  const host = (headerOf(headers, 'host') ?? '').toLowerCase()
  const bare = host.startsWith('[') ? host.replace(/\]:\d*$/, ']') : host.replace(/:\d*$/, '')
  return bare.replace(/\.$/, '')
}

/** The target without its query, and the query with its `?`. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const at = target.indexOf('?')
  return at < 0 ? { path: target, query: '' } : { path: target.slice(0, at), query: target.slice(at) }
}
