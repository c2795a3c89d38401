#!/usr/bin/env node
// receipt.mjs FILE VERIFIER_KEY: holds a receipt against the log's public key.
//
// Written from the public descriptions alone (RFC 6962, C2SP signed-note,
// tlog-checkpoint and tlog-proof, services/ledger/leaf.h) with Node's own
// crypto, so that nobody has to trust the program that issued the receipt.
// Exit code 0 only if everything holds.
import {createHash, createPublicKey, verify as verifySignature} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const refuse = (why) => { throw new Error(why); };
const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const leafHash = (leaf) => sha256(Buffer.of(0), leaf);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

function base64(text, length) {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) refuse('bad base64');
  if (length !== undefined && bytes.length !== length) refuse('a hash of another length');
  return bytes;
}

function number(text) {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) refuse('bad number');
  return Number(text);
}

// RFC 6962, section 2.1.1: the root that a path leads to.
export function rootOf(index, size, hash, path) {
  if (index >= size) refuse('the index is outside the tree');
  let [low, high] = [index, size - 1];
  for (const sibling of path) {
    if (high === 0) refuse('the path is too long');
    if (low % 2 === 1 || low === high) {
      hash = nodeHash(sibling, hash);
      while (low % 2 === 0 && low !== 0) [low, high] = [low / 2, Math.floor(high / 2)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [low, high] = [Math.floor(low / 2), Math.floor(high / 2)];
  }
  if (high !== 0) refuse('the path is too short');
  return hash;
}

// `name+hash+base64(0x01 ‖ Ed25519 key)`
function readKey(text) {
  const at = text.indexOf('+'), next = text.indexOf('+', at + 1);
  if (at <= 0 || next < 0) refuse('bad verifier key');
  const name = text.slice(0, at), typed = base64(text.slice(next + 1), 33);
  const id = sha256(name, '\n', typed).subarray(0, 4);
  if (typed[0] !== 1 || id.toString('hex') !== text.slice(at + 1, next)) refuse('bad verifier key');
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), typed.subarray(1)]);
  return {name, id, key: createPublicKey({key: der, format: 'der', type: 'spki'})};
}

// The size and the root that the log signed.
export function openCheckpoint(note, keyText) {
  const {name, id, key} = readKey(keyText);
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n')) refuse('no signature lines');
  const body = note.slice(0, split + 1);
  let signed = false;
  for (const line of note.slice(split + 2, -1).split('\n')) {
    const parts = line.split(' ');
    if (parts.length !== 3 || parts[0] !== '—') refuse('a bad signature line');
    const bytes = base64(parts[2]);
    if (parts[1] !== name || !bytes.subarray(0, 4).equals(id)) continue;
    if (!verifySignature(null, Buffer.from(body), key, bytes.subarray(4))) refuse('the signature does not match');
    signed = true;
  }
  if (!signed) refuse('not signed by this key');
  const lines = body.split('\n');
  if (lines.length < 4 || lines[0] !== name) refuse('a checkpoint of another log');
  return {size: number(lines[1]), root: base64(lines[2], 32)};
}

function readProof(text) {
  const split = text.indexOf('\n\n');
  if (split < 0) refuse('no checkpoint');
  const lines = text.slice(0, split).split('\n');
  if (lines.shift() !== 'c2sp.org/tlog-proof@v1') refuse('not a tlog-proof');
  if (!lines[0]?.startsWith('extra ')) refuse('no leaf');
  const extra = JSON.parse(base64(lines.shift().slice(6)).toString());
  const index = lines.shift();
  if (!index?.startsWith('index ')) refuse('no index');
  return {
    extra,
    index: number(index.slice(6)),
    path: lines.map((line) => base64(line, 32)),
    note: text.slice(split + 2),
  };
}

