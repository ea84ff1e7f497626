/**
 * What a terminal obeys, and what it does not show: control characters, marks of direction, joiners and fillers without a
 * width, separators of lines, halves of a character.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** Text from a log is hostile: terminal escapes, marks of direction and what cannot be seen are shown, not obeyed. */
export function printable(text: string): string {
  return text.replaceAll(UNSEEN, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16)
    if (hex.length <= 2) return String.raw`\x${hex.padStart(2, '0')}`
    return hex.length <= 4 ? String.raw`\u${hex.padStart(4, '0')}` : String.raw`\u{${hex}}`
  })
}

/** A value as JSON in which the same characters are escaped, as JSON escapes them; `indent` blanks a level. */
export function jsonText(value: unknown, indent = 0): string {
  // Line ends come from the indent: those inside strings are escaped by then.
  return JSON.stringify(value, null, indent).replaceAll(UNSEEN, (character) =>
    character === '\n' ? character : Array.from({ length: character.length }, (_, at) => unit(character, at)).join(''),
  )
}

const unit = (character: string, at: number): string =>
  String.raw`\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`
