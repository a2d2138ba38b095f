import type { Json } from '../../manifest/object.ts'

/** Texts that YAML 1.1 would read as something else, so that kubectl quotes them (sigs.k8s.io/yaml). */
const OTHER_TYPE =
  /^(?:~|null|true|false|yes|no|on|off|y|n|[-+]?(?:\.inf|\.nan)|[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?|0[xob][0-9a-f_]+|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|\d{4}-\d{1,2}-\d{1,2}.*)$/i
const PLAIN = /^[^\s\-?:,[\]{}#&*!|>'"%@`](?:[^:#\n]|:(?=\S)|(?<=\S)#)*$/

function scalar(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return `${value}`
  if (value === '' || OTHER_TYPE.test(value)) return JSON.stringify(value)
  if (PLAIN.test(value) && value.trim() === value) return value
  return /[\n\t"\\]/.test(value) ? JSON.stringify(value) : `'${value.replace(/'/g, "''")}'`
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)

/** Lines of a value; a list in a map is not indented, as kubectl prints it. */
function lines(value: Json): readonly string[] {
  if (value === null || typeof value !== 'object') return [scalar(value)]
  if (isList(value)) return value.flatMap((one) => lines(one).map((line, i) => `${i === 0 ? '- ' : '  '}${line}`))
  const keys = Object.keys(value).sort()
  return keys.flatMap((key) => {
    const inner = value[key] as Json
    const name = scalar(key)
    if (inner === null || typeof inner !== 'object') return [`${name}: ${scalar(inner)}`]
    if (isList(inner)) return inner.length === 0 ? [`${name}: []`] : [`${name}:`, ...lines(inner)]
    return Object.keys(inner).length === 0 ? [`${name}: {}`] : [`${name}:`, ...lines(inner).map((line) => `  ${line}`)]
  })
}

/** Block YAML with sorted keys, as `kubectl get -o yaml` prints it. */
export const printYaml = (value: Json): string => `${lines(value).join('\n')}\n`
