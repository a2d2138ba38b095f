/**
 * Codes of the problems that reading ipvsadm text finds. words/problems/ipvs.ts has a sentence for each in every language
 * (the compiler demands it); params in braces, {line} counts from 1.
 */
export type IpvsCode =
  /** {token}: a word that cannot stand here. */
  | 'ipvs-word'
  /** {service}: no virtual server of this name. */
  | 'ipvs-no-service'
  /** {service}: a virtual server that is there already. */
  | 'ipvs-exists'
