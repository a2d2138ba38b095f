import type { ConfigMapObject } from '../kinds.ts'
import { invalid, type Report } from '../schema/fault.ts'
import { configKey, dnsSubdomain } from '../schema/forms.ts'
import { metaShape } from '../schema/meta.ts'
import { any, bool, fields, textMap } from '../schema/shape.ts'
import { textMapIn, type View } from '../schema/view.ts'
import type { KindReader } from './reader.ts'

function rules(object: View, report: Report): void {
  for (const key of Object.keys(textMapIn(object, 'data'))) for (const words of configKey(key)) report(`data[${key}]`, invalid(key, words))
}

/** v1 ConfigMap. */
export const configMap: KindReader<ConfigMapObject> = {
  kind: 'ConfigMap',
  apiVersions: ['v1'],
  scope: 'namespaced',
  nameForm: dnsSubdomain,
  shape: fields({ metadata: metaShape, data: textMap, binaryData: any, immutable: bool }),
  rules,
  decode: (object) => ({ data: textMapIn(object, 'data') }),
}
