/**
 * Codes of the problems that reading iptables text finds. words/problems/iptables.ts has a sentence for each in every language
 * (the compiler demands it); params in braces.
 */
export type IptablesCode =
  /** {text}: what iptables or iptables-restore prints, word for word; {line} counts from 1. */
  | 'iptables'
  /** {text}: a match or target of the rule that is not modelled; {line} counts from 1. */
  | 'iptables-kept'
  /** {text}: the line that opens the table, `*nat`; {line} counts from 1. */
  | 'iptables-no-commit'
