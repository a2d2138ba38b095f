import type { IpsetCode } from '../../kernel/ipset/codes.ts'
import type { IpvsCode } from '../../kernel/ipvs/codes.ts'
import type { Sentence } from '../sentence.ts'

/** What is wrong with text of ipset and ipvsadm, for each code of the two. */
export const ipvsProblems: Readonly<Record<IpsetCode | IpvsCode, Sentence>> = {
  'ipset-word': { en: 'ipset would not take “{token}” here', zh: 'ipset 不接受此处的“{token}”' },
  'ipset-type': { en: 'no type of set that is known: {type}', zh: '未知的集合类型：{type}' },
  'ipset-entry': { en: '“{entry}” is no element of a set of type {type}', zh: '“{entry}”不是 {type} 类型集合的元素' },
  'ipset-no-set': { en: 'no set {name} was made before', zh: '此前没有创建集合 {name}' },
  'ipset-exists': { en: 'there is a set {name} of another type already', zh: '已有另一种类型的集合 {name}' },
  'ipvs-word': { en: 'ipvsadm would not take “{token}” here', zh: 'ipvsadm 不接受此处的“{token}”' },
  'ipvs-no-service': { en: 'no virtual server {service} was made before', zh: '此前没有创建虚拟服务器 {service}' },
  'ipvs-exists': { en: 'the virtual server {service} is there already', zh: '虚拟服务器 {service} 已经存在' },
}
