import { spawnSync } from 'node:child_process'
import {
  appendFile,
  copyFile,
  mkdtemp,
  readdir,
  readlink,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { ServerProcess, pollUntil, statusline } from '#testing'

let server: ServerProcess
let folder: string

beforeAll(async () => {
  server = await ServerProcess.start()
  folder = await mkdtemp(join(tmpdir(), 'statusline-ship-'))
})
afterAll(async () => {
  await server.remove()
  await rm(folder, { recursive: true, force: true })
})

const two = (n: number) => String(n).padStart(2, '0')

let serial = 0

/** Lines that no other call makes, a few seconds old. */
function lines(count: number): string {
  const at = new Date(Date.now() - 5_000)
  const month = at.toLocaleString('en', { month: 'short', timeZone: 'UTC' })

  const stamp = `${two(at.getUTCDate())}/${month}/${at.getUTCFullYear()}:${at.toISOString().slice(11, 19)} +0000`
  return Array.from(
    { length: count },
    () => `192.0.2.1 - - [${stamp}] "GET /f/${serial++} HTTP/1.1" 200 5 "-" "t"\n`,
  ).join('')
}

/** Lines of a winter's day in that year. */
const old = (year: number, count: number): string =>
  Array.from(
    { length: count },
    (_, at) => `192.0.2.1 - - [02/Jan/${year}:10:00:00 +0000] "GET /o/${at} HTTP/1.1" 200 5 "-" "t"\n`,
  ).join('')

const ship = (...args: string[]) => statusline(server.url, ['ship', ...args]).done

const counted = async (source: string): Promise<number> => {
  const { breakdown } = await server.graphql<{ breakdown: { total: { count: number } } }>(
    'query ($s: String!) { breakdown(range: { last: "2h" }, by: [CODE], filter: { source: [$s] }) { total { count } } }',
    { s: source },
  )
  return breakdown.total.count
}

/** Waits for the count, then makes sure with one more event that nothing else was on its way. */
async function expectCounted(source: string, count: number): Promise<void> {
  await pollUntil(async () => (await counted(source)) >= count, {
    deadlineMs: 120_000,
    what: `${count} events of ${source}`,
  })
  await server.json(`/v1/ingest/${source}`, lines(1))
  await pollUntil(async () => (await counted(source)) > count, { deadlineMs: 120_000, what: 'one more event' })
  expect(await counted(source)).toBe(count + 1)
}

it('counts a file once, however often it is sent: again, under another name, and compressed', async () => {
  const path = join(folder, 'once.log')
  await writeFile(path, lines(5_000))
  expect(await ship('--source', 'once', path)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('5000 accepted'),
  })
  expect(await ship('--source', 'once', path)).toMatchObject({ code: 0, stderr: expect.stringContaining('0 accepted') })
  await rename(path, `${path}.1`)
  expect(await ship('--source', 'once', `${path}.1`)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('0 accepted'),
  })
  expect(spawnSync('gzip', [`${path}.1`]).status).toBe(0)
  expect(await ship('--source', 'once', `${path}.1.gz`)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('0 accepted'),
  })
  await expectCounted('once', 5_000)
})

it('goes on where the server stands when it was killed in the middle', async () => {
  const path = join(folder, 'killed.log')
  await writeFile(path, lines(150_000))
  const first = statusline(server.url, ['ship', '--source', 'killed', path])
  await pollUntil(async () => (await counted('killed')) > 0, {
    deadlineMs: 120_000,
    everyMs: 5,
    what: 'a first acknowledgement',
  })
  first.kill('SIGKILL')
  await first.done
  expect(await ship('--source', 'killed', path)).toMatchObject({ code: 0 })
  await expectCounted('killed', 150_000)
})

it('tells files apart that begin alike', async () => {
  const beginning = lines(1)
  const [one, two] = [join(folder, 'one.log'), join(folder, 'two.log')]
  await writeFile(one, beginning)
  await ship('--source', 'alike', one)
  await appendFile(one, lines(10))
  await ship('--source', 'alike', one)
  await writeFile(two, beginning + lines(20))
  await ship('--source', 'alike', two)
  await expectCounted('alike', 1 + 10 + 21)
})

it('keeps two files apart that two processes follow and that begin with the same line', async () => {
  const [one, two] = [join(folder, 'host-1.log'), join(folder, 'host-2.log')]
  const probe = lines(1)
  const following = [one, two].map((path) => statusline(server.url, ['ship', '--follow', '--source', 'fleet', path]))
  try {
    await writeFile(one, probe)
    await reached('fleet', 1)
    await writeFile(two, probe) // the same bytes as another's until it goes on differently
    for (let round = 1; round <= 8; round += 1) {
      // Lines of equal length, so that offsets alone cannot tell the files apart; always one after the other.
      await appendFile(one, lines(1))
      await pollUntil(async () => (await counted('fleet')) >= 2 * round, {
        deadlineMs: 120_000,
        what: 'the line of one',
      })
      await appendFile(two, lines(1))
      await pollUntil(async () => (await counted('fleet')) >= 2 * round + 2, {
        deadlineMs: 120_000,
        what: 'the line of two',
      })
    }
  } finally {
    for (const process of following) process.kill('SIGTERM')
  }
  for (const process of following) expect(await process.done).toMatchObject({ code: 0 })
  await expectCounted('fleet', 2 + 16)
})

