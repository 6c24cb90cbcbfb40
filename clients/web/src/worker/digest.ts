// The digest of a view's lane: the sum modulo 2^64 of FNV-1a-64 of kind (1 byte), id (16 bytes) and
// version (4 bytes, little endian), as in picture.proto.
import { idBytes } from '../base/ids';

const offsetBasis = 0xcbf29ce484222325n;
const prime = 0x100000001b3n;

export function entityDigest(kind: number, id: string, version: number): bigint {
  const bytes = new Uint8Array(21);
  bytes[0] = kind;
  bytes.set(idBytes(id) ?? new Uint8Array(16), 1);
  new DataView(bytes.buffer).setUint32(17, version, true);
  let hash = offsetBasis;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * prime);
  return hash;
}

/** A running sum with the number of its members. */
export class LaneDigest {
  sum = 0n;
  count = 0n;

  add(hash: bigint): void {
    this.sum = BigInt.asUintN(64, this.sum + hash);
    this.count += 1n;
  }

  remove(hash: bigint): void {
    this.sum = BigInt.asUintN(64, this.sum - hash);
    this.count -= 1n;
  }
}
