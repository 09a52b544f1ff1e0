// Runs the days through oref0's own functions, as its two commands do, inside one process.
// Prints the median time of three rounds in milliseconds, and the sensitivity found.
const [modules, folder, ...days] = process.argv.slice(2);
const prepare = require(`${modules}/oref0/lib/autotune-prep`);
const tune = require(`${modules}/oref0/lib/autotune`);
const lodash = require(`${modules}/lodash`);
const moment = require(`${modules}/moment`);
const fs = require('fs');

// The functions talk on the error stream.
console.error = () => {};

const read = (path) => JSON.parse(fs.readFileSync(`${folder}/${path}`));
const copy = (value) => JSON.parse(JSON.stringify(value));

const records = days.map((day) => ({
  treatments: read(`${day}/treatments.json`),
  entries: read(`${day}/entries.json`),
}));

function round() {
  // Both functions change what they are given.
  const inputs = records.map(copy);
  let profile = read('profile.json');
  const start = process.hrtime.bigint();
  for (const { treatments, entries } of inputs) {
    const pump = read('pumpprofile.json');
    const previous = Object.assign({}, profile, { curve: pump.curve, dia: pump.dia, insulinPeakTime: pump.insulinPeakTime });
    const history = lodash.orderBy(treatments, [(record) => moment(record.created_at).valueOf()], ['desc']);
    const prepared = prepare({
      history, profile: copy(previous), pumpprofile: pump, carbs: {}, glucose: entries,
      categorize_uam_as_basal: false, tune_insulin_curve: false,
    });
    profile = tune({ preppedGlucose: copy(prepared), previousAutotune: previous, pumpProfile: pump });
  }
  return { time: Number(process.hrtime.bigint() - start) / 1e6, profile };
}

const rounds = [round(), round(), round()].sort((a, b) => a.time - b.time);
console.log(`${rounds[1].time} ${rounds[1].profile.sens}`);
