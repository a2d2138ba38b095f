import { labs } from './list.ts'

/** The labs that the quick tests draw and walk, each another way of kube-proxy; the heavy ones take all. */
export const quickLabs = labs.filter(({ group }) => group.en === 'Services')
