/** Settings of the HTTP door: ours, for Celery has no such door. */
import { describeValue } from "./json-value.ts";
import { readRateLimit } from "./rate-limit.ts";

const ORIGIN = /^https?:\/\/([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(:\d{1,5})?$/;

/** What the HTTP door reads of `[vars.celeryconfig]`. */
export interface HttpSettings {
  /**
   * `http_submit_rate_limit`: tasks a second that one key may submit over HTTP, written as a task's `rate_limit` is (`"100/m"`). Kept in the memory of each
   * isolate, without a call: several isolates let through several times as much. Default null: no limit.
   */
  httpSubmitRateLimit: number | null;
  /** `http_cors_origins`: the origins whose pages may use the API from a browser, such as `https://shop.example`. Default: none. */
  httpCorsOrigins: readonly string[];
}

/** A setting that was read, or what was expected instead. */
export type ReadHttpSetting = { settings: Partial<HttpSettings> } | { expected: string };

/** Readers by the setting's name. */
export const httpSettingReaders: Readonly<Record<string, (value: unknown) => ReadHttpSetting>> = {
  http_submit_rate_limit: (value) => {
    const rate = readRateLimit(value);
    if ("fault" in rate) return { expected: 'a rate such as "10/s", "100/m", or a number a second; 0 for none' };
    return { settings: { httpSubmitRateLimit: rate.perSecond } };
  },
  http_cors_origins: (value) => {
    const origins: unknown[] = Array.isArray(value) ? value : [value];
    const wrong = origins.find((origin) => !isOrigin(origin));
    if (wrong === undefined && Array.isArray(value)) return { settings: { httpCorsOrigins: origins.filter(isOrigin) } };
    const example = 'an array of origins such as ["https://shop.example"]: scheme, host and port, no path, no wildcard';
    return { expected: wrong === undefined || !Array.isArray(value) ? example : `${example} (at fault: ${describeValue(wrong)})` };
  },
};

/** An origin as a browser sends it: in lower case, without a path, and without the port that its scheme has anyway. */
function isOrigin(value: unknown): value is string {
  return typeof value === "string" && ORIGIN.test(value) && !/^(http:.*:80|https:.*:443)$/.test(value);
}