it('follows appends, half lines, a rename, a reused inode and copytruncate', async () => {
  const path = join(folder, 'follow.log')
  const following = statusline(server.url, ['ship', '--follow', '--source', 'follow', path])
  try {
    await writeFile(path, lines(10))
    await reached('follow', 10)
    const [half] = lines(1).split(' "t"')
    // It has seen the half line when it has sent the one before.
    await appendFile(path, lines(1) + half)
    await reached('follow', 11)
    await appendFile(path, ` "t"\n${lines(3)}`)
    await reached('follow', 15)

    await rename(path, `${path}.1`)
    await appendFile(`${path}.1`, lines(5)) // the writer has not reopened yet
    await writeFile(path, lines(7))
    await reached('follow', 27)

    const { ino } = await stat(path)
    await rm(path)
    await writeFile(path, lines(6))
    process.stderr.write(`inode ${(await stat(path)).ino === ino ? 'reused' : 'not reused by this file system'}\n`)
    await reached('follow', 33)

    await copyFile(path, `${path}.copy`)
    await truncate(path)
    await appendFile(path, lines(9))
    await reached('follow', 42)
    await ship('--source', 'follow', `${path}.copy`)
  } finally {
    following.kill('SIGTERM')
  }
  expect(await following.done).toMatchObject({ code: 0 })
  await expectCounted('follow', 42)
})

/** Waits until a process has opened what a path names. */
async function opened(pid: number, path: string): Promise<void> {
  const folder = `/proc/${pid}/fd`
  const names = async () =>
    Promise.all((await readdir(folder)).map((fd) => readlink(join(folder, fd)).catch(() => 'closed meanwhile')))
  await pollUntil(async () => (await names()).includes(path), { deadlineMs: 60_000, what: `${path} opened` })
}

/** Makes way under the path: .1 becomes .2, and the log .1. */
async function rotate(path: string, rotatedBefore = 0): Promise<void> {
  for (let n = rotatedBefore; n > 0; n -= 1) await rename(`${path}.${n}`, `${path}.${n + 1}`)
  await rename(path, `${path}.1`)
}

it('sends every file of a log that was rotated while the server was away', async () => {
  const path = join(folder, 'away.log')
  await writeFile(path, lines(10))
  const following = statusline(server.url, ['ship', '--follow', '--source', 'away', path])
  try {
    await reached('away', 10)
    await server.end('SIGTERM')
    await appendFile(path, lines(5))
    await rotate(path)
    await writeFile(path, lines(7))
    await opened(following.pid, path)
    await rotate(path, 1)
    await writeFile(path, lines(3))
    await opened(following.pid, path)
    for (const rotated of [`${path}.1`, `${path}.2`]) await rm(rotated)
    await server.start()
    await reached('away', 25)
  } finally {
    following.kill('SIGTERM')
    if (!server.running) await server.start()
  }
  expect(await following.done).toMatchObject({ code: 0 })
  await expectCounted('away', 25)
})

it.each([
  ['once', 1],
  ['twice', 2],
])('goes on in the rotated file where it stood when the log was rotated %s without it', async (name, rotations) => {
  const source = `rotated-${name}`
  const path = join(folder, `${source}.log`)
  const followUntil = async (count: number) => {
    const following = statusline(server.url, ['ship', '--follow', '--source', source, path])
    try {
      await reached(source, count)
    } finally {
      following.kill('SIGTERM')
    }
    return (await following.done).stderr
  }
  await writeFile(`${path}.1`, lines(4))
  await writeFile(path, lines(10))
  expect(await followUntil(10)).toContain('the server knows none of its rotated files')
  await appendFile(path, lines(5))
  for (let n = 1; n <= rotations; n += 1) {
    await rotate(path, n)
    await writeFile(path, lines(7))
  }
  expect(await followUntil(15 + 7 * rotations)).toContain('its rotated files go first, from where the server stands')
  await expectCounted(source, 15 + 7 * rotations)
})

