import { createInterface } from "node:readline";

/**
 * A peer program's side of the conversation (conversation.ts): says that it is ready, then answers each line of standard
 * input, `{ bulk: n }` or `{ round_trips: n }`, with a line of JSON, `{ error }` where that failed.
 */
export async function answerQuestions({ bulk, roundTrips }) {
  console.log("ready");
  for await (const line of createInterface({ input: process.stdin })) {
    const question = JSON.parse(line);
    try {
      console.log(JSON.stringify(await (question.bulk ? bulk(question.bulk) : roundTrips(question.round_trips))));
    } catch (error) {
      console.log(JSON.stringify({ error: String(error) }));
    }
  }
}
