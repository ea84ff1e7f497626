import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFolder } from './make-folder.js'

let workshop: string
beforeEach(() => (workshop = mkdtempSync(join(tmpdir(), 'statusline-folder-'))))
afterEach(() => rmSync(workshop, { recursive: true }))

describe('makeFolder', () => {
  it('makes a folder with its parents, and is content where it is there', () => {
    const folder = join(workshop, 'a', 'b', 'c')
    for (let time = 0; time < 2; time++) makeFolder(folder)
    expect(statSync(folder).isDirectory()).toBe(true)
  })

  it.each(['/proc/statusline', '/proc/statusline/data', '/dev/null/data'])(
    'comes back with an error from %s',
    (path) => {
      expect(() => makeFolder(path)).toThrow(/^E[A-Z]+: /)
    },
  )

  it('does not take a file for a folder', () => {
    writeFileSync(join(workshop, 'file'), '')
    expect(() => makeFolder(join(workshop, 'file'))).toThrow('EEXIST')
    expect(() => makeFolder(join(workshop, 'file', 'data'))).toThrow('ENOTDIR')
  })
})
