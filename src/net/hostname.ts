/** Gateway API's host names: `*.a.test` covers one label or more in the place of the star, a name itself, '' all. Case is of no account. */
export function covers(pattern: string, host: string): boolean {
  const [p, h] = [pattern.toLowerCase(), host.toLowerCase()]
  if (p === '') return true
  return p.startsWith('*.') ? h.endsWith(p.slice(1)) && h.length > p.length - 1 : p === h
}
