/**
 * Codes of the problems that reading ipset text finds. words/problems/ipset.ts has a sentence for each in every language
 * (the compiler demands it); params in braces, {line} counts from 1.
 */
export type IpsetCode =
  /** {token}: a word that cannot stand here. */
  | 'ipset-word'
  /** {type}: no type of set that we know. */
  | 'ipset-type'
  /** {entry}, {type}: not an element of this type. */
  | 'ipset-entry'
  /** {name}: the text has not made this set. */
  | 'ipset-no-set'
  /** {name}: there is a set of this name already, of another kind. */
  | 'ipset-exists'
