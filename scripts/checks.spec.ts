import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'statusline-checks-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('check-licences', () => {
  const cases: [licence: unknown, allowed: boolean][] = [
    ['MIT', true],
    ['PostgreSQL', true],
    ['(MIT OR GPL-3.0-only)', true],
    ['GPL-3.0-only OR (Apache-2.0 AND MIT)', true],
    ['(MIT AND GPL-3.0-only) OR (ISC AND (LGPL-3.0 OR MIT))', true],
    [{ type: 'MIT' }, true],
    ['MIT AND GPL-3.0-only', false],
    ['(MIT OR ISC) AND SSPL-1.0', false],
    ['GPL-3.0-only', false],
    ['UNLICENSED', false],
    ['SEE LICENSE IN x', false],
    [undefined, false],
  ]
  it.each(cases)('%j: %s', (license, allowed) => {
    install('pkg', { name: 'pkg', version: '1.0.0', license })
    const { status, stderr } = check('check-licences.mjs', folder)
    expect(status).toBe(allowed ? 0 : 1)
    expect(stderr.includes('pkg@1.0.0: ')).toBe(!allowed)
  })

  it('looks into scopes, nested packages and old forms of the field', () => {
    install('@scope/fine', { name: '@scope/fine', version: '1.0.0', license: 'MIT' })
    install('@scope/fine/node_modules/inner', { name: 'inner', version: '2.0.0', license: 'GPL-2.0' })
    install('old', { name: 'old', version: '3.0.0', licenses: [{ type: 'GPL-2.0' }, { type: 'MIT' }] })
    const { status, stderr } = check('check-licences.mjs', folder)
    expect([status, stderr.split('\n')[0]]).toEqual([1, 'inner@2.0.0: GPL-2.0'])
    expect(stderr).toContain('1 of 3 packages')
  })

  it('does not pass where nothing is installed', () => {
    expect(check('check-licences.mjs', folder).status).toBe(1)
  })
})

describe('check-system-packages', () => {
  it('is content when every command is there', () => {
    expect(checkList('# shells\ndash   sh\nbash\ncoreutils /bin/ls\n\n')).toMatchObject({ status: 0, stderr: '' })
  })

  it('names what is missing in one line, each package once', () => {
    const { status, stderr } = checkList(
      'dash sh\nnowhere no-such-command # why\nnowhere no-such-tool\nelsewhere no-such-other',
    )
    expect(status).toBe(1)
    expect(stderr).toBe(
      'missing system packages: nowhere elsewhere (on Debian: apt-get install -y --no-install-recommends nowhere elsewhere)\n',
    )
  })
})

function install(path: string, manifest: object): void {
  const target = join(folder, 'node_modules', path)
  mkdirSync(target, { recursive: true })
  writeFileSync(join(target, 'package.json'), JSON.stringify(manifest))
}

function checkList(list: string) {
  writeFileSync(join(folder, 'list.txt'), list)
  return check('check-system-packages.mjs', join(folder, 'list.txt'))
}

function check(script: string, argument: string) {
  return spawnSync(process.execPath, [join('scripts', script), argument], { encoding: 'utf8' })
}
