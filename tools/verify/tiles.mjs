#!/usr/bin/env node
// tiles.mjs DIRECTORY VERIFIER_KEY [OLDER_DIRECTORY]: holds an export of the log
// (c2sp.org/tlog-tiles, `auditor --tiles`) against its public key: the checkpoint's
// signature, every tile computed again from the entries, the root from the tiles,
// and that an older export's tree is this one's beginning. Node's own crypto only.
// Exit code 0 only if everything holds.
import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {openCheckpoint} from './receipt.mjs';

const WIDTH = 256;
const refuse = (why) => { throw new Error(why); };
const hashOf = (prefix, ...parts) => {
  const hash = createHash('sha256').update(Buffer.of(prefix));
  for (const part of parts) hash.update(part);
  return hash.digest();
};

// `tile/1/x001/234`, or `tile/entries/000.p/17` of one that is not full.
function path(level, index, width) {
  const digits = String(index % 1000).padStart(3, '0');
  let number = digits;
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    number = `x${String(rest % 1000).padStart(3, '0')}/${number}`;
  return `tile/${level}/${number}${width === WIDTH ? '' : `.p/${width}`}`;
}

// RFC 6962, section 2.1: the root over hashes of equally tall subtrees, the last
// of which may be less tall.
function rootOver(hashes) {
  if (hashes.length === 1) return hashes[0];
  let left = 1;
  while (left * 2 < hashes.length) left *= 2;
  return hashOf(1, rootOver(hashes.slice(0, left)), rootOver(hashes.slice(left)));
}

function entriesOf(directory, size) {
  const leaves = [];
  for (let first = 0; first < size; first += WIDTH) {
    const width = Math.min(WIDTH, size - first);
    const bundle = readFileSync(join(directory, path('entries', first / WIDTH, width)));
    let at = 0;
    for (let i = 0; i < width; ++i) {
      if (at + 2 > bundle.length) refuse(`entry ${first + i} is missing`);
      const end = at + 2 + bundle.readUInt16BE(at);
      if (end > bundle.length) refuse(`entry ${first + i} is cut`);
      leaves.push(hashOf(0, bundle.subarray(at + 2, end)));
      at = end;
    }
    if (at !== bundle.length) refuse(`more than entries after ${first + width}`);
  }
  return leaves;
}

// The roots of full tiles, level by level; each tile on disk has to be what they say.
function checkTiles(directory, leaves) {
  for (let level = 0, hashes = leaves; hashes.length > 0; ++level) {
    const above = [];
    for (let first = 0; first < hashes.length; first += WIDTH) {
      const tile = hashes.slice(first, first + WIDTH);
      const file = readFileSync(join(directory, path(level, first / WIDTH, tile.length)));
      if (!file.equals(Buffer.concat(tile))) refuse(`${path(level, first / WIDTH, tile.length)} is not what its entries say`);
      if (tile.length === WIDTH) above.push(rootOver(tile));
    }
    hashes = above;
  }
}

export function verifyTiles(directory, key, older) {
  const read = (from) => openCheckpoint(readFileSync(join(from, 'checkpoint'), 'utf8'), key);
  const {size, root} = read(directory);
  const leaves = entriesOf(directory, size);
  checkTiles(directory, leaves);
  const holds = (checkpoint) => checkpoint.size === 0 ||
      (checkpoint.size <= size && rootOver(leaves.slice(0, checkpoint.size)).equals(checkpoint.root));
  if (!holds({size, root})) refuse('the entries have another root');
  if (older !== undefined && !holds(read(older))) refuse('the older tree is no beginning of this one');
  return {size, root};
}

if (process.argv[1] && import.meta.url === new URL(`file://${process.argv[1]}`).href) {
  try {
    const {size, root} = verifyTiles(...process.argv.slice(2));
    console.log(`${size} entries under ${root.toString('base64')}`);
  } catch (error) {
    console.error(`tiles: ${error.message}`);
    process.exitCode = 1;
  }
}
