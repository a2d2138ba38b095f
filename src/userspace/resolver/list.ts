import { glibc } from './glibc.ts'
import type { CLibrary, LibraryName } from './library.ts'
import { musl } from './musl.ts'

const LIBRARIES: Readonly<Record<LibraryName, CLibrary>> = { glibc, musl }

/** glibc unless told. */
export const libraryNamed = (name: LibraryName | undefined): CLibrary => LIBRARIES[name ?? 'glibc']
