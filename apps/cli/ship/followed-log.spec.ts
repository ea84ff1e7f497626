import {
  appendFile,
  copyFile,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { pollUntil } from '#testing'
import { FileShipment } from './file-shipment.js'
import { Progress } from './progress.js'
import { PlayedServer, turn } from './testing/played-server.js'

let folder: string
let path: string
let server: PlayedServer
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'statusline-follow-'))
  path = join(folder, 'a.log')
  server = new PlayedServer()
})
afterEach(() => rm(folder, { recursive: true }))

/** Lines with a time and a word, as one writer makes them. */
const lines = (word: string, count: number) =>
  Array.from({ length: count }, (_, n) => `2026-11-23T12:00:00Z GET /${word}/${n} 200`)
const text = (word: string, count: number) => `${lines(word, count).join('\n')}\n`

/** `ship --follow` until `stop`; a look comes as soon as all else had its turn. */
function follow() {
  const stopped = new AbortController()
  const said = new PassThrough({ encoding: 'utf8' })
  let sentences = ''
  said.on('data', (words: string) => (sentences += words.replaceAll(folder, '')))
  let pauses = 0
  const pause = async () => {
    pauses += 1
    await turn()
  }
  const shipping = {
    sender: server,
    progress: new Progress(said, null, () => 0),
    signal: stopped.signal,
  }
  const done = new FileShipment(path, shipping, { now: () => 0, pause }).follow().catch((error: unknown) => {
    if (!stopped.signal.aborted) throw error
  })
  return {
    said: () => sentences,
    pauses: () => pauses,
    /** Several looks of each loop that is not held up. */
    looks: async (count = 10) => {
      const until = pauses + 2 * count
      await pollUntil(() => pauses >= until, { deadlineMs: 60_000, everyMs: 1, what: 'looks at the folder' })
    },
    stop: async () => {
      stopped.abort()
      await done
    },
  }
}

const taken = (count: number) =>
  pollUntil(() => server.lines.length >= count, { deadlineMs: 60_000, everyMs: 1, what: `${count} lines` })

async function rotate(count: number): Promise<void> {
  for (let n = count; n > 0; n -= 1) await rename(n === 1 ? path : `${path}.${n - 1}`, `${path}.${n}`)
}

async function write(name: string, words: string | Uint8Array, second: number): Promise<void> {
  await writeFile(name, words)
  await utimes(name, second, second)
}

/** As gzip does: the time of the last write stays. */
async function compress(name: string): Promise<void> {
  const { mtimeMs } = await stat(name)
  await write(`${name}.gz`, gzipSync(await readFile(name)), mtimeMs / 1000)
  await rm(name)
}

it('sends every file in order that came while the server was away', async () => {
  await writeFile(path, text('a', 10))
  const shipping = follow()
  await taken(10)
  const back = server.goAway()
  await appendFile(path, text('b', 5))
  for (const word of ['c', 'd', 'e']) {
    await shipping.looks()
    await rotate(word.charCodeAt(0) - 98)
    await writeFile(path, text(word, 7))
  }
  await shipping.looks()
  for (let n = 1; n <= 3; n += 1) await rm(`${path}.${n}`)
  back()
  await taken(36)
  await shipping.stop()
  expect(server.lines).toEqual([
    ...lines('a', 10),
    ...lines('b', 5),
    ...lines('c', 7),
    ...lines('d', 7),
    ...lines('e', 7),
  ])
})

it.each([1, 2, 3])('goes on where it stood when it was away for %d rotations', async (rotations) => {
  await write(`${path}.1`, text('not its own', 3), 100)
  await write(path, text('a', 10), 101)
  const before = follow()
  await taken(10)
  await before.stop()
  expect(before.said()).toBe(
    '/a.log: the server knows none of its rotated files (a.log.1) of this source; they are not sent\n',
  )
  await appendFile(path, text('b', 5))
  await utimes(path, 102, 102)
  for (let n = 1; n <= rotations; n += 1) {
    await rotate(n + 1)
    await write(path, text(`c${n}`, 7), 102 + n)
  }
  if (rotations > 1) await compress(`${path}.2`)
  const after = follow()
  await taken(15 + 7 * rotations)
  await after.looks()
  await after.stop()
  const since = Array.from({ length: rotations }, (_, n) => lines(`c${n + 1}`, 7)).flat()
  expect(server.lines).toEqual([...lines('a', 10), ...lines('b', 5), ...since])
  expect(after.said()).toContain('/a.log: its rotated files go first, from where the server stands: a.log.')
})

