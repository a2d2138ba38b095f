/**
 * Codes of the problems that reading nft text finds. words/problems/nft.ts has a sentence for each in every language
 * (the compiler demands it); {token}: the word that was not understood.
 */
export type NftCode =
  /** A word that cannot stand here. */
  | 'nft-unexpected'
  /** Not a value of the type that is asked for: an address, a port, a priority. */
  | 'nft-bad-value'
  /** Elements for a set that the text has not made. */
  | 'nft-no-such-set'
  /** A quote that is never closed on its line. */
  | 'nft-open-quote'
