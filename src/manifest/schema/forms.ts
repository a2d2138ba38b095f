import { parseCidr } from '../../net/cidr.ts'
import { isLinkLocal, isLoopback, parseIp } from '../../net/ip.ts'

/** Checks a value and gives the API server's words for each thing that is wrong with it. */
export type Form<V> = (value: V) => readonly string[]

// Expressions and texts of apimachinery/pkg/util/validation/validation.go, v1.30.
const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
export const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const NAME_PART = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const LABEL_VALUE = `(${NAME_PART})?`
const CONFIG_KEY = '[-._a-zA-Z0-9]+'

const whole = (expression: string): RegExp => new RegExp(`^${expression}$`)
const [label, subdomain, label1035, namePart, labelText, configText] = [
  LABEL,
  SUBDOMAIN,
  LABEL_1035,
  NAME_PART,
  LABEL_VALUE,
  CONFIG_KEY,
].map(whole) as [RegExp, RegExp, RegExp, RegExp, RegExp, RegExp]

export function regexError(words: string, expression: string, ...examples: readonly string[]): string {
  return `${words} (e.g. ${examples.map((e) => `'${e}', `).join(' or ')}regex used for validation is '${expression}')`
}
const tooLong = (max: number): string => `must be no more than ${max} characters`
export const longer = (text: string, max: number): readonly string[] => (text.length > max ? [tooLong(max)] : [])

export const dnsSubdomain: Form<string> = (text) => [
  ...longer(text, 253),
  ...(subdomain.test(text)
    ? []
    : [
        regexError(
          "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
          SUBDOMAIN,
          'example.com',
        ),
      ]),
]

export const dnsLabel: Form<string> = (text) => {
  if (label.test(text)) return longer(text, 63)
  const words = subdomain.test(text)
    ? 'must not contain dots'
    : regexError(
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
        LABEL,
        'my-name',
        '123-abc',
      )
  return [...longer(text, 63), words]
}

export const dns1035Label: Form<string> = (text) => [
  ...longer(text, 63),
  ...(label1035.test(text)
    ? []
    : [
        regexError(
          "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
          LABEL_1035,
          'my-name',
          'abc-123',
        ),
      ]),
]

/** Keys of labels and annotations: NAME or PREFIX/NAME. */
export const qualifiedName: Form<string> = (text) => {
  const words = regexError(
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    NAME_PART,
    'MyName',
    'my.name',
    '123-abc',
  )
  const parts = text.split('/')
  if (parts.length > 2) return [`a qualified name ${words} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`]
  const name = parts.at(-1) as string
  const found: string[] = []
  if (parts.length === 2) {
    const prefix = parts[0] as string
    if (prefix === '') found.push('prefix part must be non-empty')
    else found.push(...dnsSubdomain(prefix).map((m) => `prefix part ${m}`))
  }
  if (name === '') found.push('name part must be non-empty')
  else if (name.length > 63) found.push(`name part ${tooLong(63)}`)
  if (!namePart.test(name)) found.push(`name part ${words}`)
  return found
}

export const labelValue: Form<string> = (text) => [
  ...longer(text, 63),
  ...(labelText.test(text)
    ? []
    : [
        regexError(
          "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
          LABEL_VALUE,
          'MyValue',
          'my_value',
          '12345',
        ),
      ]),
]

export const configKey: Form<string> = (text) =>
  configText.test(text)
    ? longer(text, 253)
    : [
        regexError(
          "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
          CONFIG_KEY,
          'key.name',
          'KEY_NAME',
          'key-name',
        ),
      ]

export const portNumber: Form<number> = (port) => (port >= 1 && port <= 65535 ? [] : ['must be between 1 and 65535, inclusive'])
export const notNegative: Form<number> = (n) => (n >= 0 ? [] : ['must be greater than or equal to 0'])

/** Names of container ports, and of targetPort. */
export const portName: Form<string> = (text) => {
  const found = [...longer(text, 15)]
  if (!/^[-a-z0-9]+$/.test(text)) found.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  if (!/[a-z]/.test(text)) found.push('must contain at least one letter (a-z)')
  if (text.includes('--')) found.push('must not contain consecutive hyphens')
  if (text.startsWith('-') || text.endsWith('-')) found.push('must not begin or end with a hyphen')
  return found
}

const IP_WORDS = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
const CIDR_WORDS = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'
export const ipAddress: Form<string> = (text) => (parseIp(text) === undefined ? [IP_WORDS] : [])
export const cidrValue: Form<string> = (text) => (parseCidr(text) === undefined ? [CIDR_WORDS] : [])

/** Addresses that no endpoint and no external IP may have (ValidateNonSpecialIP of core validation). */
export const endpointIp: Form<string> = (text) => {
  const address = parseIp(text)
  if (address === undefined) return [IP_WORDS]
  const found: string[] = []
  if (address === '0.0.0.0' || address === '::') found.push(`may not be unspecified (${address})`)
  if (isLoopback(address)) found.push('may not be in the loopback range (127.0.0.0/8, ::1/128)')
  if (isLinkLocal(address)) found.push('may not be in the link-local range (169.254.0.0/16, fe80::/10)')
  if (address.startsWith('224.0.0.') || address.startsWith('ff02:'))
    found.push('may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)')
  return found
}
