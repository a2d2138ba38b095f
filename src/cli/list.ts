import type { Command } from './command.ts'
import { batchCommand } from './commands/batch.ts'
import { replayCommand } from './commands/replay.ts'
import { exportCommand, matrix, verify } from './commands/unbuilt.ts'

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [batchCommand, replayCommand, matrix, exportCommand, verify]
