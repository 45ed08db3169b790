/** What happened to one stage in a run. */
export interface StageRun {
  readonly stage: string;
  /** `waiting`: not begun, because an earlier stage failed or the run was stopped. */
  readonly state: 'done' | 'skipped' | 'failed' | 'waiting';
  /** Wall time of its container, in seconds. */
  readonly seconds: number;
  /** Why it was skipped, or what it said when it failed. */
  readonly message?: string;
  /** The most memory it held, in bytes. */
  readonly peakBytes?: number;
  /** Reference of the image it ran. */
  readonly image?: string;
}

/** A run as written to WORK/run.json. */
export interface RunRecord {
  /** File name of the film. */
  readonly film: string;
  /** When it began, ISO 8601 in UTC. */
  readonly started: string;
  readonly seconds: number;
  /** In the order of the pipeline. */
  readonly stages: readonly StageRun[];
}
