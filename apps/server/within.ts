/** Stands for an answer that did not come in time. */
export const LATE = Symbol('late')

/** Resolves and rejects as the work does, or to `LATE` after so long. The work goes on all the same; how it ends then is nobody's concern here. */
export function within<T>(work: Promise<T>, limitMs: number): Promise<T | typeof LATE> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(LATE), limitMs)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
