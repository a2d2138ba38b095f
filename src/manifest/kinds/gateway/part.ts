import type { ManifestObject } from '../../kinds.ts'
import type { KindReader } from '../reader.ts'
import { gateway, gatewayClass, referenceGrant } from './gateway.ts'
import { httpRoute } from './httpRoute.ts'

/** One line a kind. */
export const readers: readonly KindReader[] = [gatewayClass, gateway, httpRoute, referenceGrant] as readonly KindReader<ManifestObject>[]
