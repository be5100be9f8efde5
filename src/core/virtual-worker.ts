/**
 * The one worker that Flower's API and metrics show: all consumers of a deployment together. They come and go by the second, so that none of them
 * could be steered by its name, and a series for each would grow without end.
 */
export const VIRTUAL_WORKER = "celeriac@edge";

/** Who sent a task, where Flower names the client's process. */
export const VIRTUAL_CLIENT = "client@edge";
