import type { Submission } from "./api.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { Answer } from "./intake.ts";
import { unpackSubmission } from "./packed.ts";

/** Writes submits down, given by their nonces, and answers by the same. Called inside a transaction. */
export type Accept = (submissions: ReadonlyMap<string, Submission>, now: number) => Map<string, Answer>;

/** Submits that go into the next pages together, by nonce, and their answers. */
interface Round {
  submissions: Map<string, Submission>;
  answers: Promise<Map<string, Answer>>;
}

/** Submits that wait for the same commit are one round: they go into the same pages. */
export class Rounds {
  readonly #commits: GroupCommit;
  readonly #accept: Accept;
  /** Those that wait for the next commit. */
  #round: Round | undefined;

  constructor(commits: GroupCommit, accept: Accept) {
    this.#commits = commits;
    this.#accept = accept;
  }

  /** Accepts submits with all others of their round; resolves with the answers to all of them. */
  join(submissions: readonly Submission[]): Promise<Map<string, Answer>> {
    const round = this.#round ?? this.#begin();
    for (const submission of submissions) round.submissions.set(submission.nonce, unpackSubmission(submission));
    return round.answers;
  }

  #begin(): Round {
    const submissions = new Map<string, Submission>();
    // One microtask later the first submits are in; on an idle object the commit follows at once.
    const answers = Promise.resolve().then(() =>
      this.#commits.change((now) => {
        this.#round = undefined;
        return this.#accept(submissions, now);
      }),
    );
    this.#round = { submissions, answers };
    return this.#round;
  }
}
