import { execFile } from 'node:child_process'

/** What a finished command used. */
export interface CpuTime {
  /** User and system time of the command and what it started, start-up included. */
  readonly cpuSeconds: number
  readonly stdout: string
}

/** Runs a command to its end and measures its CPU time by the shell's `times`, the same way for every program. */
export const cpuTimeOf = (command: string, args: readonly string[], timeoutMs = 600_000): Promise<CpuTime> =>
  new Promise((resolve, reject) => {
    const script = '"$@"; code=$?; times >&2; exit $code'
    const options = { timeout: timeoutMs, maxBuffer: 1 << 26, killSignal: 'SIGKILL' } as const
    execFile('sh', ['-c', script, 'sh', command, ...args], options, (error, stdout, stderr) => {
      if (error !== null) reject(new Error(`${command}: ${error.message}\n${stderr.slice(-2000)}`))
      else resolve({ cpuSeconds: childSeconds(stderr), stdout })
    })
  })

/** The last line of `times` is user and system time of the children: `0m1.250000s 0m0.062000s`. */
const childSeconds = (stderr: string): number => {
  const last = stderr.trimEnd().split('\n').at(-1) ?? ''
  return [...last.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, min, sec]) => sum + Number(min) * 60 + Number(sec), 0)
}
