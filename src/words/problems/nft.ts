import type { NftCode } from '../../kernel/nft/codes.ts'
import type { Sentence } from '../sentence.ts'

/** What is wrong with nft text (a dump, a ruleset file), for each code of that language. */
export const nftProblems: Readonly<Record<NftCode, Sentence>> = {
  'nft-unexpected': { en: 'nft would not expect “{token}” here', zh: 'nft 不会接受此处的“{token}”' },
  'nft-bad-value': { en: '“{token}” is no value that can stand here', zh: '“{token}”不是此处允许的值' },
  'nft-no-such-set': { en: 'no set or map {token} was made before', zh: '此前没有创建名为 {token} 的集合或映射' },
  'nft-open-quote': { en: 'a quote is never closed on this line', zh: '这一行的引号没有闭合' },
}
