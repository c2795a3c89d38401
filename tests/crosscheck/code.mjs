// The card's code written and judged from its description, sharing nothing with the
// C++ but the description: own Base45 and CBOR, signatures of @noble/curves and sm-crypto-v2.
//   node code.mjs judge FILE    every code of FILE must fail at the step FILE says
//   node code.mjs issue FILE    writes codes of its own for `code_exchange judge`
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';
import { ed25519 } from '@noble/curves/ed25519';
import { sm2 } from 'sm-crypto-v2';
import { decode, encode, Malformed } from './cbor.mjs';

// Debian's Node 18 has no random numbers that are ready at once.
await sm2.initRNGPool();

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const EDDSA = -8;
const SM2 = -65537;
const USER_ID = '1234567812345678';
const hex = (bytes) => Buffer.from(bytes).toString('hex');
const unhex = (text) => new Uint8Array(Buffer.from(text, 'hex'));
const sha256 = (...parts) => new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest());

// ---- Base45 (RFC 9285) ----
const toBase45 = (bytes) => {
  let text = '';
  for (let i = 0; i < bytes.length; i += 2) {
    const pair = i + 1 < bytes.length;
    let n = pair ? bytes[i] * 256 + bytes[i + 1] : bytes[i];
    for (let d = 0; d < (pair ? 3 : 2); ++d, n = Math.floor(n / 45)) text += ALPHABET[n % 45];
  }
  return text;
};
// null if it is none.
const fromBase45 = (text) => {
  const out = [];
  for (let i = 0; i < text.length; i += 3) {
    const digits = [...text.slice(i, i + 3)].map((c) => ALPHABET.indexOf(c));
    if (digits.includes(-1) || digits.length === 1) return null;
    const n = digits.reduceRight((sum, d) => sum * 45 + d, 0);
    if (n > (digits.length === 3 ? 65535 : 255)) return null;
    if (digits.length === 3) out.push(n >> 8);
    out.push(n & 255);
  }
  return Uint8Array.from(out);
};

// ---- COSE_Sign1 ----
const thumbprint = (key) =>
  sha256(
    encode(
      key.algorithm === EDDSA
        ? new Map([[1, 1], [-1, 6], [-2, key.bytes]])
        : new Map([[1, 2], [-1, SM2], [-2, key.bytes.slice(0, 32)], [-3, key.bytes.slice(32)]]),
    ),
  ).slice(0, 4);
const toBeSigned = (header, context, payload) => encode(['Signature1', header, new Uint8Array(Buffer.from(context)), payload]);
const verify = (key, message, signature) => {
  if (signature.length !== 64) return false;
  try {
    return key.algorithm === EDDSA
      ? ed25519.verify(signature, message, key.bytes, { zip215: false })
      : sm2.doVerifySignature(new Uint8Array(message), hex(signature), '04' + hex(key.bytes), { hash: true, userId: USER_ID });
  } catch {
    return false;
  }
};
const is = (value, type, size) => value instanceof type && (size === undefined || value.length === size);
const readEnvelope = (bytes, rest) => {
  const { tag, value } = decode(bytes, { rest });
  if (tag !== 18 || !is(value, Array, 4)) throw new Malformed('no COSE_Sign1');
  const [header, other, payload, signature] = value;
  if (!is(header, Uint8Array) || !is(other, Map) || !is(payload, Uint8Array) || !is(signature, Uint8Array))
    throw new Malformed('other parts');
  return { header, other, payload, signature };
};
const readHeaders = ({ header, other }) => {
  const map = decode(header);
  if (other.size !== 0 || !is(map, Map) || map.size !== 2) throw new Malformed('other headers');
  const [algorithm, id] = [map.get(1), map.get(4)];
  if (typeof algorithm !== 'number' || !is(id, Uint8Array, 4)) throw new Malformed('other headers');
  return { algorithm, id };
};
const sign = (signer, context, payload) => {
  const header = encode(new Map([[1, signer.algorithm], [4, thumbprint(signer)]]));
  const message = toBeSigned(header, context, payload);
  const signature =
    signer.algorithm === EDDSA
      ? ed25519.sign(message, signer.secret)
      : unhex(sm2.doSignature(new Uint8Array(message), hex(signer.secret), { hash: true, userId: USER_ID, publicKey: '04' + hex(signer.bytes) }));
  return encode({ tag: 18, value: [header, new Map(), payload, signature] });
};
const openWith = (bytes, context, key) => {
  const envelope = readEnvelope(bytes, 0);
  const { algorithm, id } = readHeaders(envelope);
  if (algorithm !== key.algorithm || hex(id) !== hex(thumbprint(key))) throw new Malformed('another key');
  if (!verify(key, toBeSigned(envelope.header, context, envelope.payload), envelope.signature)) throw new Malformed('bad signature');
  return decode(envelope.payload);
};