it.each([
  ['.2', '.1'],
  ['.1', '.2'],
])('leaves out none of two files that were written to in the same moment: %s and %s', async (known, other) => {
  await writeFile(path, text('a', 10))
  const before = follow()
  await taken(10)
  await before.stop()
  await rename(path, `${path}${known}`)
  await utimes(`${path}${known}`, 101, 101)
  await write(`${path}${other}`, text('b', 7), 101)
  await write(path, text('c', 7), 102)
  const after = follow()
  await taken(24)
  await after.stop()
  expect(server.lines.toSorted()).toEqual([...lines('a', 10), ...lines('b', 7), ...lines('c', 7)].toSorted())
})

it('sends what a writer adds that reopens late, for ten minutes of looks, and then the line that it left unfinished', async () => {
  await writeFile(path, text('a', 10))
  const shipping = follow()
  await taken(10)
  await rotate(1)
  await writeFile(path, text('b', 5))
  await taken(15)
  await shipping.looks(200)
  await appendFile(`${path}.1`, `${text('late', 3)}cut off`)
  await taken(18)
  const looksBefore = shipping.pauses()
  await pollUntil(() => Buffer.concat(server.taken).toString().endsWith('cut off'), {
    deadlineMs: 120_000,
    everyMs: 1,
    what: 'the unfinished line',
  })
  expect(shipping.pauses() - looksBefore).toBeGreaterThanOrEqual(3_000)
  await shipping.stop()
  expect(server.lines).toEqual([...lines('a', 10), ...lines('b', 5), ...lines('late', 3)])
})

describe('a log that is copied and truncated', () => {
  it('loses nothing of what came before the copy', async () => {
    await writeFile(path, text('a', 10))
    const shipping = follow()
    await taken(10)
    const back = server.goAway()
    await appendFile(path, text('b', 1))
    await shipping.looks()
    await appendFile(path, text('c', 5))
    await copyFile(path, `${path}.1`)
    await truncate(path)
    await appendFile(path, text('d', 4))
    await shipping.looks()
    back()
    await taken(20)
    await shipping.stop()
    expect(server.lines.toSorted()).toEqual(
      [...lines('a', 10), ...lines('b', 1), ...lines('c', 5), ...lines('d', 4)].toSorted(),
    )
  })

  it('is not counted twice when lines came between copy and truncation', async () => {
    await writeFile(path, text('a', 10))
    const shipping = follow()
    await taken(10)
    await copyFile(path, `${path}.1`)
    await appendFile(path, text('b', 5))
    await taken(15)
    await truncate(path)
    await shipping.looks()
    await appendFile(path, text('c', 4))
    await taken(19)
    await shipping.looks()
    await shipping.stop()
    expect(shipping.said()).toContain('a.log.1 is taken for a copy of what was sent')
    const again = follow()
    await again.looks()
    await again.stop()
    expect(server.lines).toEqual([...lines('a', 10), ...lines('b', 5), ...lines('c', 4)])
  })

  it('is read from its new beginning when it grew past the old end while the server was away', async () => {
    await writeFile(path, text('a', 3))
    const shipping = follow()
    await taken(3)
    const back = server.goAway()
    await appendFile(path, text('b', 1))
    await shipping.looks()
    await writeFile(path, text('c', 20))
    await shipping.looks()
    back()
    await taken(24)
    await shipping.stop()
    expect(server.lines).toEqual([...lines('a', 3), ...lines('b', 1), ...lines('c', 20)])
  })
})

it('says once that a file is not there yet, and sends it when it comes', async () => {
  const shipping = follow()
  await shipping.looks()
  expect(shipping.said()).toBe('/a.log: there is no such file yet; waiting for it\n')
  await writeFile(path, text('a', 2))
  await taken(2)
  await shipping.stop()
})
