// How long work tells how far it is, without knowing who looks: a terminal, a log, nobody.

export type Progress = {
  /** What is being done, in words a person reads: "reading", "finding owners". */
  readonly phase: string
  /** Units done; bytes unless the phase says otherwise. */
  readonly done: number
  /** Units in all; null while unknown. */
  readonly total: number | null
}

export type OnProgress = (progress: Progress) => void

export const ignoreProgress: OnProgress = () => {}
