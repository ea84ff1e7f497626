import type { PoolClient } from 'pg'
import type { FileSpan, SealedBatch } from '#delta'
import { ADVANCE_FILES, CREATE_FILES, LOCK_FILES } from '../sql/append.js'
import type { Verdict } from './verdict.js'

interface FileState {
  readonly fingerprint: Buffer
  end: number
  tail: Buffer
  advanced: boolean
}

/**
 * Judges batches by the span of the file that they hold, in the order of `positions`: fresh where it continues what is
 * stored, a duplicate where it is the last span once more, both by the bytes before its edges and not by offsets alone. Anything
 * else is a gap, and the sender finds out anew which file it has. Files stay locked until the transaction ends.
 */
export async function judgeFiles(
  client: PoolClient,
  batches: readonly SealedBatch[],
  positions: readonly number[],
  verdicts: Verdict[],
): Promise<void> {
  if (positions.length === 0) return
  const spans = positions.map((position) => spanOf(batches[position]))
  await create(client, batches, positions)
  const files = await lock(client, spans)
  positions.forEach((position, index) => {
    const span = spans[index]
    if (span !== undefined) verdicts[position] = judge(span, files.get(hex(span.fingerprint)))
  })
  await advance(
    client,
    [...files.values()].filter((file) => file.advanced),
  )
}

function spanOf(batch: SealedBatch | undefined): FileSpan {
  if (batch?.file === null || batch === undefined) throw new Error('the batch holds no part of a file')
  return batch.file
}

function judge(span: FileSpan, file: FileState | undefined): Verdict {
  const end = file?.end ?? 0
  if (file === undefined) return { result: 'file_gap', fileEnd: end }
  if (span.to === end && file.tail.equals(span.tail)) return { result: 'duplicate', fileEnd: end }
  const continues = span.from === end && (end === 0 || file.tail.equals(span.previousTail))
  if (!continues) return { result: 'file_gap', fileEnd: end }
  file.end = span.to
  file.tail = Buffer.from(span.tail)
  file.advanced = true
  return 'fresh'
}

async function create(
  client: PoolClient,
  batches: readonly SealedBatch[],
  positions: readonly number[],
): Promise<void> {
  const beginning = new Map<string, { fingerprint: Buffer; source: string }>()
  for (const position of positions) {
    const batch = batches[position]
    if (batch?.file?.from === 0)
      beginning.set(hex(batch.file.fingerprint), {
        fingerprint: Buffer.from(batch.file.fingerprint),
        source: batch.source,
      })
  }
  const files = [...beginning.values()]
  if (files.length === 0) return
  await client.query(CREATE_FILES, [files.map((file) => file.fingerprint), files.map((file) => file.source)])
}

async function lock(client: PoolClient, spans: readonly FileSpan[]): Promise<Map<string, FileState>> {
  const { rows } = await client.query<{ fingerprint: Buffer; end_offset: number | string; tail: Buffer }>(LOCK_FILES, [
    spans.map((span) => Buffer.from(span.fingerprint)),
  ])
  return new Map(
    rows.map((row) => [
      hex(row.fingerprint),
      { fingerprint: row.fingerprint, end: Number(row.end_offset), tail: row.tail, advanced: false },
    ]),
  )
}

async function advance(client: PoolClient, files: readonly FileState[]): Promise<void> {
  if (files.length === 0) return
  await client.query(ADVANCE_FILES, [
    files.map((file) => file.fingerprint),
    files.map((file) => file.end),
    files.map((file) => file.tail),
  ])
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
