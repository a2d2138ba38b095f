import type { Sentence } from './words.ts'

const maybe = (near: string | number | undefined): string => (near === undefined ? '' : ` (did you mean ${near}?)`)

/** What the command line itself says. The engine's own sentences stand in words/. */
export const en = {
  'unknown-command': ({ name, near }) => `no such command: ${name}${maybe(near)}`,
  'unknown-option': ({ name, near }) => `no such option: ${name}${maybe(near)}`,
  'needs-value': ({ option }) => `${option} needs a value`,
  'takes-no-value': ({ option }) => `${option} takes no value`,
  'needs-option': ({ option }) => `${option} is missing`,
  'needs-one-of': ({ options }) => `one of these is missing: ${options}`,
  'only-one-of': ({ options }) => `only one of these can be given: ${options}`,
  'needs-file': () => 'no files: name YAML files or folders, or - for standard input',
  'needs-word': ({ what }) => `${what} is missing`,
  'extra-word': ({ word }) => `one word too many: ${word}`,
  'option-value': ({ option, value, values }) => `${option} ${value}: not one of ${values}`,
  'option-number': ({ option, value, low, high }) => `${option} ${value}: not a whole number from ${low} to ${high}`,
  'option-header': ({ value }) => `-H ${value}: a header reads 'Name: value'`,
  'option-method': ({ value }) => `--method ${value}: not an HTTP method`,
  'only-for': ({ option, what }) => `${option} is only for ${what}`,
  'not-built': ({ name }) => `${name} is not built yet`,
  'no-stdin': () => 'standard input is taken by the batch',
  'batch-line': () => 'a line of a batch is a JSON array of texts',
  'try-help': ({ command }) => `Try: packetwalk ${command === '' ? '' : `${command} `}--help`,

  'no-such-file': ({ path }) => `${path}: no such file or folder`,
  'no-yaml': ({ path }) => `${path}: no .yaml, .yml or .json file in this folder`,
  unreadable: ({ path, why }) => `${path}: cannot be read (${why})`,
  'not-utf8': () => 'not a UTF-8 text',
  'file-too-large': ({ path, size, limit }) =>
    `${path}: ${size} MB; at most ${limit} MB are read. Leave out what the question does not need`,
  'not-json': ({ path, why }) => `${path}: not JSON (${why})`,
  'check-nothing': () => 'there is nothing in it to check: no object, only blanks or comments',
  'check-ok': ({ objects }) => `ok: ${objects} objects`,
  unproven: ({ cni }) => `What ${cni} does here was read from its source and never run against a kernel; a real node may do otherwise`,
  counts: ({ steps, rulesEvaluated, rulesMatched, natRewrites, lookups }) =>
    `${steps} steps, ${rulesEvaluated} rules evaluated, ${rulesMatched} matched, ${natRewrites} NAT rewrites, ${lookups} look-ups`,
  'not-golden': ({ path }) => `${path}: not a recorded walk (packetwalk-kernel-golden/1)`,
  'matrix-more': ({ count }) => `… and ${count} more`,
  'replay-same': ({ steps }) => `identical: ${steps} steps`,
  'replay-differs': ({ difference }) => `differs: ${difference}`,
  'replay-skipped': ({ why }) => `not replayed: ${why}`,
  'export-no-probe': () => 'the lab has no probe: give --from and --to, or spec.probes in a Lab',
  'verify-cannot': ({ why }) => `not checked: ${why}`,
  'verify-differs': ({ difference }) => `differs from this machine's kernel: ${difference}`,
  'verify-failed': ({ why }) => `the recorder failed: ${why}`,
  'verify-no-recorder': () => 'e2e/kernel/scenario.py is not here: verify runs in a checkout',
  'no-such-node': ({ name, near, names }) =>
    `no node ${name}${near === undefined ? (names === '' ? ': the lab has none' : `; there are: ${names}`) : maybe(near)}`,
  'cni-no-walk': ({ text }) => `no CNI plugin to follow: ${text}`,
  'no-such-pod': ({ name, near }) => `no Pod ${name}${maybe(near)}`,
  'pod-pending': ({ name }) => `Pod ${name} runs on no node, so there is nothing to look into`,
  'no-such-kind': ({ name, near, names }) => `no such kind of object: ${name}${near === undefined ? `; there are: ${names}` : maybe(near)}`,
  'no-such-tool': ({ name, near, names }) => `no such tool: ${name}${near === undefined ? `; there are: ${names}` : maybe(near)}`,
  'nothing-there': ({ what }) => `${what} has nothing to show`,
  bug: ({ what, version }) =>
    `packetwalk ${version}: a bug of ours: ${what}. Please report it with the command and its files; PACKETWALK_DEBUG=1 prints where it happened`,
} as const satisfies Readonly<Record<string, Sentence>>
