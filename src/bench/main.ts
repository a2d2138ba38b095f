import { cpus } from 'node:os'
import { loadParts } from '../engine/parts.ts'
import { edit } from './edit.ts'
import { kernel } from './kernel.ts'
import { matrix } from './matrix.ts'
import { parse } from './parse.ts'
import { services } from './services.ts'
import { sync } from './sync.ts'

await loadParts()

const parts = [edit, parse, services, kernel, sync, matrix] as const

console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown processor'}\n`)
for (const part of parts) console.log(part())
