import type { ManifestObject } from '../kinds.ts'
import type { Report } from '../schema/fault.ts'
import type { Form } from '../schema/forms.ts'
import type { Shape } from '../schema/shape.ts'
import type { View } from '../schema/view.ts'

/** One kind, as data: what it looks like, what else must hold, and what it is once read. A new kind is a file and a line in list.ts. */
export interface KindReader<O extends ManifestObject = ManifestObject> {
  readonly kind: O['kind']
  /** Accepted versions, the one to recommend first. */
  readonly apiVersions: readonly string[]
  /** Versions that API servers served once. */
  readonly removed?: readonly string[]
  /** `config`: a program's configuration file, or the Lab: without the usual metadata. */
  readonly scope: 'namespaced' | 'cluster' | 'config'
  /** Name of a `config` object that has none. */
  readonly name?: string
  /** The API server's check of metadata.name. */
  readonly nameForm: Form<string>
  readonly shape: Shape
  /** Asked when all values have their types. */
  readonly rules?: (object: View, report: Report) => void
  /** What the API server takes and warns about, in its own words. */
  readonly warnings?: (object: View, report: Report) => void
  /** What may not change: `object` is applied where `old` stands already. */
  readonly update?: (old: View, object: View, report: Report) => void
  /** Asked when nothing is wrong. Defaults of the API server are filled in here. */
  readonly decode: (object: View) => O['is']
}
