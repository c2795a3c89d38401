// Writes what the C++ runner reads: `cases.json`, every case in a plain shape,
// and `registry.binpb`, its types as a FileDescriptorSet.
//
//   node export_cases.mjs DIRECTORY
//
// Values and types keep the shape of cel.expr.Value and cel.expr.Type in
// ProtoJSON, but a message is {"typeName", "bytes"} with its wire form.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { create, fromJson, toBinary, toJson } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { getTestRegistry } from "@bufbuild/cel-spec/testdata/registry.js";
import { SimpleTestSchema } from "@bufbuild/cel-spec/cel/expr/conformance/test/simple_pb.js";
import { TypeSchema } from "@bufbuild/cel-spec/cel/expr/checked_pb.js";
import * as wkt from "@bufbuild/protobuf/wkt";

const directory = process.argv[2];
const registry = getTestRegistry();

function value(v) {
  const { case: kind, value: x } = v.kind;
  switch (kind) {
    case "nullValue": return { null: true };
    case "boolValue": return { bool: x };
    case "int64Value": return { int: String(x) };
    case "uint64Value": return { uint: String(x) };
    case "doubleValue": return { double: String(x) };
    case "stringValue": return { string: x };
    case "bytesValue": return { bytes: Buffer.from(x).toString("base64") };
    case "enumValue": return { enum: x.type, number: x.value };
    case "typeValue": return { type: x };
    case "listValue": return { list: x.values.map(value) };
    case "mapValue":
      return { map: x.entries.map((e) => [value(e.key), value(e.value)]) };
    case "objectValue":
      return {
        message: x.typeUrl.slice(x.typeUrl.lastIndexOf("/") + 1),
        wire: Buffer.from(x.value).toString("base64"),
      };
  }
  throw new Error(`a value of no known kind: ${kind}`);
}

const type = (t) => toJson(TypeSchema, t);

function declaration(d) {
  if (d.declKind.case === "ident")
    return { name: d.name, type: type(d.declKind.value.type) };
  return {
    name: d.name,
    overloads: d.declKind.value.overloads.map((o) => ({
      receiver: o.isInstanceFunction,
      parameters: o.params.map(type),
      result: type(o.resultType),
    })),
  };
}

function expectation(test) {
  const { case: kind, value: x } = test.resultMatcher;
  switch (kind) {
    case "value": return { value: value(x) };
    case "evalError":
    case "anyEvalErrors": return { error: true };
    case "typedResult": {
      const typed = x.deducedType ? { type: type(x.deducedType) } : {};
      return x.result ? { value: value(x.result), ...typed } : typed;
    }
    case undefined: return { value: { bool: true } };
  }
  throw new Error(`an expectation of no known kind: ${kind}`);
}

function flatten(suite, path, out) {
  for (const inner of suite.suites ?? []) flatten(inner, [...path, inner.name], out);
  const seen = new Map();
  for (const raw of suite.tests ?? []) {
    const test = fromJson(SimpleTestSchema, raw.original, { registry });
    const name = test.name || test.expr.replace(/\s+/g, " ").trim();
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    out.push({
      section: path[0] ?? suite.name,
      suite: path[1] ?? "",
      name: [...path, times > 1 ? `${name}#${times}` : name].join("/"),
      expr: test.expr,
      container: test.container,
      checked: !test.disableCheck,
      macros: !test.disableMacros,
      run: !test.checkOnly,
      declarations: test.typeEnv.map(declaration),
      bindings: Object.entries(test.bindings).map(([name, v]) => [name, value(v.kind.value)]),
      expect: expectation(test),
      // What cel-go's parser and checker made of it, of the suites taken from
      // its tests: the only expectation these have.
      ...(raw.ast ? { ast: raw.ast } : {}),
      ...(raw.type ? { type: raw.type } : {}),
      ...(raw.error ? { mistake: raw.error } : {}),
    });
  }
  return out;
}

function files() {
  const set = create(FileDescriptorSetSchema);
  const seen = new Set();
  const add = (file) => {
    if (seen.has(file.name)) return;
    seen.add(file.name);
    file.dependencies.forEach(add);
    set.file.push(file.proto);
  };
  for (const item of registry) if (item.file) add(item.file);
  add(wkt.file_google_protobuf_empty);
  add(wkt.file_google_protobuf_field_mask);
  return toBinary(FileDescriptorSetSchema, set);
}

const suites = {};
const digest = createHash("sha256");
for (const name of ["conformance", "parsing", "checking", "comprehension"]) {
  const module = import.meta.resolve(`@bufbuild/cel-spec/testdata/${name}.js`);
  digest.update(readFileSync(fileURLToPath(module)));
  const { tests } = await import(module);
  suites[name] = flatten(tests, [], []);
}
writeFileSync(join(directory, "cases.json"),
  JSON.stringify({ digest: digest.digest("hex"), ...suites }));
writeFileSync(join(directory, "registry.binpb"), files());
