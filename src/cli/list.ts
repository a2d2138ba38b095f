import type { Command } from './command.ts'
import { batchCommand } from './commands/batch.ts'
import { check } from './commands/check.ts'
import { cni } from './commands/cni.ts'
import { dns } from './commands/dns.ts'
import { exportCommand } from './commands/export.ts'
import { get } from './commands/get.ts'
import { matrix } from './commands/matrix.ts'
import { probeCommand } from './commands/probe.ts'
import { replayCommand } from './commands/replay.ts'
import { rules } from './commands/rules.ts'
import { show } from './commands/show.ts'
import { verify } from './commands/verify.ts'

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  check,
  rules,
  show,
  get,
  probeCommand,
  dns,
  cni,
  replayCommand,
  batchCommand,
  matrix,
  exportCommand,
  verify,
]
