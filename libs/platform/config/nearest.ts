/** The candidate that needs the fewest single-letter changes to become `word`; undefined without candidates. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const measured = candidates.map((candidate) => ({
    candidate,
    steps: distance(word.toLowerCase(), candidate.toLowerCase()),
  }))
  return measured.sort((a, b) => a.steps - b.steps)[0]?.candidate
}

/** Levenshtein's distance, one row at a time; words are cut so that a hostile key costs little. */
function distance(left: string, right: string): number {
  const a = left.slice(0, 64)
  const b = right.slice(0, 64)
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
