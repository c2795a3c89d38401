// receipts.mjs FILE VERIFIER_KEY: no bit of a receipt may be another. A changed
// receipt is refused, or proves no more than the whole one does.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {verifyReceipt} from '../../tools/verify/receipt.mjs';

const [file, key] = process.argv.slice(2);
const good = readFileSync(file);
const {record, ...shown} = verifyReceipt(good.toString(), key);

let refused = 0, harmless = 0;
for (let bit = 0; bit < good.length * 8; ++bit) {
  const bad = Buffer.from(good);
  bad[bit >> 3] ^= 1 << (bit & 7);
  try {
    const {record: other, ...still} = verifyReceipt(bad.toString(), key);
    assert.deepEqual(still, shown, `bit ${bit}`);
    if (other !== undefined) assert.deepEqual(other, record, `bit ${bit}`);
    ++harmless;
  } catch (error) {
    if (error.code === 'ERR_ASSERTION') throw error;
    ++refused;
  }
}
const last = Buffer.from(key.split('+').at(-1), 'base64');
last[20] ^= 1;
assert.throws(() => verifyReceipt(good.toString(), key.replace(/[^+]*$/, last.toString('base64'))));
for (let end = 0; end < good.length; ++end) {
  assert.throws(() => verifyReceipt(good.subarray(0, end).toString(), key), `cut after ${end} bytes`);
}
console.log(`${refused} of ${good.length * 8} flipped bits refused, ${harmless} harmless; every cut refused`);
