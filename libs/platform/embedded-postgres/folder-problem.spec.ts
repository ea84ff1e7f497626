import { EmbeddedPostgresError } from './error.js'
import { folderProblem, noRoom } from './folder-problem.js'

const failed = (message: string, fields: object = {}): Error => Object.assign(new Error(message), fields)

describe('folderProblem', () => {
  it.each<[string, unknown, RegExp]>([
    [
      'closed',
      failed('EACCES: permission denied, mkdir', { syscall: 'mkdir' }),
      /^the data folder \/data cannot be used: EACCES: [^;]*; set STATUSLINE_DATA to another folder, or DATABASE_URL$/,
    ],
    [
      'full, which initdb met',
      new EmbeddedPostgresError('initdb failed: FATAL: could not extend file: No space left on device'),
      /^the data folder \/data cannot be used: .*No space left on device; make room \(.*100 MB\), set STATUSLINE_DATA/,
    ],
    ['full, which we met', failed('ENOSPC: no space left on device, write', { syscall: 'write' }), /; make room \(/],
    ['over its quota', new EmbeddedPostgresError('could not write: Disk quota exceeded'), /; make room \(/],
  ])('names the setting of a folder that is %s', (_name, error, line) => {
    expect(folderProblem('/data', error)?.message).toMatch(line)
  })

  it.each<[string, unknown]>([
    ['a program that cannot be started', failed('spawn initdb ENOENT', { syscall: 'spawn initdb' })],
    ['a database that does not start', new EmbeddedPostgresError('the embedded database did not start: FATAL: no')],
  ])('leaves %s alone', (_name, error) => {
    expect(folderProblem('/data', error)).toBeUndefined()
  })

  it('is no lack of room where the network fails, which has a system call, too', () => {
    expect(noRoom('/data', failed('read ECONNRESET', { syscall: 'read' }))).toBeUndefined()
    expect(noRoom('/data', failed('could not extend file: No space left on device'))?.message).toContain('make room')
  })
})
