import { covers } from '../../net/hostname.ts'

/** The narrower of two that meet; undefined: they do not. */
export function intersection(listener: string | undefined, route: string): string | undefined {
  if (listener === undefined || listener === '') return route
  if (covers(listener, route)) return route
  return route.startsWith('*.') && covers(route, listener) ? listener : undefined
}
