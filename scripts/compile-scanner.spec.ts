import { spawnSync } from 'node:child_process'

it('finds the compiled scanner to be what its source compiles to', () => {
  const check = spawnSync(process.execPath, ['scripts/compile-scanner.mjs', '--check'], { encoding: 'utf8' })
  expect(check).toMatchObject({ stderr: '', status: 0 })
}, 60_000)
