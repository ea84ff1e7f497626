import { createReadStream } from 'node:fs'
import { addAbortSignal, type Readable } from 'node:stream'
import { UsageError, type CommandContext } from '../command.js'

/** The bytes of a file as they stand there, or of standard input where the file is named `-`. */
export function openLog(file: string, { stdin, signal }: CommandContext): Readable {
  return addAbortSignal(signal, file === '-' ? (stdin as Readable) : createReadStream(file))
}

/** Why a log cannot be read, in words; the error as it was where nobody knows better. */
export function troubleWith(file: string, error: unknown): unknown {
  const name = file === '-' ? 'standard input' : file
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EISDIR':
      return new UsageError(`${name} is a directory; name a file, or - for standard input`)
    case 'ENOENT':
      return new UsageError(`no such file: ${name}`)
    case 'EACCES':
    case 'EPERM':
      return new Error(`${name} may not be read by this user: permission denied`, { cause: error })
    default:
      return error
  }
}
