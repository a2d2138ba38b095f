import { Late } from '../../trace/late.ts'

/** flanneld's nftables mode. */
export const flannelNft = new Late(() => import('./flannel/nftables.ts'))
