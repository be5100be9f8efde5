/** The part of Node's module that this room uses; the platform has it (`nodejs_compat`, on by the compatibility date). */
declare module "node:crypto" {
  /** A key that is read once. */
  export interface KeyObject {
    readonly type: "secret";
  }
  export function createSecretKey(key: string, encoding: "hex"): KeyObject;
  /** A cipher whose output comes as hexadecimal digits. */
  export function createCipheriv(
    algorithm: "aes-128-ctr",
    key: KeyObject,
    counter: Uint8Array,
  ): { update(data: Uint8Array, inputEncoding: undefined, outputEncoding: "hex"): string };
}
