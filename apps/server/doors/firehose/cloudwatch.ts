import type { Envelope } from '#event'
import type { TakePart } from '../dialect.js'
import { epochTime } from '../epoch-time.js'
import { members, objectSlices, textOf, valueOf } from '../json-slices.js'
import { toldText } from '../told-text.js'

const MARK = Buffer.from('"messageType"')
const OPEN_BRACE = 0x7b
/** Only looks for the mark where CloudWatch writes it: in front. */
const HEAD_BYTES = 256

/** Whether bytes hold messages of a CloudWatch Logs subscription. */
export function isCloudWatch(bytes: Buffer): boolean {
  return bytes[0] === OPEN_BRACE && bytes.subarray(0, HEAD_BYTES).includes(MARK)
}

/**
 * Hands over the log events of CloudWatch's messages (docs: CloudWatch Logs, "Subscription filters"), each under the id that it
 * keeps however often it is delivered. Messages that only try the subscription hold none.
 */
export function readCloudWatch(bytes: Buffer, labels: Envelope, take: TakePart): void {
  for (const slice of objectSlices(bytes)) {
    const message = new Map(members(slice.bytes))
    const events = message.get('logEvents')
    const type = told(message.get('messageType'))
    if (type === 'CONTROL_MESSAGE') continue
    if (type !== 'DATA_MESSAGE' || events === undefined) take(slice.bytes, labels)
    else readEvents(events, { ...placeOf(message.get('logGroup')), ...labels }, take)
  }
}

function readEvents(events: Buffer, labels: Envelope, take: TakePart): void {
  for (const { bytes } of objectSlices(events)) {
    const event = new Map(members(bytes))
    const message = told(event.get('message'))
    const time = event.get('timestamp')
    const tsMs = time === undefined ? undefined : epochTime(valueOf(time))?.tsMs
    const eventId = told(event.get('id'))
    const envelope = { ...labels, ...(tsMs !== undefined && { tsMs }) }
    if (message === null) take(bytes, envelope)
    else take(message, eventId === null ? envelope : { ...envelope, eventId })
  }
}

/** The last part of a log group's name tells where a line was found, where nothing else does. */
function placeOf(logGroup: Buffer | undefined): Envelope {
  const host = toldText(told(logGroup)?.split('/').at(-1))
  return host === undefined ? {} : { host }
}

function told(value: Buffer | undefined): string | null {
  return value === undefined ? null : textOf(value)
}
