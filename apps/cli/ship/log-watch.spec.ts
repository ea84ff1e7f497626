import { appendFile, copyFile, mkdtemp, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LogWatch } from './log-watch.js'

let folder: string
let path: string
let said: string[]
let watch: LogWatch
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'statusline-watch-'))
  path = join(folder, 'a.log')
  said = []
  watch = new LogWatch(path, (sentence) => said.push(sentence.replaceAll(folder, '')), 4)
})
afterEach(async () => {
  await watch.close()
  await rm(folder, { recursive: true })
})

/** What is held open, in order, by what it holds. */
const held = () =>
  Promise.all(watch.files.map(async ({ content }) => Buffer.from(await content.read(0, 100)).toString()))

/** Makes way for a new file under the path: .1 becomes .2 and so on. */
async function rotate(count: number): Promise<void> {
  for (let n = count; n > 0; n -= 1) await rename(n === 1 ? path : `${path}.${n - 1}`, `${path}.${n}`)
}

/** The time of the last write is what orders files; the system's is too coarse for files written in a row. */
async function write(name: string, text: string, second: number): Promise<void> {
  await writeFile(name, text)
  await utimes(name, second, second)
}

describe('the watch of a log', () => {
  it('holds every file that the path named at a look, once', async () => {
    await writeFile(path, 'one')
    await watch.begin()
    await watch.look()
    await rotate(1)
    await watch.look()
    expect(await held()).toEqual(['one'])
    await writeFile(path, 'two')
    await watch.look()
    await watch.look()
    expect(await held()).toEqual(['one', 'two'])
    expect(said).toEqual([])
  })

  it('finds what came and went between two looks, in order', async () => {
    await write(path, 'one', 100)
    await watch.begin()
    await rotate(1)
    await write(path, 'two', 101)
    await rotate(2)
    await write(path, 'three', 102)
    await rotate(3)
    await write(path, 'four', 103)
    await watch.look()
    expect(await held()).toEqual(['one', 'two', 'three', 'four'])
  })

  it('gives the rotated files of before, oldest first, and opens none of them again however it is named', async () => {
    await write(`${path}.2`, 'oldest', 100)
    await write(`${path}.1`, 'older', 101)
    await write(path, 'now', 102)
    const rotated = await watch.begin()
    expect(rotated.map((file) => file.path)).toEqual([`${path}.2`, `${path}.1`])
    for (const file of rotated) await watch.leave(file)
    await rename(`${path}.2`, `${path}.3`)
    await rotate(2)
    await write(`${path}.4`, 'compressed anew', 100) // its time is kept, the inode is another
    await writeFile(path, 'next')
    await watch.look()
    expect(await held()).toEqual(['now', 'next'])
  })

  it('opens the copy of what was truncated before what stands there now', async () => {
    await writeFile(path, 'before')
    await watch.begin()
    await copyFile(path, `${path}.1`)
    await truncate(path)
    await appendFile(path, 'now')
    await watch.look()
    expect(await held()).toEqual(['before', 'now'])
  })

  it('holds one file once that has two names, or gets its name back', async () => {
    await writeFile(path, 'one')
    await watch.begin()
    await rotate(1)
    await writeFile(path, 'two')
    await watch.look()
    await rename(path, join(folder, 'aside'))
    await rename(`${path}.1`, path)
    await watch.look()
    expect(await held()).toEqual(['two', 'one'])
  })

  it('says once that it is full, and opens the rest in order when there is room', async () => {
    await write(path, '0', 100)
    await watch.begin()
    for (let n = 1; n <= 6; n += 1) {
      await rotate(n)
      await write(path, `${n}`, 100 + n)
      await watch.look()
    }
    expect(await held()).toEqual(['0', '1', '2', '3'])
    expect(watch.isFull).toBe(true)
    expect(said).toEqual(['/a.log: 4 files of it are open; newer ones wait until older ones are sent'])
    const seen: string[] = []
    for (let looks = 0; looks < 10 && watch.files.length > 1; looks += 1) {
      seen.push((await held())[0]!)
      await watch.leave(watch.files[0]!)
      await watch.look()
    }
    expect([...seen, ...(await held())]).toEqual(['0', '1', '2', '3', '4', '5', '6'])
    expect(watch.isFull).toBe(false)
  })

  it('says once that nothing is there yet', async () => {
    await watch.begin()
    await watch.look()
    expect(said).toEqual(['/a.log: there is no such file yet; waiting for it'])
    await writeFile(path, 'late')
    await watch.look()
    expect(await held()).toEqual(['late'])
  })
})
