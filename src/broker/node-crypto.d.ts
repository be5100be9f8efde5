/** The part of Node's module that this room uses; the platform has it (`nodejs_compat`, on by the compatibility date). */
declare module "node:crypto" {
  /** A key that is read once. */
  export interface KeyObject {
    readonly type: "secret";
  }
  export function createSecretKey(key: string, encoding: "hex"): KeyObject;
  /** A cipher that encrypts each block by itself: it may be used again and again. */
  export interface BlockCipher {
    /** Without padding whole blocks come out as soon as they go in. */
    setAutoPadding(pad: false): void;
    update(blocks: Uint8Array, inputEncoding: undefined, outputEncoding: "hex"): string;
  }
  export function createCipheriv(algorithm: "aes-128-ecb", key: KeyObject, iv: null): BlockCipher;
}
