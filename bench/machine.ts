import { availableParallelism, cpus, release, totalmem } from 'node:os'

/** One line that says where the numbers come from. */
export const machine = (): string => {
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU'
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  return `${availableParallelism()} × ${model}, ${memory}, ${process.platform} ${release()}, Node ${process.version}`
}
