// Deterministic CBOR, as much as codes use. A map is a Map; every byte string a Uint8Array.

export class Malformed extends Error {}

const fail = (why) => {
  throw new Malformed(why);
};
const hex = (bytes) => Buffer.from(bytes).toString('hex');

export function decode(bytes, { rest = 0 } = {}) {
  let at = 0;
  const take = (n) => {
    if (n > bytes.length - at) fail('cut off');
    at += n;
    return bytes.subarray(at - n, at);
  };
  const item = (depth) => {
    const first = take(1)[0];
    const [major, info] = [first >> 5, first & 31];
    let n = BigInt(info);
    if (info > 27) fail('indefinite');
    if (info > 23) {
      n = BigInt('0x' + hex(take(1 << (info - 24))));
      if (n < [24n, 256n, 65536n, 4294967296n][info - 24]) fail('not the shortest');
    }
    if (n > 0x7fffffffffffffffn) fail('too large');
    const size = Number(n);
    switch (major) {
      case 0:
        return size;
      case 1:
        return -1 - size;
      case 2:
        return Uint8Array.from(take(size));
      case 3:
        try {
          return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(take(size));
        } catch (error) {
          return fail(error.message);
        }
      case 4: {
        if (depth === 4 || size > 16) fail('too deep or too wide');
        return Array.from({ length: size }, () => item(depth + 1));
      }
      case 5: {
        if (depth === 4 || size > 16) fail('too deep or too wide');
        const map = new Map();
        let previous = '';
        for (let i = 0; i < size; ++i) {
          const begin = at;
          const key = item(depth + 1);
          const encoded = hex(bytes.subarray(begin, at));
          if (i > 0 && encoded <= previous) fail('keys out of order');
          previous = encoded;
          map.set(key, item(depth + 1));
        }
        return map;
      }
      case 6:
        if (size !== 18 || at !== 1) fail('another tag');
        return { tag: size, value: item(depth) };
      default:
        return fail('floats and simple values');
    }
  };
  const value = item(0);
  if (at !== bytes.length - rest) fail('another length');
  return value;
}

const head = (major, n) => {
  const wide = BigInt(n);
  const [info, width] =
    wide < 24n ? [Number(wide), 0] : wide < 256n ? [24, 1] : wide < 65536n ? [25, 2] : wide < 4294967296n ? [26, 4] : [27, 8];
  const digits = width ? wide.toString(16).padStart(2 * width, '0') : '';
  return Buffer.concat([Buffer.from([(major << 5) | info]), Buffer.from(digits, 'hex')]);
};

export function encode(value) {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(encode)]);
  if (value instanceof Map) {
    const pairs = [...value].map(([k, v]) => [encode(k), encode(v)]).sort(([a], [b]) => Buffer.compare(a, b));
    return Buffer.concat([head(5, pairs.length), ...pairs.flat()]);
  }
  return Buffer.concat([head(6, value.tag), encode(value.value)]);
}
