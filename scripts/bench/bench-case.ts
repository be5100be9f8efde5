import type { Server } from "./server.ts";

/** One figure of one run. */
export interface Sample {
  figure: string;
  unit: string;
  value: number;
}

/** What a case runs on. */
export interface CaseSetting {
  /** A server that keeps results for a day, shared by the cases that only measure time; idle when a case begins. */
  server: Server;
  /** A size, times `--scale`, at least 1. */
  sized(size: number): number;
}

/** One case of the benchmark. */
export interface BenchCase {
  name: string;
  /** What is done, for people. */
  title: string;
  /** Its figures are counts, not times: one run tells as much as several. */
  once?: boolean;
  /** One run. @throws Error when a result is wrong */
  run(setting: CaseSetting): Promise<Sample[]>;
}
