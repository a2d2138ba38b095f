import type { ManifestCode } from '../../manifest/codes.ts'
import type { Sentence } from '../sentence.ts'

/** What is wrong with a text, for each code of the manifest room. */
export const manifestProblems: Readonly<Record<ManifestCode, Sentence>> = {
  api: { en: '{text}', zh: '{text}' },
  yaml: { en: 'not valid YAML: {text}', zh: '不是合法的 YAML：{text}' },
  'yaml-tab': {
    en: 'a tab may not indent YAML; use spaces',
    zh: 'YAML 不允许用制表符缩进，请改用空格',
  },
  'yaml-quote': {
    en: 'this text begins with {quote} and the closing {quote} is missing',
    zh: '这段文本以 {quote} 开头，但缺少结尾的 {quote}',
  },
  'yaml-bracket': {
    en: 'this {open} is not closed: {bracket} is missing',
    zh: '这个 {open} 没有闭合：缺少 {bracket}',
  },
  'yaml-indent': {
    en: 'wrong indentation: all keys of one map must begin in the same column',
    zh: '缩进不对：同一个映射的所有键必须从同一列开始',
  },
  'yaml-two-colons': {
    en: 'a second key inside a value: put the value in quotes, or the next key on its own line with the right indentation',
    zh: '值里又出现了一个键：请给这个值加引号，或把后面的键另起一行并正确缩进',
  },
  'yaml-no-colon': {
    en: 'a key without a colon and a blank after it: write `key: value`',
    zh: '这个键后面缺少冒号和空格：应写成 `key: value`',
  },
  'yaml-reserved': {
    en: 'a text may not begin with {char} unless it is in quotes',
    zh: '不加引号的文本不能以 {char} 开头',
  },
  'yaml-template': {
    en: 'this is a template, not YAML yet: paste the output of `helm template` instead',
    zh: '这是模板，还不是 YAML：请粘贴 `helm template` 的输出',
  },
  'yaml-control': {
    en: 'the control character {char} may not stand in YAML: is this a text file?',
    zh: 'YAML 里不能有控制字符 {char}：这是文本文件吗？',
  },
  'yaml-duplicate-key': {
    en: 'the key "{key}" stands twice in this map',
    zh: '键 "{key}" 在同一个映射里出现了两次',
  },
  'yaml-key-type': {
    en: 'a list or a map cannot be a key',
    zh: '列表或映射不能作为键',
  },
  'yaml-alias': {
    en: 'the alias *{name} has no anchor &{name} before it',
    zh: '别名 *{name} 之前没有锚点 &{name}',
  },
  'yaml-aliases': {
    en: 'the aliases of this document stand for more than {limit} values; write them out or use fewer',
    zh: '这个文档的别名展开后超过 {limit} 个值；请直接写出来或减少别名',
  },
  'yaml-depth': {
    en: 'maps and lists are nested too deep (at most {limit} levels)',
    zh: '映射和列表嵌套太深（最多 {limit} 层）',
  },
  'too-large': {
    en: 'the files hold {size} MB of text, more than the {limit} MB that can be read: split them, or let a Lab make the objects (spec.generate)',
    zh: '文件共有 {size} MB 文本，超过可读取的 {limit} MB：请拆分，或用 Lab 的 spec.generate 生成对象',
  },
  'not-object': {
    en: 'a Kubernetes object was expected here (a map with apiVersion and kind), not {found}',
    zh: '这里应是一个 Kubernetes 对象（含 apiVersion 和 kind 的映射），而不是 {found}',
  },
  'no-kind': { en: 'kind is missing: what object is this?', zh: '缺少 kind：这是什么对象？' },
  'no-api-version': { en: 'apiVersion is missing', zh: '缺少 apiVersion' },
  'api-version': {
    en: 'no matches for kind "{kind}" in version "{apiVersion}"; it is in "{want}"',
    zh: '版本 "{apiVersion}" 里没有 "{kind}" 这个 kind；它在 "{want}" 里',
  },
  'api-removed': {
    en: 'resource mapping not found for name: "{name}" namespace: "{namespace}" from "{file}": no matches for kind "{kind}" in version "{apiVersion}" ensure CRDs are installed first (served until v1.21; today it is {want})',
    zh: 'resource mapping not found for name: "{name}" namespace: "{namespace}" from "{file}": no matches for kind "{kind}" in version "{apiVersion}" ensure CRDs are installed first（v1.21 之后不再提供，如今是 {want}）',
  },
  'kind-misspelt': {
    en: 'the kind "{kind}" is not known and changes nothing here; did you mean "{near}"?',
    zh: '不认识的 kind "{kind}"，它在这里不起作用；是不是想写 "{near}"？',
  },
  'kind-not-modelled': {
    en: '{kind} is not modelled yet: this object changes nothing here',
    zh: '{kind} 尚未建模：这个对象在这里不起作用',
  },
  'duplicate-object': {
    en: '{object} stands already in {file}, line {line}; this one is left out',
    zh: '{object} 已经在 {file} 第 {line} 行定义；这一个被忽略',
  },
  'type-text': { en: 'a text is expected here, not {found}', zh: '这里应是文本，而不是 {found}' },
  'type-quote': {
    en: 'a text is expected here, and {found} is none without quotes: write "{found}"',
    zh: '这里应是文本，不加引号的 {found} 不是文本：请写成 "{found}"',
  },
  'type-int': { en: 'a whole number is expected here, not {found}', zh: '这里应是整数，而不是 {found}' },
  'type-unquote': {
    en: 'a whole number is expected here, and in quotes it is a text: {found}',
    zh: '这里应是整数，加了引号就成了文本：{found}',
  },
  'type-bool': { en: 'true or false is expected here, not {found}', zh: '这里应是 true 或 false，而不是 {found}' },
  'type-list': { en: 'a list is expected here, not {found}', zh: '这里应是列表，而不是 {found}' },
  'type-map': { en: 'a map is expected here, not {found}', zh: '这里应是映射，而不是 {found}' },
  'type-int-or-text': { en: 'a number or a name is expected here, not {found}', zh: '这里应是数字或名称，而不是 {found}' },
  'unknown-field': { en: 'unknown field "{field}"', zh: '未知字段 "{field}"' },
  'unknown-field-near': {
    en: 'unknown field "{field}"; did you mean "{near}"?',
    zh: '未知字段 "{field}"；是不是想写 "{near}"？',
  },
  required: { en: 'this field is required', zh: '这个字段必填' },
  'one-of': { en: '{value} is not one of: {values}', zh: '{value} 不在允许的值之内：{values}' },
  range: { en: '{value} is not between {min} and {max}', zh: '{value} 不在 {min} 到 {max} 之间' },
  'not-ip': { en: '{value} is not an IP address', zh: '{value} 不是 IP 地址' },
  'not-cidr': {
    en: '{value} is not a CIDR such as 10.244.0.0/16 or fd00::/64',
    zh: '{value} 不是 CIDR（例如 10.244.0.0/16 或 fd00::/64）',
  },
  'not-listen': {
    en: '{value} is not a port to listen on: write 8080 or 53/UDP',
    zh: '{value} 不是可监听的端口：请写 8080 或 53/UDP',
  },
  'not-pod-name': {
    en: '{value} does not name pods: write NAMESPACE/POD or NAMESPACE/PREFIX*',
    zh: '{value} 不能指明 Pod：请写 NAMESPACE/POD 或 NAMESPACE/PREFIX*',
  },
  'not-modelled': { en: '{field} is not modelled yet and changes nothing', zh: '{field} 尚未建模，不起作用' },
  'newer-field': {
    en: '{field} came with Kubernetes v{version}: a v1.30 cluster drops it, and here it changes nothing',
    zh: '{field} 从 Kubernetes v{version} 起才有：v1.30 集群会丢弃它，在这里也不起作用',
  },
  'newer-value': {
    en: '{value} came with Kubernetes v{version}: a v1.30 cluster refuses it',
    zh: '{value} 从 Kubernetes v{version} 起才有：v1.30 集群不接受它',
  },
  'lab-version': {
    en: 'this Lab is of version {version}; only version 1 is known',
    zh: '这个 Lab 的版本是 {version}；目前只认识版本 1',
  },
  'timeline-step': { en: 'a step says exactly one of: {words}', zh: '每一步只能写其中一项：{words}' },
  'edit-no-object': { en: '{object} stands in none of the files', zh: '{object} 不在任何文件里' },
  'edit-no-place': {
    en: '{field} of {object} cannot be set in the text; please edit it by hand',
    zh: '无法在文本里设置 {object} 的 {field}；请手动修改',
  },
}
