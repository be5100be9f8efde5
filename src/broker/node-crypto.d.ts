/** The part of Node's module that this room uses; the platform has it (`nodejs_compat`, on by the compatibility date). */
declare module "node:crypto" {
  /** A cipher whose output comes as hexadecimal digits. */
  export function createCipheriv(
    algorithm: "aes-128-ctr",
    key: Uint8Array,
    counter: Uint8Array,
  ): { update(data: Uint8Array, inputEncoding: undefined, outputEncoding: "hex"): string };
}
