// A database in memory that speaks enough of MongoDB's wire protocol for a Nightscout, on
// loopback only. Queries and updates are those of the package mingo. Prints its port, and
// ends when its standard input does, so that it never outlives the test that started it.
'use strict';

const net = require('net');
const { BSON, ObjectId, Long } = require('bson');
const mingo = require('mingo');
require('mingo/init/system');
const { updateObject } = require('mingo/updater');

const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER = 16;
const FIRST_BATCH = 101;

// ---- documents: ids as text inside, so that mingo compares them ----

const ID = '\u0000id:';

function inside(value) {
  if (value === null || typeof value !== 'object' || value instanceof RegExp || value instanceof Date) return value;
  if (value._bsontype === 'ObjectId') return ID + value.toHexString();
  if (value._bsontype === 'BSONRegExp') return new RegExp(value.pattern, value.options);
  if (value._bsontype) return value;
  if (Array.isArray(value)) return value.map(inside);
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, inside(field)]));
}

function outside(value) {
  if (typeof value === 'string') return value.startsWith(ID) ? new ObjectId(value.slice(ID.length)) : value;
  if (value === null || typeof value !== 'object' || value instanceof RegExp || value instanceof Date || value._bsontype) return value;
  if (Array.isArray(value)) return value.map(outside);
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, outside(field)]));
}

const collections = new Map();

function documents(command, verb) {
  const name = `${command.$db}.${command[verb]}`;
  if (!collections.has(name)) collections.set(name, []);
  return collections.get(name);
}

function matching(filter, list) {
  const query = new mingo.Query(inside(filter || {}), { useStrictMode: false });
  return list.filter((document) => query.test(document));
}

function withId(document) {
  return document._id === undefined ? { _id: ID + new ObjectId().toHexString(), ...document } : document;
}

// ---- cursors ----

const cursors = new Map();
let lastCursor = 0;

function batch(kind, namespace, list, size, id = 0) {
  const rest = list.slice(size);
  if (rest.length > 0) {
    id = id || ++lastCursor;
    cursors.set(id, rest);
  } else {
    cursors.delete(id);
    id = 0;
  }
  return { cursor: { [kind]: list.slice(0, size).map(outside), id: Long.fromNumber(id), ns: namespace }, ok: 1 };
}

// ---- commands ----

const isReplacement = (update) => !Object.keys(update).some((name) => name.startsWith('$'));
const plainFields = (filter) =>
  Object.fromEntries(Object.entries(filter).filter(([name, field]) =>
    !name.startsWith('$') && !(field && typeof field === 'object' && !field._bsontype)));

function upsert(list, filter, update) {
  let document = inside(plainFields(filter));
  if (isReplacement(update)) {
    document = { ...(document._id === undefined ? {} : { _id: document._id }), ...inside(update) };
  } else {
    const { $setOnInsert, ...changes } = update;
    updateObject(document, inside(changes));
    Object.assign(document, inside($setOnInsert || {}));
  }
  document = withId(document);
  list.push(document);
  return outside(document._id);
}

function change(document, update) {
  const before = JSON.stringify(document);
  if (isReplacement(update)) {
    const id = document._id;
    Object.keys(document).forEach((name) => delete document[name]);
    Object.assign(document, { _id: id }, inside(update), { _id: id });
  } else {
    const { $setOnInsert, ...changes } = update;
    updateObject(document, inside(changes));
  }
  return JSON.stringify(document) !== before;
}

const hello = () => ({
  ismaster: true, isWritablePrimary: true, helloOk: true, maxBsonObjectSize: 16777216,
  maxMessageSizeBytes: 48000000, maxWriteBatchSize: 100000, localTime: new Date(),
  minWireVersion: 0, maxWireVersion: 17, readOnly: false, ok: 1,
});

