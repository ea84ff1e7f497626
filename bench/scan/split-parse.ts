import { createReadStream } from 'node:fs'
import { digestOfCells, PlainSums } from './plain-sums.js'

/*
 * node split-parse.js FILE [check]: splits an NDJSON file into lines and sums them plainly. Prints, as JSON, how many it counted by status; with
 * `check` a digest of its cells besides. */
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
const cells = process.argv[3] === 'check' ? digestOfCells(sums.cells) : undefined
process.stdout.write(JSON.stringify({ byStatus, cells }))
