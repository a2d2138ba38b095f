/** `{%NAME%}` and `{$NAME}` of a word become what the environment holds, nothing when it holds none (caddy parse.go replaceEnvVars). */
export function withEnvironment(text: string, env: Readonly<Record<string, string>>): string {
  return replaced(replaced(text, '{%', '%}', env), '{$', '}', env)
}

function replaced(text: string, start: string, end: string, env: Readonly<Record<string, string>>): string {
  let out = text
  // A value that brings its own placeholder would be replaced for ever; so long a chain is nobody's intention.
  for (let rounds = 0; rounds < MOST_ROUNDS; rounds++) {
    const from = out.indexOf(start)
    const to = from < 0 ? -1 : out.indexOf(end, from)
    if (to <= from + start.length) return out
    const name = out.slice(from + start.length, to)
    out = out.replaceAll(out.slice(from, to + end.length), () => (Object.hasOwn(env, name) ? (env[name] ?? '') : ''))
  }
  return out
}

const MOST_ROUNDS = 100