const COMMANDS = {
  hello,
  ismaster: hello,
  ping: () => ({ ok: 1 }),
  endsessions: () => ({ ok: 1 }),
  killcursors: () => ({ ok: 1 }),
  buildinfo: () => ({ version: '6.0.0', versionArray: [6, 0, 0, 0], ok: 1 }),
  dbstats: (command) => ({ db: command.$db, dataSize: 0, indexSize: 0, storageSize: 0, ok: 1 }),
  createindexes: (command) => {
    documents(command, 'createIndexes');
    return { numIndexesBefore: 1, numIndexesAfter: 1, createdCollectionAutomatically: false, ok: 1 };
  },
  insert: (command) => {
    const inserted = command.documents.map((document) => withId(inside(document)));
    documents(command, 'insert').push(...inserted);
    return { n: inserted.length, ok: 1 };
  },
  find: (command) => {
    const options = { useStrictMode: false };
    let cursor = new mingo.Query(inside(command.filter || {}), options).find(documents(command, 'find'), command.projection);
    if (command.sort && Object.keys(command.sort).length > 0) cursor = cursor.sort(command.sort);
    if (command.skip) cursor = cursor.skip(Number(command.skip));
    if (command.limit) cursor = cursor.limit(Math.abs(Number(command.limit)));
    const size = command.singleBatch ? Infinity : Number(command.batchSize) || FIRST_BATCH;
    return batch('firstBatch', `${command.$db}.${command.find}`, cursor.all(), size);
  },
  getmore: (command) => {
    const id = Number(command.getMore);
    if (!cursors.has(id)) return { ok: 0, code: 43, codeName: 'CursorNotFound', errmsg: 'no such cursor' };
    return batch('nextBatch', `${command.$db}.${command.collection}`, cursors.get(id), command.batchSize || 5000, id);
  },
  update: (command) => {
    const list = documents(command, 'update');
    const answer = { n: 0, nModified: 0, upserted: [], ok: 1 };
    command.updates.forEach(({ q, u, upsert: mayInsert, multi }, index) => {
      const hits = matching(q, list);
      if (hits.length === 0 && mayInsert) answer.upserted.push({ index, _id: upsert(list, q, u) });
      const changed = (multi ? hits : hits.slice(0, 1)).map((document) => change(document, u));
      answer.n += changed.length || (mayInsert ? 1 : 0);
      answer.nModified += changed.filter(Boolean).length;
    });
    if (answer.upserted.length === 0) delete answer.upserted;
    return answer;
  },
  delete: (command) => {
    const list = documents(command, 'delete');
    let n = 0;
    for (const { q, limit } of command.deletes) {
      const hits = new Set(limit ? matching(q, list).slice(0, 1) : matching(q, list));
      n += hits.size;
      list.splice(0, list.length, ...list.filter((document) => !hits.has(document)));
    }
    return { n, ok: 1 };
  },
  count: (command) => ({ n: matching(command.query, documents(command, 'count')).length, ok: 1 }),
  aggregate: (command) => {
    const all = new mingo.Aggregator(inside(command.pipeline), { useStrictMode: false }).run(documents(command, 'aggregate'));
    return batch('firstBatch', `${command.$db}.${command.aggregate}`, all, FIRST_BATCH);
  },
};

function run(command) {
  const verb = Object.keys(command)[0];
  const known = COMMANDS[verb.toLowerCase()];
  if (!known) return { ok: 0, code: 59, codeName: 'CommandNotFound', errmsg: `no such command: '${verb}'` };
  try {
    return known(command);
  } catch (error) {
    return { ok: 0, code: 2, codeName: 'BadValue', errmsg: String(error) };
  }
}

// ---- the wire ----

function send(socket, to, operation, prefix, document) {
  const body = BSON.serialize(document, { ignoreUndefined: true });
  const message = Buffer.alloc(HEADER + prefix.length + body.length);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(to, 8);
  message.writeInt32LE(operation, 12);
  Buffer.from(prefix).copy(message, HEADER);
  Buffer.from(body).copy(message, HEADER + prefix.length);
  socket.write(message);
}

const read = (bytes) => BSON.deserialize(bytes, { promoteValues: true, promoteLongs: true });

// A message has one document, and lists of further ones that belong to a field of it.
function commandOf(message) {
  const end = message.length - (message.readUInt32LE(HEADER) & 1 ? 4 : 0);
  const command = {};
  for (let at = HEADER + 4; at < end;) {
    const kind = message[at++];
    const length = message.readInt32LE(at);
    const section = message.subarray(at, at + length);
    at += length;
    if (kind === 0) {
      Object.assign(command, read(section));
      continue;
    }
    const zero = section.indexOf(0, 4);
    const list = (command[section.toString('utf8', 4, zero)] = []);
    for (let inner = zero + 1; inner < section.length;) {
      const size = section.readInt32LE(inner);
      list.push(read(section.subarray(inner, inner + size)));
      inner += size;
    }
  }
  return command;
}

function answer(socket, message) {
  const id = message.readInt32LE(4);
  if (message.readInt32LE(12) === OP_MSG) {
    send(socket, id, OP_MSG, [0, 0, 0, 0, 0], run(commandOf(message)));
  } else if (message.readInt32LE(12) === OP_QUERY) {
    // The first greeting of old drivers: flags, cursor, start and one document.
    const start = message.indexOf(0, HEADER + 4) + 9;
    const command = read(message.subarray(start, start + message.readInt32LE(start)));
    const prefix = Buffer.alloc(20);
    prefix.writeInt32LE(8, 0);
    prefix.writeInt32LE(1, 16);
    send(socket, id, 1, prefix, run({ ...command, $db: 'admin' }));
  } else {
    socket.destroy();
  }
}

const server = net.createServer((socket) => {
  let pending = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.on('data', (data) => {
    pending = Buffer.concat([pending, data]);
    while (pending.length >= 4 && pending.length >= pending.readInt32LE(0)) {
      const length = pending.readInt32LE(0);
      answer(socket, pending.subarray(0, length));
      pending = pending.subarray(length);
    }
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit(0)).resume();
