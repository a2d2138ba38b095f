/**
 * How often a property is tried: all `whole` times with the heavy tests, a fifth of them in a quick run. Only files with `property` in their
 * name run in both.
 */
export const rounds = (whole: number): number => (process.env['PACKETWALK_HEAVY'] === '1' ? whole : Math.ceil(whole / 5))