it('finds the files between rotations that follow one another at once, and what is written late to a rotated one', async () => {
  const path = join(folder, 'quick.log')
  let count = 32
  await writeFile(path, lines(10))
  const following = statusline(server.url, ['ship', '--follow', '--source', 'quick', path])
  try {
    await reached('quick', 10)
    await appendFile(path, lines(1))
    for (let n = 0; n < 3; n += 1) {
      await rotate(path, n)
      await writeFile(path, lines(7))
    }
    await reached('quick', count)
    const since = Date.now()
    // The writers of the new file and of an old one go on beside each other for a while.
    while (Date.now() - since < 4_000) {
      await appendFile(path, lines(1))
      await reached('quick', (count += 1))
    }
    await appendFile(`${path}.3`, lines(2))
    await reached('quick', (count += 2))
  } finally {
    following.kill('SIGTERM')
  }
  expect(await following.done).toMatchObject({ code: 0 })
  await expectCounted('quick', count)
})

it('leaves a last line that is being written for the next run', async () => {
  const path = join(folder, 'growing.log')
  const last = lines(1)
  await writeFile(path, lines(5) + last.slice(0, 60))
  expect(await ship('--source', 'growing', path)).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/60 bytes are left for the next run[^]*\b5 accepted, 0 duplicate, 0 rejected/),
  })
  await appendFile(path, last.slice(60))
  expect(await ship('--source', 'growing', path)).toMatchObject({
    stderr: expect.stringContaining('1 accepted, 0 duplicate, 0 rejected'),
  })
  await expectCounted('growing', 6)
})

it('reads standard input', async () => {
  const done = await statusline(server.url, ['ship', '--source', 'stdin', '-'], { stdin: lines(300) }).done
  expect(done).toMatchObject({ code: 0, stderr: expect.stringContaining('300 accepted') })
  await expectCounted('stdin', 300)
})

it('counts what it reports of a compressed file that is cut off, and nothing twice when the whole file comes', async () => {
  const path = join(folder, 'cut.log.gz')
  const whole = gzipSync(lines(40_000))
  await writeFile(path, whole.subarray(0, Math.floor(whole.length * 0.8)))
  const { code, stderr } = await statusline(server.url, ['replay', '--source', 'cut', path]).done
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/cut\.log\.gz is no whole gzip file/),
  })
  const accepted = Number(/^(\d+) accepted/m.exec(stderr)?.[1])
  // More than one part of 1 MiB.
  expect(accepted).toBeGreaterThan(20_000)
  await reached('cut', accepted)
  const again = await statusline(server.url, ['replay', '--source', 'cut', path]).done
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('0 accepted') })
  await writeFile(path, whole)
  const rest = await statusline(server.url, ['replay', '--source', 'cut', path]).done
  expect(rest).toMatchObject({ code: 0, stderr: expect.stringContaining(`${40_000 - accepted} accepted`) })
  await expectCounted('cut', 40_000)
})

it('says what is wrong when the server is not there, the file is not there, or the arguments are not right', async () => {
  const path = join(folder, 'wrong.log')
  await writeFile(path, lines(1))
  const away = await statusline('http://127.0.0.1:9', ['ship', '--give-up-after', '0', path]).done
  expect(away).toMatchObject({ code: 1, stderr: expect.stringContaining('no answer from http://127.0.0.1:9') })
  expect(await ship(join(folder, 'nowhere.log'))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no such file'),
  })
  await writeFile(`${path}.zst`, zstdCompressSync(lines(1)))
  expect(await ship(path, `${path}.zst`)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/wrong\.log\.zst is a file of zstd; of compressed files only gzip \(\.gz\) is read/),
  })
  expect(await ship()).toMatchObject({ code: 2, stderr: expect.stringContaining('no file named') })
  expect(await ship('--folow', path)).toMatchObject({ code: 2, stderr: expect.stringContaining("'--folow'") })
})

async function reached(source: string, count: number): Promise<void> {
  await pollUntil(async () => (await counted(source)) >= count, {
    deadlineMs: 120_000,
    what: `${count} events of ${source}`,
  })
  expect(await counted(source)).toBe(count)
}

it('says of a log older than the retention that it is not counted, and fails', async () => {
  const path = join(folder, 'old.log')
  await writeFile(path, old(2003, 30) + lines(2))
  const { code, stderr } = await statusline(server.url, ['replay', path, '--source', 'archive']).done
  expect(stderr).toMatch(/^2 accepted, 0 duplicate, 30 rejected \(too_old; see statusline rejects list\)/)
  expect(stderr).toContain('not counted: 30 events older than 5 years')
  expect(stderr).toContain('retention.daysYears is 5')
  expect(code).toBe(1)
  const rejects = await server.json<{ rejects: unknown[] }>('/v1/rejects?source=archive&reason=too_old&first=100')
  expect(rejects.rejects).toHaveLength(30)
  const lastYear = join(folder, 'last-year.log')
  await writeFile(lastYear, old(new Date().getUTCFullYear() - 1, 3))
  expect(await statusline(server.url, ['replay', lastYear, '--source', 'archive']).done).toMatchObject({ code: 0 })
})
