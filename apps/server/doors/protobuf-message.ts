import protobuf from 'protobufjs/minimal.js'
import { Refusal } from '../http/refusal.js'

export type Reader = protobuf.Reader

/** Reads the value of one field by its tag (number × 8 + wire type); false leaves it to be skipped. */
export type ReadField = (tag: number, reader: Reader) => boolean

/** Reads a whole body as one protobuf message; refuses one that is none (`unreadable_body`). */
export function readMessage(body: Uint8Array, read: ReadField): void {
  try {
    const reader = protobuf.Reader.create(body)
    readFields(reader, body.length, read)
  } catch (thrown) {
    // The library throws whatever is at hand for bytes that are no message.
    throw thrown instanceof Refusal ? thrown : new Refusal('unreadable_body')
  }
}

/** Reads the message whose length is next. */
export function readNested(reader: Reader, read: ReadField): void {
  readFields(reader, nestedEnd(reader), read)
}

/** Reads the message from here to `end`. */
export function readFields(reader: Reader, end: number, read: ReadField): void {
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (!read(tag, reader)) reader.skipType(tag & 7)
  }
  if (reader.pos !== end) throw new RangeError('a field is longer than its message')
}

/** Reads the length that is next; returns where what it belongs to ends. */
export function nestedEnd(reader: Reader): number {
  const length = reader.uint32()
  const end = reader.pos + length
  if (end > reader.len) throw new RangeError('a message is longer than the body')
  return end
}