// ---- Lists ----
const readKeyList = (bytes, root) => {
  const map = openWith(bytes, 'CZ-keys', root);
  return {
    issued: map.get(6),
    expires: map.get(4),
    keys: map.get(-70003).map((k) => ({
      use: k.get(1),
      algorithm: k.get(2),
      bytes: k.get(3),
      notBefore: k.get(4),
      notAfter: k.get(5),
      cut: k.get(6) ?? Infinity,
    })),
  };
};
const findKey = (list, id, use) => list.keys.find((k) => k.use === use && hex(thumbprint(k)) === hex(id));
const readStatusList = (bytes, keys) => {
  const key = findKey(keys, readHeaders(readEnvelope(bytes, 0)).id, 2);
  const map = openWith(bytes, 'CZ-status', key);
  return { uri: map.get(2), issued: map.get(6), expires: map.get(4), bits: inflateSync(map.get(65533).get('lst')) };
};
const statusOf = (list, index) => (list.bits[index >> 2] >> (2 * (index & 3))) & 3;

// ---- Claims ----
const natural = (n) => typeof n === 'number' && n >= 0 && n < 2 ** 32;
const text = (t, most) => typeof t === 'string' && t !== '' && Buffer.byteLength(t) <= most;
const readClaims = (payload) => {
  const map = decode(payload);
  if (!is(map, Map)) throw new Malformed('no claims');
  const [status, card, chain] = [map.get(65535), map.get(-70001), map.get(-70002)];
  const list = is(status, Map) && status.size === 1 ? status.get('status_list') : undefined;
  const good =
    map.size === (chain === undefined ? 5 : 6) &&
    natural(map.get(4)) && natural(map.get(6)) && is(map.get(7), Uint8Array, 8) &&
    is(list, Map) && list.size === 2 && natural(list.get('idx')) && text(list.get('uri'), 32) &&
    is(card, Map) && card.size === 5 && is(card.get(1), Uint8Array, 8) && text(card.get(2), 16) && text(card.get(3), 32) &&
    text(card.get(4), 4) && Buffer.byteLength(card.get(4)) === 4 && natural(card.get(5)) &&
    (chain === undefined ||
      (is(chain, Array, 5) && chain[0] === 0 && natural(chain[1]) && chain[2] === 60 && chain[3] === 1440 && is(chain[4], Uint8Array, 16)));
  if (!good) throw new Malformed('other claims');
  return { expires: map.get(4), issued: map.get(6), id: map.get(7), index: list.get('idx'), uri: list.get('uri'), chain };
};
const follow = (id, value, from, to) => {
  let x = value;
  for (let i = from; i > to; --i) x = sha256(Buffer.from('CZ1-step'), id, Buffer.from([i >> 8, i & 255]), x).slice(0, 16);
  return x;
};

