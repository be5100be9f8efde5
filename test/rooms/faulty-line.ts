import type { Random } from "../../scripts/simulate/random.ts";
import type { BrokerApi } from "../../src/broker/api.ts";

/** How often a fault strikes each call, and how many were struck. */
const CHANCE = { lostBefore: 0.06, lostAfter: 0.08, doubled: 0.1, late: 0.15 };
const LATEST_MILLISECONDS = 25;

/** Every call to a Broker object, to be made in some way. */
function eachCall(send: <T>(call: (broker: BrokerApi) => Promise<T>, mayDouble: boolean) => Promise<T>): BrokerApi {
  return {
    // The platform delivers no call twice by itself, and a submit that says it is the first is not looked up.
    submit: (submission) => send((one) => one.submit(submission), submission.attempt > 1),
    submitTogether: (submissions) =>
      send(
        (one) => one.submitTogether(submissions),
        submissions.every(({ attempt }) => attempt > 1),
      ),
    tree: (request) => send((one) => one.tree(request), true),
    group: (request) => send((one) => one.group(request), true),
    addToGroup: (request) => send((one) => one.addToGroup(request), true),
    claim: (request) => send((one) => one.claim(request), true),
    report: (request) => send((one) => one.report(request), true),
    update: (request) => send((one) => one.update(request), true),
    newest: (request) => send((one) => one.newest(request), true),
    inspect: (request) => send((one) => one.inspect(request), true),
    startJob: (request) => send((one) => one.startJob(request), true),
    job: (id) => send((one) => one.job(id), true),
    history: (request) => send((one) => one.history(request), true),
    rerun: (request) => send((one) => one.rerun(request), request.attempt > 1),
    // Done twice it answers otherwise than once.
    forget: (id) => send((one) => one.forget(id), false),
    revokeWhere: (request) => send((one) => one.revokeWhere(request), true),
    revokeStamps: (request) => send((one) => one.revokeStamps(request), true),
    purge: (request) => send((one) => one.purge(request), true),
    revoke: (request) => send((one) => one.revoke(request), true),
    news: (request) => send((one) => one.news(request), true),
    result: (id, seconds) => send((one) => one.result(id, seconds), true),
    names: (request) => send((one) => one.names(request), true),
    results: (ids) => send((one) => one.results(ids), true),
    pause: (queue, nonce) => send((one) => one.pause(queue, nonce), true),
    resume: (queue, nonce) => send((one) => one.resume(queue, nonce), true),
    limit: (request) => send((one) => one.limit(request), true),
    timeLimit: (request) => send((one) => one.timeLimit(request), true),
    sweep: (known) => send((one) => one.sweep(known), true),
    stats: () => send((one) => one.stats(), true),
  };
}

/** A way to a Broker object that says of one that was ended what the platform says: the test's own way to end it sets none of its marks. */
export function platformLine(broker: () => BrokerApi): BrokerApi {
  return eachCall(async (call) => {
    try {
      return await call(broker());
    } catch (error) {
      throw error instanceof Error && error.message.includes("abortAllDurableObjects") ? lost() : error;
    }
  });
}

/** The same, on which calls get lost, answers get lost, and calls come twice or late, so that they overtake one another. */
export function faultyLine(broker: () => BrokerApi, random: Random, struck: Record<keyof typeof CHANCE, number>): BrokerApi {
  const line = platformLine(broker);
  const strikes = (fault: keyof typeof CHANCE) => {
    const does = random.chance(CHANCE[fault]);
    struck[fault] += Number(does);
    return does;
  };
  async function twin<T>(call: (broker: BrokerApi) => Promise<T>, milliseconds: number): Promise<void> {
    await scheduler.wait(milliseconds);
    // Nobody hears its answer.
    await call(line).catch(() => {});
  }
  return eachCall(async (call, mayDouble) => {
    if (strikes("lostBefore")) throw lost();
    if (strikes("late")) await scheduler.wait(random.between(1, LATEST_MILLISECONDS));
    if (mayDouble && strikes("doubled")) void twin(call, random.between(0, LATEST_MILLISECONDS));
    const answer = await call(line);
    if (strikes("lostAfter")) throw lost();
    return answer;
  });
}

/** As the platform says it. */
function lost(): Error {
  return Object.assign(new Error("Network connection lost."), { retryable: true });
}
