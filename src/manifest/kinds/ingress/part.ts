import type { ManifestObject } from '../../kinds.ts'
import type { KindReader } from '../reader.ts'
import { ingress } from './ingress.ts'
import { ingressClass } from './ingressClass.ts'
import { secret } from './secret.ts'

/** One line a kind. */
export const readers: readonly KindReader[] = [ingress, ingressClass, secret] as readonly KindReader<ManifestObject>[]
