import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { pollUntil } from '#testing'
import { startEmbeddedPostgres } from './embedded-postgres.js'
import { databaseProcessesOf, isAlive } from './process-table.js'

interface Holder {
  readonly process: ChildProcess
  readonly pid: number
  readonly url: string
  readonly databasePid: number
}

let workshop: string
let dataDir: string
const holders: Holder[] = []

beforeAll(() => {
  workshop = mkdtempSync(join(realpathSync(tmpdir()), 'statusline-embedded-'))
  chmodSync(workshop, 0o755)
  dataDir = join(workshop, 'data')
})

afterAll(async () => {
  for (const { pid } of holders) kill(pid)
  kill(...databaseProcessesOf(join(dataDir, 'cluster'), undefined))
  await everythingOf(dataDir).toEnd()
  rmSync(workshop, { recursive: true, force: true })
})

describe('startEmbeddedPostgres', () => {
  const cases: [string, (holder: Holder) => void][] = [
    ['only Node is killed', ({ pid }) => kill(pid)],
    ['Node and the database are killed', ({ pid, databasePid }) => kill(pid, databasePid)],
    ['Node and the shell are killed', ({ pid, databasePid }) => kill(pid, parentOf(databasePid))],
    [
      'Node, the shell and all its children are killed',
      ({ pid, databasePid }) => kill(pid, parentOf(databasePid), ...childrenOf(parentOf(databasePid))),
    ],
    [
      'Node and all but the database are killed: an orphan stays',
      ({ pid, databasePid }) => killAllBut(pid, databasePid),
    ],
    ['Ctrl-C reaches Node and its group', ({ pid }) => process.kill(-pid, 'SIGINT')],
  ]
  it.each(cases)('keeps every committed row when %s', async (_, end) => {
    const holder = await holdDatabase(dataDir)
    const before = await addRow(holder.url)
    end(holder)
    await once(holder.process, 'exit')
    const again = await startEmbeddedPostgres({ dataDir })
    expect(await addRow(again.url)).toBe(before + 1)
    await again.stop()
    expect(databaseProcessesOf(join(dataDir, 'cluster'), again.pid)).toEqual([])
  })

  it('stops in order by itself when Node is killed', async () => {
    const holder = await holdDatabase(dataDir)
    const logged = readFileSync(join(dataDir, 'postgres.log'), 'utf8').length
    kill(holder.pid)
    await everythingOf(dataDir).toEnd()
    expect(readFileSync(join(dataDir, 'postgres.log'), 'utf8').slice(logged)).toContain('database system is shut down')
  })

  it('refuses a second owner in one line that names the first, and leaves the database alone', async () => {
    const holder = await holdDatabase(dataDir)
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(`${dataDir} is in use by process ${holder.pid}`)
    expect(isAlive(holder.databasePid)).toBe(true)
    holder.process.stdin?.write('stop\n')
    await once(holder.process, 'exit')
    await everythingOf(dataDir).toEnd()
    expect(readdirSync(dataDir).filter((name) => name.startsWith('owner.'))).toEqual([])
  })

  it('lets exactly one of two that start at the same instant have the folder', async () => {
    const starts = await Promise.allSettled([startEmbeddedPostgres({ dataDir }), startEmbeddedPostgres({ dataDir })])
    const won = starts.filter((start) => start.status === 'fulfilled')
    expect(won).toHaveLength(1)
    await won[0]?.value.stop()
  })

  it('leaves a folder alone whose owner lives in another container, and takes it over when that one is silent', async () => {
    const mark = join(dataDir, 'owner.1.77.another-container.abcd')
    writeFileSync(mark, '')
    const touching = setInterval(() => writeFileSync(mark, ''), 50)
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow('in use by process 1;')
    clearInterval(touching)
    const database = await startEmbeddedPostgres({ dataDir })
    expect(existsSync(mark)).toBe(false)
    await database.stop()
  })

  it('is not misled by a stale postmaster.pid that names a living stranger', async () => {
    writeFileSync(
      join(dataDir, 'cluster', 'postmaster.pid'),
      `${process.pid}\n${dataDir}/cluster\n0\n1\n\n127.0.0.1\n\nready   \n`,
    )
    const database = await startEmbeddedPostgres({ dataDir })
    await database.stop()
  })

  it('throws a half-made cluster away', async () => {
    const fresh = join(workshop, 'fresh')
    mkdirSync(join(fresh, 'unfinished-123', 'cluster'), { recursive: true })
    const database = await startEmbeddedPostgres({ dataDir: fresh })
    expect(existsSync(join(fresh, 'unfinished-123'))).toBe(false)
    await database.stop()
  })

  it('works below a folder that other users cannot enter', async () => {
    const closed = join(workshop, 'closed')
    mkdirSync(closed, { mode: 0o700 })
    const database = await startEmbeddedPostgres({ dataDir: join(closed, 'data') })
    expect(await addRow(database.url)).toBe(1)
    await database.stop()
  })

  it('keeps the durable settings on, whatever the caller says, and listens on loopback only', async () => {
    const database = await startEmbeddedPostgres({
      dataDir,
      settings: {
        fsync: 'off',
        synchronous_commit: 'off',
        full_page_writes: 'off',
        listen_addresses: '*',
        work_mem: '7MB',
      },
    })
    const names = [
      'fsync',
      'synchronous_commit',
      'full_page_writes',
      'listen_addresses',
      'unix_socket_directories',
      'work_mem',
      'data_checksums',
    ]
    const { rows } = await query<Record<string, string>>(
      database.url,
      `SELECT ${names.map((name) => `current_setting('${name}') AS ${name}`).join(', ')}`,
    )
    expect(rows[0]).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      work_mem: '7MB',
      data_checksums: 'on',
    })
    await database.stop()
  })

  it('tells when the database ends by itself', async () => {
    const database = await startEmbeddedPostgres({ dataDir })
    kill(database.pid)
    expect(await database.lost).toContain(`pid ${database.pid}) ended unexpectedly`)
    await database.stop()
  })

  it('says in one line that a folder cannot be used', async () => {
    const file = join(workshop, 'a-file')
    writeFileSync(file, '')
    await expect(startEmbeddedPostgres({ dataDir: file })).rejects.toThrow(
      `the data folder ${file} cannot be used: EEXIST`,
    )
  })

  it('says which setting the server refuses, and frees the folder', async () => {
    await expect(startEmbeddedPostgres({ dataDir, settings: { work_mem: 'plenty' } })).rejects.toThrow(
      'invalid value for parameter "work_mem"',
    )
    const database = await startEmbeddedPostgres({ dataDir })
    await database.stop()
  })
})

