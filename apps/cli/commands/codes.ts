import { parseArgs } from 'node:util'
import { Catalog } from '#catalog'
import { UsageError, type Command } from '../command.js'
import { table } from '../table.js'

const OPTIONS = { json: { type: 'boolean', default: false } } as const

/** The catalogue, read from the library itself: needs no server. */
export const codes: Command = {
  name: 'codes',
  summary: 'what a status code means, when to use it, and how it is counted',
  usage: 'statusline codes [CODE] [--json]',
  async run(args, { stdout }) {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
    const { json } = values
    const [wanted, ...rest] = positionals
    if (rest.length > 0) throw new UsageError(`unexpected ${rest[0]}; at most one code`)
    const catalog = new Catalog()
    if (wanted === undefined) {
      const all = catalog.list()
      stdout.write(
        json
          ? `${JSON.stringify(all, null, 2)}\n`
          : table(
              ['code', 'name', 'class', 'outcome', 'source'],
              all.map((c) => [c.code, c.name, c.class, c.outcome, c.source]),
            ),
      )
      return 0
    }
    if (!/^\d{1,3}$/.test(wanted)) throw new UsageError(`${wanted}: a code from 0 to 999 is allowed`)
    const code = Number(wanted)
    const found = catalog.get(code)
    if (found === undefined) {
      stdout.write(`${code} is in no catalogue: it is counted under its own number\n`)
      return 1
    }
    if (json) stdout.write(`${JSON.stringify(found, null, 2)}\n`)
    else
      stdout.write(
        `${found.code} ${found.name}\n\n${found.description}\n\nWhen to use  ${found.whenToUse}\nExample      ${found.example}\n` +
          `Class        ${found.class}\nOutcome      ${found.outcome}\nOwner        ${found.owner}\n` +
          `Retryable    ${found.retryable ? 'yes' : 'no'}\nSource       ${found.source}\n`,
      )
    return 0
  },
}
