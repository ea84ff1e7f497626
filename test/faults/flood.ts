import { Agent, request } from 'node:http'

/** Lines of one body. */
export const BODY_LINES = 20_000

const LETTERS = 11
/** The letter that gives way can be told from the one after it: nothing gets lost. */
const SLASH_AT = 5
const SLASH = 47
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** The time of a log line, as nginx writes it. */
export function logTime(atMs: number): string {
  const iso = new Date(atMs).toISOString()
  return `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`
}

/** Bodies of access log lines in which every path is another one: two words of letters, in which no template finds an id. */
export class DistinctPaths {
  private readonly body: Buffer
  private readonly wordAt: number
  private readonly lineBytes: number
  /** Lines given so far. */
  given = 0

  constructor(atMs: number) {
    const before = `192.0.2.9 - - [${logTime(atMs)}] "GET /`
    const line = `${before}${'a'.repeat(LETTERS)} HTTP/1.1" 200 17 "-" "f"\n`
    this.wordAt = before.length
    this.lineBytes = line.length
    this.body = Buffer.from(line.repeat(BODY_LINES))
  }

  next(): Buffer {
    for (let line = 0; line < BODY_LINES; line += 1) this.write(this.given++, line * this.lineBytes + this.wordAt)
    return Buffer.from(this.body)
  }

  /** Digits to the base 26, the lowest first, each turned by those before, so that neighbours look nothing alike. */
  private write(number: number, at: number): void {
    let rest = number
    let turned = 0
    for (let i = 0; i < LETTERS; i += 1) {
      turned = (turned * 7 + (rest % 26) + 3) % 26
      this.body[at + i] = 97 + turned
      rest = Math.floor(rest / 26)
    }
    this.body[at + SLASH_AT] = SLASH
  }
}

/** Posts one body over kept connections; answers with status and parsed reply. */
export class Poster {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 8 })

  constructor(private readonly url: string) {}

  post(
    path: string,
    body: Buffer | string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const asked = request(new URL(path, this.url), { method: 'POST', agent: this.agent, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (text += chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      })
      asked.on('error', reject)
      asked.end(body)
    })
  }

  close(): void {
    this.agent.destroy()
  }
}
