import { UsageError } from '../command.js'
import { troubleWith } from './open-log.js'

const failed = (code: string) => Object.assign(new Error(`${code}: as Node says it`), { code })

describe('a log that cannot be read', () => {
  it.each([
    ['EISDIR', 'logs', 'logs is a directory; name a file, or - for standard input'],
    ['EISDIR', '-', 'standard input is a directory; name a file, or - for standard input'],
    ['ENOENT', 'a.log', 'no such file: a.log'],
    ['EACCES', 'a.log', 'a.log may not be read by this user: permission denied'],
    ['EPERM', 'a.log', 'a.log may not be read by this user: permission denied'],
    ['EIO', 'a.log', 'EIO: as Node says it'],
  ])('%s of %s', (code, file, message) => {
    expect(troubleWith(file, failed(code))).toMatchObject({ message })
  })

  it('is a wrong argument where the name is wrong, and a failure where the file is', () => {
    expect(troubleWith('logs', failed('EISDIR'))).toBeInstanceOf(UsageError)
    expect(troubleWith('a.log', failed('EACCES'))).not.toBeInstanceOf(UsageError)
  })
})
