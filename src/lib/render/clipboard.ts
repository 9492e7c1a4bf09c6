// The escape sequence that puts text on the clipboard (OSC 52), for terminals that are known to take it. Others print
// it, ignore it, or ask; inside tmux or screen it depends on their settings. So does an unknown terminal.

const PROGRAMS: ReadonlySet<string> = new Set(['WezTerm', 'ghostty', 'iTerm.app', 'rio'])
const TERMS = /^(?:alacritty|foot|xterm-(?:ghostty|kitty))\b/

/** null: the terminal is not known to take it. The text is encoded, so it cannot end the sequence. */
export function clipboardSequence(text: string, env: NodeJS.ProcessEnv = process.env): string | null {
  if (env.TMUX || env.STY) return null
  const isKnown = PROGRAMS.has(env.TERM_PROGRAM ?? '') || TERMS.test(env.TERM ?? '')
  return isKnown ? `\u001B]52;c;${Buffer.from(text).toString('base64')}\u0007` : null
}
