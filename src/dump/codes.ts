/**
 * Codes of the problems that reading a node's dump finds. words/problems/dump.ts has a sentence for each in every language
 * (the compiler demands it); params in braces.
 */
export type DumpCode =
  /** {tool} {text}: what the tool itself would refuse; {token}: the word. */
  | 'dump-refused'
  /** {text}: a match, target or expression that is not modelled, in {n} rules. */
  | 'dump-kept'
  /** The same for all further ones: {n}. */
  | 'dump-kept-more'
  /** {n} lines that no tool prints, the first of them {text}. */
  | 'dump-prose'
  /** {line}: the last rule; the text stops in the middle of it. */
  | 'dump-cut'
  /** {line}: a rule that a terminal wrapped, joined with the next line. */
  | 'dump-wrapped'
  /** {table} has no COMMIT. */
  | 'dump-no-commit'
  /** {chain} {table}: rules lead there, and the dump does not have it. */
  | 'dump-no-chain'
  /** {table}: what `iptables -S` does not say, told from its chains. */
  | 'dump-table-guessed'
  /** Which table these rules are of cannot be told. */
  | 'dump-no-table'
  /** {table}: a listing without -v hides the interfaces. */
  | 'dump-no-interfaces'
  /** {chain}: a rule with a statistic stands behind one that always matches. */
  | 'dump-order'
  /** {table}: tables that iptables-nft keeps; nft shows them with parts left out. */
  | 'dump-nft-of-iptables'
  /** {set}: rules ask for a set that the dump does not have. */
  | 'dump-no-set'
  /** {tool} {word}: a line whose word is not known. */
  | 'dump-word'
  /** {size} {limit}, both in MB. */
  | 'dump-too-large'
  /** {file}: named in spec.dumps, and not among the files. */
  | 'dump-no-file'
  | 'dump-file-or-text'
  /** {node}: named in spec.dumps, and not among {names}. */
  | 'dump-no-node'
  /** {file} {node}: the text does not say whose it is. */
  | 'dump-node-guessed'
  /** {file}: nothing in it is a tool's output. */
  | 'dump-nothing'
  /** {limit}: of addresses that rules send to. */
  | 'dump-many-endpoints'
