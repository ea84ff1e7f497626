import { Refusal } from '../../http/refusal.js'
import { bodyJson } from '../body-json.js'
import { jsonText } from '../json-text.js'
import { entryTime, type Labels, type PushEntry, type TakeEntry } from './push.js'
import { streamLabels } from './stream-labels.js'

/** Hands over the entries of a push in JSON, of today's shape or of the older one; refuses a body without `streams`. */
export function readPushJson(body: Buffer, take: TakeEntry): void {
  const push = bodyJson(body)
  if (!isObject(push) || !Array.isArray(push['streams'])) throw new Refusal('bad_json')
  for (const stream of push['streams'] as unknown[]) if (isObject(stream)) readStream(stream, take)
}

const PUSH =
  /^\s*\{\s*"streams"\s*:\s*\[\s*\{\s*"(?:stream"\s*:\s*\{|values"\s*:\s*\[|labels"\s*:\s*"\{|entries"\s*:\s*\[)/

/** Whether a body that begins so is a push in JSON, whatever its address says. */
export function looksLikePush(head: Buffer): boolean {
  return PUSH.test(head.toString('latin1', 0, PUSH_HEAD_BYTES))
}

const PUSH_HEAD_BYTES = 512

type Json = Readonly<Record<string, unknown>>

function readStream({ stream, labels: text, values, entries }: Json, take: TakeEntry): void {
  const labels = isObject(stream) ? texts(stream) : typeof text === 'string' ? streamLabels(text) : {}
  for (const value of list(values)) {
    const [time, line, metadata] = list(value)
    take({ labels, ...timeOf(time), line: lineOf(line), metadata: isObject(metadata) ? texts(metadata) : null })
  }
  for (const entry of list(entries)) {
    const { ts, line } = isObject(entry) ? entry : {}
    take({ labels, ...timeOf(ts), line: lineOf(line), metadata: null })
  }
}

/** A line that is no text is kept to be rejected, where people can see it. */
function lineOf(line: unknown): string {
  return typeof line === 'string' ? line : jsonText(isObject(line) ? line : { line: line ?? null })
}

/** Nanoseconds as text; numbers are taken, too, and the dates of the older shape. */
function timeOf(time: unknown): Pick<PushEntry, 'tsMs' | 'nanoseconds'> {
  if (typeof time === 'number') return entryTime(time >= 0 && time < 2 ** 63 ? BigInt(Math.trunc(time)) : 0n)
  if (typeof time !== 'string') return entryTime(0n)
  if (/^\d{1,19}$/.test(time)) return entryTime(BigInt(time))
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(time)
  const seconds = parts === null ? NaN : Date.parse(`${parts[1]}${parts[3]}`) / 1_000
  if (Number.isNaN(seconds)) return entryTime(0n)
  return entryTime(BigInt(seconds) * 1_000_000_000n + BigInt((parts?.[2] ?? '').padEnd(9, '0')))
}

function texts(labels: Json): Labels {
  return Object.fromEntries(Object.entries(labels).filter((label): label is [string, string] => isText(label[1])))
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