const KINDS = ['', 'issue', 'grant', 'deny', 'revoke', 'suspend', 'rules', 'key', 'erasure', 'successor', 'change', 'batch'];
const OUTCOMES = ['', 'ALLOW', 'ALLOW_WITH_CONDITIONS', 'DENY', 'MANUAL', 'NEEDS_FACTS', 'PROVISIONAL'];

// What a leaf shows to everybody; services/ledger/leaf.h has the layout.
function readLeaf(leaf) {
  if (leaf.length < 148 || leaf[0] !== 1 || leaf.readUInt16BE(146) !== leaf.length - 148) refuse('not a leaf');
  return {
    kind: KINDS[leaf[1]] || refuse('a leaf of an unknown kind'),
    time: new Date(Number(leaf.readBigUInt64BE(2))).toISOString(),
    outcome: OUTCOMES[leaf.readUInt32BE(14)] || undefined,
    policy: leaf.subarray(18, 50).toString('hex'),
    facts: leaf.subarray(82, 114),
  };
}

// Protocol Buffers on the wire: the fields of a message, by number.
function fields(bytes) {
  const found = {};
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      if (at >= bytes.length || shift > 63n) refuse('a broken record');
      const byte = bytes[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint()), wire = tag & 7;
    let value;
    if (wire === 0) value = Number(varint());
    else if (wire === 2) {
      const length = Number(varint());
      if (length > bytes.length - at) refuse('a broken record');
      value = bytes.subarray(at, at += length);
    } else if (wire === 1) value = bytes.subarray(at, at += 8);
    else if (wire === 5) value = bytes.subarray(at, at += 4);
    else refuse('a broken record');
    (found[tag >> 3] ??= []).push(value);
  }
  return found;
}

// The LogRecord of log_record.proto, as far as a person wants to read it.
function readRecord(bytes) {
  const record = fields(bytes), decision = fields(record[5]?.[0] ?? Buffer.alloc(0));
  const text = (value) => value?.[0]?.toString() || undefined;
  return {
    actor: text(record[1]),
    method: text(record[3]),
    decision: text(decision[1]),
    outcome: OUTCOMES[decision[2]?.[0] ?? 0] || undefined,
    reasons: decision[3]?.map(String),
    entitlement: text(decision[12]),
    beneficiary: text(decision[14]),
    note: text(record[6]),
    // Who asked was told what is told of nobody: the leaf shows that.
    told_as_unknown: record[8]?.[0] ? true : undefined,
  };
}

// The record is the one that the leaf commits to: alone, or in a batch.
function checkOpening(extra, facts) {
  const salt = base64(extra.salt, 32), record = base64(extra.record);
  const batch = extra.position !== undefined;
  let commitment = sha256(Buffer.of(batch ? 0x13 : 0x11), salt, record);
  if (batch) {
    commitment = rootOf(extra.position, extra.answers, leafHash(commitment),
      (extra.path ?? []).map((hash) => base64(hash, 32)));
  }
  if (!commitment.equals(facts)) refuse('the record is not the one the leaf commits to');
  return readRecord(record);
}

// What a receipt proves. Throws an Error that says what does not hold.
export function verifyReceipt(text, key) {
  const proof = readProof(text);
  const head = openCheckpoint(proof.note, key);
  const leaf = base64(proof.extra.leaf);
  if (!rootOf(proof.index, head.size, leafHash(leaf), proof.path).equals(head.root)) {
    refuse('the leaf is not in the signed tree');
  }
  const {facts, ...shown} = readLeaf(leaf);
  return {
    index: proof.index, size: head.size, ...shown,
    record: proof.extra.record === undefined ? undefined : checkOpening(proof.extra, facts),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file, key] = process.argv.slice(2);
  if (!key) {
    console.error('usage: receipt.mjs FILE VERIFIER_KEY');
    process.exit(2);
  }
  try {
    console.log(JSON.stringify(verifyReceipt(readFileSync(file, 'utf8'), key), null, 2));
  } catch (error) {
    console.error(`refused: ${error.message}`);
    process.exit(1);
  }
}
