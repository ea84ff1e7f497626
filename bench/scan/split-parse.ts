import { createReadStream } from 'node:fs'
import { PlainSums } from './plain-sums.js'

/* node split-parse.js FILE: splits an NDJSON file into lines and sums them plainly. Prints how many it counted by status, as JSON. */
const sums = new PlainSums()
let rest = ''
for await (const chunk of createReadStream(process.argv[2] ?? '', { encoding: 'utf8', highWaterMark: 1 << 20 })) {
  const lines = (rest + (chunk as string)).split('\n')
  rest = lines.pop() ?? ''
  for (const line of lines) sums.add(line)
}
if (rest !== '') sums.add(rest)

const byStatus: Record<string, number> = {}
for (const { status, count } of sums.cells.values()) byStatus[status] = (byStatus[status] ?? 0) + count
process.stdout.write(JSON.stringify(byStatus))
