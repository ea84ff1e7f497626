import { existsSync, readFileSync } from 'node:fs'

/** Resident memory of a process in MiB, by the kernel's word. */
export function residentMib(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  if (kib === undefined) throw new Error(`the kernel tells no resident memory of ${pid}`)
  return Math.round(Number(kib) / 1024)
}

/** Samples of resident memory, in the order in which they were taken. */
export class ResidentSamples {
  private readonly mib: number[] = []

  /** Samples while `work` lasts. */
  static async during<T>(
    pid: number,
    work: () => Promise<T>,
    everyMs = 100,
  ): Promise<{ result: T; resident: ResidentSamples }> {
    const resident = new ResidentSamples()
    resident.mib.push(residentMib(pid))
    const timer = setInterval(() => {
      // A process that is gone fails the test by the work, not here.
      if (existsSync(`/proc/${pid}`)) resident.mib.push(residentMib(pid))
    }, everyMs)
    try {
      return { result: await work(), resident }
    } finally {
      clearInterval(timer)
    }
  }

  get highest(): number {
    return Math.max(...this.mib)
  }

  /** The median of the last ten samples. */
  get last(): number {
    return median(this.mib.slice(-10))
  }

  /** How much higher the median of the last third is than that of the second: after the warm-up it should be nothing. */
  get growth(): number {
    const third = Math.floor(this.mib.length / 3)
    return median(this.mib.slice(-third)) - median(this.mib.slice(third, 2 * third))
  }

  toString(): string {
    const step = Math.max(1, Math.floor(this.mib.length / 20))
    return `${this.mib.filter((_, i) => i % step === 0).join(' ')} MiB`
  }
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >>> 1] ?? NaN
