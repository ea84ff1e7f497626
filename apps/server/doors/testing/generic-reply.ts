import { DOOR_KEY, type SentReply } from './door-under-test.js'

export const KEY = { authorization: `Bearer ${DOOR_KEY}` }
export const BASIC = { authorization: `Basic ${Buffer.from(`statusline:${DOOR_KEY}`).toString('base64')}` }

/** Status and body of a reply of the generic door in one object. */
export function counted({ status, text }: SentReply): object {
  return { status, ...(JSON.parse(text) as object) }
}

/** What the generic door replies for so many records. */
export function taken(accepted: number, rejected = 0, duplicate = 0): object {
  return { status: 202, accepted, duplicate, rejected }
}
