// How long-running work reports its progress, whether to a terminal, a log or nobody.

export type Progress = {
  /** What is being done, for a person: "reading", "finding owners". */
  readonly phase: string
  /** Units done; bytes unless the phase says otherwise. */
  readonly done: number
  /** Total units; null: unknown. */
  readonly total: number | null
}

export type OnProgress = (progress: Progress) => void

export const ignoreProgress: OnProgress = () => {}
