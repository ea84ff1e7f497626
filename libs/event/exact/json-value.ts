import { repairJson } from './json-repair.js'

/** The value of a JSON text, mended where gateways made mistakes writing it by hand; undefined when it is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return repairedJsonOf(text)
  }
}

function repairedJsonOf(text: string): unknown {
  try {
    return JSON.parse(repairJson(text))
  } catch {
    return undefined
  }
}
