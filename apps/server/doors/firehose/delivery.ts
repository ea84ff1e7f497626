import { gunzipSync } from 'node:zlib'
import type { Envelope } from '#event'
import { Refusal } from '../../http/refusal.js'
import { bodyJson } from '../body-json.js'
import type { TakePart } from '../dialect.js'
import { lineBlocks } from '../line-blocks.js'
import { isCloudWatch, readCloudWatch } from './cloudwatch.js'

/** Longest record after decompression; a longer one is rejected alone. */
const MAX_RECORD_BYTES = 64 * 1024 * 1024
/** All records of a delivery after decompression. */
const MAX_DELIVERY_BYTES = 256 * 1024 * 1024

/** What a delivery says about itself. */
export interface Delivery {
  readonly requestId: string | null
  readonly records: readonly unknown[]
}

/** The delivery that a body holds; refuses any other body. */
export function deliveryOf(body: Buffer): Delivery {
  const value = bodyJson(body)
  if (typeof value !== 'object' || value === null || !('records' in value) || !Array.isArray(value.records))
    throw new Refusal('bad_json')
  const requestId = 'requestId' in value && typeof value.requestId === 'string' ? value.requestId : null
  return { requestId, records: value.records as unknown[] }
}

/** Hands over what the records hold: lines, as many to a record as the stream joins, or messages of CloudWatch. */
export function readRecords(records: readonly unknown[], labels: Envelope, take: TakePart): void {
  let left = MAX_DELIVERY_BYTES
  for (const record of records) {
    const bytes = dataOf(record)
    left -= bytes.length
    if (left < 0) throw new Refusal('body_too_large', { limit: MAX_DELIVERY_BYTES, when: 'when decompressed' })
    if (isCloudWatch(bytes)) readCloudWatch(bytes, labels, take)
    else for (const lines of lineBlocks(bytes)) take(lines, labels)
  }
}

const NO_DATA = Buffer.from('no data')

function dataOf(record: unknown): Buffer {
  const data = typeof record === 'object' && record !== null && 'data' in record ? record.data : undefined
  return typeof data === 'string' ? inflated(Buffer.from(data, 'base64')) : NO_DATA
}

/** CloudWatch compresses every record for itself. What is broken stays as it is, to be rejected. */
function inflated(data: Buffer): Buffer {
  if (data[0] !== 0x1f || data[1] !== 0x8b) return data
  try {
    return gunzipSync(data, { maxOutputLength: MAX_RECORD_BYTES })
  } catch {
    return data
  }
}
