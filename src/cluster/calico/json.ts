import type { Json } from '../../manifest/object.ts'

type Fields = { readonly [key: string]: Json }

/** Fields of objects whose kind nobody has typed. */
export const asMap = (json: Json | undefined): Fields =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Fields) : {}
export const asText = (json: Json | undefined): string => (typeof json === 'string' ? json : '')
export const asNumber = (json: Json | undefined): number | undefined => {
  const n = typeof json === 'string' && json.trim() !== '' ? Number(json) : json
  return typeof n === 'number' && Number.isFinite(n) ? n : undefined
}
