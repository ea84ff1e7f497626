import { METHODS } from '../http-event.js'

const INDEX: ReadonlyMap<string, number> = new Map(METHODS.map((method, index) => [method, index]))

/** Index into METHODS of an upper-cased method; 0 (`_OTHER`) for an unknown or absent one. */
export function methodIndex(method: string | undefined): number {
  return (method === undefined ? undefined : INDEX.get(method)) ?? 0
}
