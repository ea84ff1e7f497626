import { runBeside } from './beside.js'

/** What a finished command used. */
export interface CpuTime {
  /** User and system time of the command and what it started, start-up included. */
  readonly cpuSeconds: number
  readonly stdout: string
}

/** Runs a command to its end and measures its CPU time by the shell's `times`, the same way for every program. */
export const cpuTimeOf = async (command: string, args: readonly string[], timeoutMs = 600_000): Promise<CpuTime> => {
  const script = '"$@"; code=$?; times >&2; exit $code'
  const { stdout, stderr } = await runBeside('sh', ['-c', script, 'sh', command, ...args], { timeoutMs })
  return { cpuSeconds: childSeconds(stderr), stdout }
}

/** The last line of `times` is user and system time of the children: `0m1.250000s 0m0.062000s`. */
const childSeconds = (stderr: string): number => {
  const last = stderr.trimEnd().split('\n').at(-1) ?? ''
  return [...last.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, min, sec]) => sum + Number(min) * 60 + Number(sec), 0)
}