// ---- The thirteen steps: the number of the first that fails, and the colour ----
const tries = (f) => {
  try {
    return f();
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
};
export const judge = (raw, desk) => {
  const code = raw.replace(/[\r\n]+$/, '');
  const prefix = code.slice(0, 4);
  if (prefix !== 'CZ1:' && prefix !== 'CZ2:') return 'red 1';
  const offline = prefix === 'CZ2:';
  const bytes = fromBase45(code.slice(4));
  if (bytes === null) return 'red 2';
  if (bytes.length > 512) return 'red 3';
  const envelope = tries(() => readEnvelope(bytes, offline ? 18 : 0));
  const claims = envelope && tries(() => readClaims(envelope.payload));
  if (!claims || (claims.chain !== undefined) !== offline) return 'red 4';
  const headers = tries(() => readHeaders(envelope));
  if (!headers) return 'red 5';
  const key = findKey(desk.keys, headers.id, 1);
  if (!key || key.algorithm !== headers.algorithm) return 'red 6';
  let doubt;
  if (desk.now > desk.keys.expires) doubt ??= 'amber 6';
  if (claims.issued < key.notBefore || claims.issued >= key.notAfter || claims.issued > key.cut) return 'red 7';
  if (!verify(key, toBeSigned(envelope.header, prefix, envelope.payload), envelope.signature)) return 'red 8';
  if (claims.expires - claims.issued > (offline ? 86400 : 300)) return 'red 9';
  const doubtful = [desk.keys, ...desk.lists].some((list) => list.issued > desk.now + 60);
  if (doubtful) doubt ??= 'amber 9';
  else if (claims.issued > desk.now + 60 || claims.expires <= desk.now - 60) return 'red 9';
  if (offline) {
    const step = bytes.slice(-18);
    const number = step[0] * 256 + step[1];
    if (number < 1 || number > 1440 || hex(follow(claims.id, step.slice(2), number, 0)) !== hex(claims.chain[4])) return 'red 10';
    if (!doubtful && Math.abs(Math.floor((desk.now - claims.chain[1]) / 60) - (number - 1)) > 1) return 'red 10';
  }
  const list = desk.lists.find((l) => l.uri === claims.uri);
  if (!list) doubt ??= 'amber 11';
  else if (claims.index >= 2 ** 18 || statusOf(list, claims.index) !== 0) return 'red 11';
  else if (desk.now > list.expires) doubt ??= 'amber 11';
  return doubt ?? 'green 13';
};

// ---- Files ----
const judgeFile = (path) => {
  let count = 0;
  let wrong = 0;
  for (const world of JSON.parse(readFileSync(path, 'utf8'))) {
    const keys = readKeyList(unhex(world.key_list), { algorithm: world.algorithm, bytes: unhex(world.root) });
    const desk = { keys, lists: world.status_lists.map((l) => readStatusList(unhex(l), keys)), now: world.now };
    for (const { code, verdict } of world.codes) {
      ++count;
      const mine = judge(Buffer.from(code, 'base64').toString('latin1'), desk);
      if (mine === verdict) continue;
      ++wrong;
      console.error(`C++ says ${verdict}, Node says ${mine}: ${code}`);
    }
  }
  console.log(`codes of C++ judged by Node: ${count - wrong}/${count}`);
  return count > 0 && wrong === 0;
};

const signerOf = (algorithm, byte) => {
  const secret = new Uint8Array(32).fill(byte);
  const bytes = algorithm === EDDSA ? ed25519.getPublicKey(secret) : unhex(sm2.getPublicKeyFromPrivateKey(hex(secret)).slice(2));
  return { algorithm, secret, bytes };
};
const claimsOf = (now, index, chain) =>
  encode(
    new Map([
      [4, now + (chain ? 80000 : 100)],
      [6, now - 20],
      [7, unhex('0102030405060708')],
      [65535, new Map([['status_list', new Map([['idx', index], ['uri', 'cz:s/0']])]])],
      [-70001, new Map([[1, unhex('1112131415161718')], [2, 'CZ_A'], [3, '欧＊'], [4, '002X'], [5, 511]])],
      ...(chain ? [[-70002, [0, now - 20, 60, 1440, chain]]] : []),
    ]),
  );
const issueWorld = (algorithm) => {
  const now = 1809129600;
  const [root, codes, lists] = [signerOf(algorithm, 7), signerOf(algorithm, 1), signerOf(algorithm, 2)];
  const trust = (use, signer) =>
    new Map([[1, use], [2, algorithm], [3, signer.bytes], [4, now - 86400], [5, now + 86400]]);
  const keyList = new Map([[4, now + 604800], [6, now - 60], [-70003, [trust(1, codes), trust(2, lists)]]]);
  const bits = new Uint8Array(65536);
  bits[1] = 0b11_10_01_00; // Entries 4 to 7: 0, 1, 2, 3.
  const list = new Map([
    [2, 'cz:s/0'], [4, now + 3600], [6, now - 60], [65533, new Map([['bits', 2], ['lst', new Uint8Array(deflateSync(bits))]])], [65534, 900],
  ]);
  const seed = unhex('2a010203000000000000000000000000');
  const anchor = follow(unhex('0102030405060708'), seed, 1440, 0);
  const samples = [];
  for (let index = 0; index < 64; ++index) {
    const online = sign(codes, 'CZ1:', claimsOf(now, index));
    const offline = sign(codes, 'CZ2:', claimsOf(now, index, anchor));
    const step = (n) => Buffer.concat([Buffer.from([n >> 8, n & 255]), follow(unhex('0102030405060708'), seed, 1440, n)]);
    samples.push('CZ1:' + toBase45(online), 'CZ2:' + toBase45(Buffer.concat([offline, step(1 + (index % 4))])));
    samples.push('CZ2:' + toBase45(online), 'CZ1:' + toBase45(sign(lists, 'CZ1:', claimsOf(now, index))));
    const bent = Uint8Array.from(online);
    bent[index * 2] ^= 1;
    samples.push('CZ1:' + toBase45(bent));
  }
  const keys = sign(root, 'CZ-keys', encode(keyList));
  const statuses = sign(lists, 'CZ-status', encode(list));
  const opened = readKeyList(keys, root);
  const desk = { keys: opened, lists: [readStatusList(statuses, opened)], now };
  return {
    algorithm, now, root: hex(root.bytes), key_list: hex(keys), status_lists: [hex(statuses)],
    codes: samples.map((code) => ({ code: Buffer.from(code).toString('base64'), verdict: judge(code, desk) })),
  };
};

const [command, path] = process.argv.slice(2);
if (command === 'judge') process.exit(judgeFile(path) ? 0 : 1);
if (command === 'issue') writeFileSync(path, JSON.stringify([issueWorld(EDDSA), issueWorld(SM2)]));
