import type { SecretObject } from '../../kinds.ts'
import { invalid, type Report, required } from '../../schema/fault.ts'
import { configKey, dnsSubdomain } from '../../schema/forms.ts'
import { metaShape } from '../../schema/meta.ts'
import { fields, text, textMap, unused } from '../../schema/shape.ts'
import { textIn, textMapIn, type View } from '../../schema/view.ts'
import type { KindReader } from '../reader.ts'

const TLS = 'kubernetes.io/tls'

/** base64 of a text's UTF-8, as the API server does with stringData. */
function base64(text: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const bytes = [...encodeURIComponent(text).matchAll(/%(..)|./g)].map((m) =>
    m[1] === undefined ? m[0].charCodeAt(0) : Number.parseInt(m[1], 16),
  )
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = bytes.slice(i, i + 3)
    const n = (a << 16) | ((b ?? 0) << 8) | (c ?? 0)
    out += [18, 12, 6, 0]
      .map((shift, j) => (j > (b === undefined ? 1 : c === undefined ? 2 : 3) ? '=' : letters[(n >> shift) & 63]))
      .join('')
  }
  return out
}

/** ValidateSecret of pkg/apis/core/validation/validation.go: a TLS Secret has both keys; what is in them nobody checks. */
function rules(object: View, report: Report): void {
  const data = { ...textMapIn(object, 'data'), ...textMapIn(object, 'stringData') }
  for (const key of Object.keys(data)) for (const words of configKey(key)) report(`data[${key}]`, invalid(key, words), `data["${key}"]`)
  if (textIn(object, 'type') !== TLS) return
  for (const key of ['tls.crt', 'tls.key']) if (!Object.hasOwn(data, key)) report(`data[${key}]`, required(), 'data')
}

/** v1 Secret. Only TLS Secrets bear on traffic; the others are read and left alone. */
export const secret: KindReader<SecretObject> = {
  kind: 'Secret',
  apiVersions: ['v1'],
  scope: 'namespaced',
  nameForm: dnsSubdomain,
  shape: fields({ metadata: metaShape, type: text, data: textMap, stringData: textMap, ...unused('immutable') }),
  rules,
  decode: (object) => {
    const plain = Object.entries(textMapIn(object, 'stringData')).map(([key, value]) => [key, base64(value)] as const)
    return { type: textIn(object, 'type', 'Opaque'), data: { ...textMapIn(object, 'data'), ...Object.fromEntries(plain) } }
  },
}