async function holdDatabase(folder: string): Promise<Holder> {
  const args = ['--import', './libs/testing/typescript-imports.mjs', 'libs/testing/hold-database.ts', folder]
  const child = spawn(process.execPath, args, { detached: true, stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const holder = {
    process: child,
    pid: child.pid ?? 0,
    ...(JSON.parse(line.toString()) as { url: string; databasePid: number }),
  }
  holders.push(holder)
  return holder
}

async function addRow(url: string): Promise<number> {
  await query(url, 'CREATE TABLE IF NOT EXISTS kept (n int)')
  await query(url, 'INSERT INTO kept VALUES (1)')
  const { rows } = await query<{ count: number }>(url, 'SELECT count(*)::int FROM kept')
  return rows[0]?.count ?? 0
}

async function query<Row extends object>(url: string, sql: string) {
  const client = new Client(url)
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await client.query<Row>(sql)
  } finally {
    await client.end()
  }
}

function kill(...pids: number[]): void {
  for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
}

/** The shell and its reader first: once the reader is gone, nobody tells the database that Node died. */
function killAllBut(nodePid: number, databasePid: number): void {
  const shell = parentOf(databasePid)
  kill(...childrenOf(shell).filter((pid) => pid !== databasePid), shell, nodePid)
}

function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').map(Number)
}

function everythingOf(folder: string) {
  return {
    toEnd: () =>
      pollUntil(() => databaseProcessesOf(join(folder, 'cluster'), undefined).length === 0, {
        deadlineMs: 30_000,
        what: 'the last database process to end',
      }),
  }
}
